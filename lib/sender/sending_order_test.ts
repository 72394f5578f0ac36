import { expect } from "expect";
import fc from "fast-check";
import { AppFixture } from "../../test_helpers/app.ts";
import { queuedStart, queuedStop } from "../../test_helpers/queued_messages.ts";
import { compareStarts, compareStops } from "./sending_order.ts";

const fixture = new AppFixture();
const start = (instanceIndex: number, sendOn: number, priority: number) =>
  queuedStart(fixture, { instanceIndex, sendOn, priority }).message;
const stop = (instanceGuid: string, sendOn: number) =>
  queuedStop(fixture, { instanceGuid, sendOn }).message;

Deno.test("compareStarts() puts the earliest first, then the higher priority [PEN-12] [REG-27]", () => {
  const starts = [start(0, 130, 0.7), start(1, 120, 0.5), start(2, 130, 1)];
  expect(starts.sort(compareStarts).map(({ priority }) => priority)).toEqual([0.5, 1, 0.7]);
});

Deno.test("compareStarts() puts evacuations before all others, however late these are [PEN-13]", () => {
  const starts = [start(0, 1, 1), start(1, 500, 2), start(2, 400, 2)];
  expect(starts.sort(compareStarts).map(({ instanceIndex }) => instanceIndex)).toEqual([2, 1, 0]);
});

Deno.test("compareStarts() is one order, whatever order the starts came in", () => {
  const any = fc.uniqueArray(
    fc.tuple(fc.nat(5), fc.nat(3), fc.constantFrom(0.5, 1, 2)).map((spec) => start(...spec)),
    { selector: ({ instanceIndex }) => instanceIndex },
  );
  fc.assert(fc.property(any, (starts) => {
    expect(starts.toReversed().sort(compareStarts)).toEqual(starts.toSorted(compareStarts));
  }));
});

Deno.test("compareStops() puts the earliest first, then goes by key", () => {
  const stops = [stop("b", 120), stop("a", 120), stop("c", 110)];
  expect(stops.sort(compareStops).map(({ instanceGuid }) => instanceGuid)).toEqual(["c", "a", "b"]);
});
