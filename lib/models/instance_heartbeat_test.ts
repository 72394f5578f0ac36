import { expect } from "expect";
import fc from "fast-check";
import { AppFixture } from "../../test_helpers/app.ts";
import {
  INSTANCE_STATES,
  instanceHeartbeatFromCsv,
  instanceHeartbeatToCsv,
  isInstanceState,
  isStartingOrRunning,
  plainInstance,
  readInstanceHeartbeat,
} from "./instance_heartbeat.ts";
import { JsonReader } from "./json_reader.ts";
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

Deno.test("plainInstance() reads what readInstanceHeartbeat() reads, or leaves it to that [MOD-11]", () => {
  const odd = fc.constantFrom(undefined, null, "", "no guid!", "x".repeat(201), 7, true, {}, []);
  const text = fc.oneof({ weight: 20, arbitrary: fc.constantFrom("a", "b-1") }, {
    weight: 1,
    arbitrary: odd,
  });
  const element = fc.record({
    droplet: text,
    version: text,
    instance: text,
    index: fc.oneof(fc.constantFrom(0, -0, 3, 999_999, 1_000_000, -1, 1.5, "1"), fc.nat()),
    state: fc.oneof({ weight: 9, arbitrary: fc.constantFrom<unknown>(...INSTANCE_STATES) }, {
      weight: 1,
      arbitrary: odd,
    }),
    "state_timestamp": fc.constantFrom<unknown>(0, 1.27, -5, 1e15, 1e16, "1", null),
  }, { requiredKeys: ["version", "state"] });
  let read = 0;
  fc.assert(fc.property(element, (fields) => {
    const plain = plainInstance(fields, "dea");
    if (plain === undefined) return;
    read += 1;
    expect(plain).toEqual(readInstanceHeartbeat(new JsonReader("heartbeat", fields), "dea"));
  }));
  expect(read).toBeGreaterThan(0);
  for (const nothing of [null, undefined, 7, "a", []]) {
    expect(plainInstance(nothing, "dea")).toBeUndefined();
  }
});
