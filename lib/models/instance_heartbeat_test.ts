import { expect } from "expect";
import fc from "fast-check";
import { AppFixture } from "../../test_helpers/app.ts";
import {
  INSTANCE_STATES,
  instanceHeartbeatFromCsv,
  instanceHeartbeatToCsv,
  isInstanceState,
  isStartingOrRunning,
} from "./instance_heartbeat.ts";
import { ParseError } from "./parse_error.ts";

const fixture = new AppFixture();
const { instanceIndex: _, ...ID } = fixture.instanceAtIndex(3).identity;

Deno.test("instanceHeartbeatToCsv() is index, state and time with one decimal [MOD-07]", () => {
  const csv = (timestamp: number) =>
    instanceHeartbeatToCsv(fixture.instanceAtIndex(3).heartbeat("RUNNING", timestamp));
  expect(csv(1123.2)).toBe("3,RUNNING,1123.2");
  expect(csv(1123)).toBe("3,RUNNING,1123.0");
});

Deno.test("instanceHeartbeatFromCsv() restores the instance, its time to one decimal [MOD-09] [MOD-10]", () => {
  const instance = fixture.instanceAtIndex(3).heartbeat("CRASHED", 1.27);
  expect(instanceHeartbeatFromCsv(ID, instanceHeartbeatToCsv(instance)))
    .toEqual({ ...instance, stateTimestamp: 1.3 });
});

Deno.test("instanceHeartbeatFromCsv() reads whatever instanceHeartbeatToCsv() writes", () => {
  const time = fc.double({ min: -1e15, max: 1e15, noNaN: true });
  fc.assert(
    fc.property(fc.nat(999_999), fc.constantFrom(...INSTANCE_STATES), time, (index, state, at) => {
      const csv = instanceHeartbeatToCsv({
        ...ID,
        instanceIndex: index,
        state,
        stateTimestamp: at,
      });
      const read = instanceHeartbeatFromCsv(ID, csv);
      expect(read).toEqual({ ...read, instanceIndex: index, state });
      expect(Math.abs(read.stateTimestamp - at)).toBeLessThanOrEqual(0.13);
    }),
  );
});

const BROKEN = [
  "",
  "3,RUNNING",
  "3,RUNNING,1123.2,dea_abc",
  "three,RUNNING,1.0",
  "-3,RUNNING,1.0",
  "1000000,RUNNING,1.0",
  "3,SLEEPING,1.0",
  "3,RUNNING,now",
  "3,RUNNING,1e21",
  "3,RUNNING,NaN",
  "3,RUNNING,",
  `3,RUNNING,${"9".repeat(400)}`,
];

for (const csv of BROKEN) {
  Deno.test(`instanceHeartbeatFromCsv() refuses ${JSON.stringify(csv).slice(0, 40)} [MOD-08]`, () => {
    expect(() => instanceHeartbeatFromCsv(ID, csv)).toThrow(ParseError);
  });
}

Deno.test("isStartingOrRunning() is true of two states of four [MOD-30] [MOD-31]", () => {
  const serving = INSTANCE_STATES.filter((state) =>
    isStartingOrRunning(fixture.instanceAtIndex(0).heartbeat(state))
  );
  expect(serving).toEqual(["STARTING", "RUNNING"]);
});

Deno.test("isInstanceState() knows four words, spelled as DEAs do", () => {
  expect(INSTANCE_STATES.every(isInstanceState)).toBe(true);
  for (const word of ["", "running", "DOWN", "toString", "__proto__"]) {
    expect(isInstanceState(word)).toBe(false);
  }
});
