import { expect } from "expect";
import { AppFixture } from "../../../test_helpers/app.ts";
import { Truth } from "./truth.ts";

const app = new AppFixture();
const FIRST = { ...app.id, instanceIndex: 0 };
const SECOND = { ...app.id, instanceIndex: 1 };

Deno.test("Truth.runningSince() names who was seen running at the index, and since when not", () => {
  const truth = new Truth();
  const one = app.instanceAtIndex(0);
  const other = app.anotherInstanceAtIndex(0);
  truth.look({ instances: [one.heartbeat(), other.heartbeat("STARTING")], desired: [] }, 1_000);
  truth.look({ instances: [one.heartbeat("CRASHED"), other.heartbeat()], desired: [] }, 2_000);
  expect(truth.runningSince(FIRST, 1_000)).toEqual([one.instanceGuid, other.instanceGuid]);
  expect(truth.runningSince(FIRST, 1_500)).toEqual([other.instanceGuid]);
  expect(truth.runningSince(SECOND, 0)).toEqual([]);
  truth.look({ instances: [], desired: [] }, 200_000);
  expect(truth.runningSince(FIRST, 0)).toEqual([]);
});

Deno.test("Truth.desiredForMs() and undesiredForMs() begin anew whenever the index is scaled away", () => {
  const truth = new Truth();
  const look = (instances: number, nowMs: number) =>
    truth.look({ instances: [], desired: [app.desiredState({ instances })] }, nowMs);
  look(1, 0);
  look(2, 1_000);
  look(2, 2_000);
  expect(truth.desiredForMs(SECOND, 2_500)).toBe(1_500);
  expect(truth.undesiredForMs(SECOND, 2_500)).toBe(0);
  look(1, 3_000);
  expect(truth.desiredForMs(SECOND, 3_500)).toBe(0);
  expect(truth.undesiredForMs(SECOND, 3_500)).toBe(1_500);
  expect(truth.desiredForMs(FIRST, 3_500)).toBe(Infinity); // it was there before anybody looked
  look(2, 4_000);
  expect(truth.desiredForMs(SECOND, 4_000)).toBe(0);
  look(2, 5_000);
  expect(truth.desiredForMs(SECOND, 5_000)).toBe(1_000);
});
