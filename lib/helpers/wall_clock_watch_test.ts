import { expect } from "expect";
import { FakeLogger } from "../../test_helpers/fake_logger.ts";
import { WallClockWatch } from "./wall_clock_watch.ts";

Deno.test("isSteady() notices a jump of the wall clock, says so once, and notices its return [I13]", () => {
  let [wallMs, monotonicMs] = [1_000_000_000, 5];
  const time = {
    now: () => Math.floor(wallMs / 1000),
    nowMs: () => wallMs,
    monotonicMs: () => monotonicMs,
    sleep: () => Promise.resolve(),
  };
  const log = new FakeLogger();
  const watch = new WallClockWatch({ time, log });
  const pass = (ms: number) => [wallMs += ms, monotonicMs += ms];
  pass(3_600_000);
  expect(watch.isSteady()).toBe(true);
  wallMs += 59_000;
  expect(watch.isSteady()).toBe(true);
  wallMs -= 3_600_000;
  expect([watch.isSteady(), watch.isSteady()]).toEqual([false, false]);
  expect(log.messages("warn")).toEqual(["The wall clock has jumped"]);
  wallMs += 3_600_000;
  expect(watch.isSteady()).toBe(true);
  expect(log.messages("info")).toEqual(["The wall clock is back"]);
});
