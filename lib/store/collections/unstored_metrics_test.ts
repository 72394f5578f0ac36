import { expect } from "expect";
import { UnstoredMetrics } from "./unstored_metrics.ts";

const NAMES = ["StopExtra", "ReceivedHeartbeats", "NumberOfDesiredApps"] as const;
const none = { sums: new Map(), latest: new Map() };

Deno.test("since() is what was added to sums, and the latest of the rest", () => {
  const unstored = new UnstoredMetrics(NAMES, {});
  const figures = { "StopExtra": 3, "ReceivedHeartbeats": 7, "deas": 2, "StartMissing": 1 };
  const changes = unstored.since(figures);
  expect([...changes.sums]).toEqual([["StopExtra", 3]]);
  expect([...changes.latest]).toEqual([["ReceivedHeartbeats", 7]]);
  unstored.stored(changes);
  expect(unstored.since(figures)).toEqual(none);
  expect([...unstored.since({ ...figures, "StopExtra": 4 }).sums]).toEqual([["StopExtra", 1]]);
});

Deno.test("since() leaves out what was never touched, but not what stands at zero", () => {
  const unstored = new UnstoredMetrics(NAMES, {});
  expect(unstored.since({})).toEqual(none);
  expect([...unstored.since({ "NumberOfDesiredApps": 0 }).latest])
    .toEqual([["NumberOfDesiredApps", 0]]);
});

Deno.test("since() does not add what was counted before its time", () => {
  const unstored = new UnstoredMetrics(NAMES, { "StopExtra": 5 });
  expect([...unstored.since({ "StopExtra": 6 }).sums]).toEqual([["StopExtra", 1]]);
});
