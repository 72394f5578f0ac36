import { expect } from "expect";
import { FakeLogger } from "../../test_helpers/fake_logger.ts";
import { WallClockWatch } from "./wall_clock_watch.ts";

/** A wall clock that can be set, beside a monotonic one. */
function watchClock() {
  let [wallMs, monotonicMs] = [1_000_000_000, 5];
  const time = {
    now: () => Math.floor(wallMs / 1000),
    nowMs: () => wallMs,
    monotonicMs: () => monotonicMs,
    sleep: () => Promise.resolve(),
    breathe: () => Promise.resolve(),
  };
  const log = new FakeLogger();
  const watch = new WallClockWatch({ time, log });
  const pass = (ms: number) => [wallMs += ms, monotonicMs += ms];
  return { watch, time, log, pass, jump: (ms: number) => void (wallMs += ms) };
}

Deno.test("isSteady() notices a jump of the wall clock, says so once, and notices its return [I13]", () => {
  const { watch, log, pass, jump } = watchClock();
  pass(3_600_000);
  expect(watch.isSteady()).toBe(true);
  jump(59_000);
  expect(watch.isSteady()).toBe(true);
  jump(-3_600_000);
  expect([watch.isSteady(), watch.isSteady()]).toEqual([false, false]);
  expect(log.messages("warn")).toEqual(["The wall clock has jumped"]);
  jump(3_600_000);
  expect(watch.isSteady()).toBe(true);
  expect(log.messages("info")).toEqual(["The wall clock is back"]);
});

Deno.test("isSteady() believes a clock that goes on steadily for five minutes after a jump [I13] [I18]", () => {
  const { watch, log, pass, jump } = watchClock();
  jump(-3_600_000);
  expect(watch.isSteady()).toBe(false);
  pass(299_000);
  expect(watch.isSteady()).toBe(false);
  pass(1_000);
  expect(watch.isSteady()).toBe(true);
  expect(log.messages("info")).toEqual(["The wall clock is believed again"]);
  pass(1_000);
  expect(watch.isSteady()).toBe(true);
  jump(3_600_000);
  expect(watch.isSteady()).toBe(false);
});

Deno.test("isSteady() waits anew after every jump [I13]", () => {
  const { watch, log, pass, jump } = watchClock();
  jump(-3_600_000);
  expect(watch.isSteady()).toBe(false);
  pass(299_000);
  jump(-120_000);
  expect(watch.isSteady()).toBe(false);
  pass(299_000);
  expect(watch.isSteady()).toBe(false);
  expect(log.messages("warn")).toHaveLength(2);
  pass(1_000);
  expect(watch.isSteady()).toBe(true);
});

Deno.test("now() follows a jump of the wall clock after a minute, and its return at once [I13]", () => {
  const { watch, time, pass, jump } = watchClock();
  const before = watch.now();
  jump(3_600_000);
  expect(watch.now()).toBe(before);
  pass(59_000);
  expect(watch.now()).toBe(before + 59);
  pass(1_000);
  expect(watch.now()).toBe(before + 3_660);
  jump(-3_600_000);
  expect(watch.now()).toBe(before + 60);
  expect(watch.nowMs()).toBe(time.nowMs());
});

Deno.test("now() follows what a clock is corrected by at once", () => {
  const { watch, pass, jump } = watchClock();
  const before = watch.now();
  pass(10_000);
  jump(-30_000);
  expect(watch.now()).toBe(before - 20);
});

Deno.test("now() holds on to what the clock was last, corrections included [I13]", () => {
  const { watch, jump } = watchClock();
  jump(-50_000);
  const corrected = watch.now();
  jump(3_600_000);
  expect(watch.now()).toBe(corrected);
});

Deno.test("now() follows a clock that is set by hand wherever it goes", () => {
  const { time } = watchClock();
  let wallMs = 1_000;
  const pinned = { ...time, isPinned: true, nowMs: () => wallMs };
  const watch = new WallClockWatch({ time: pinned, log: new FakeLogger() });
  wallMs = 9_000_000;
  expect(watch.now()).toBe(9_000);
});
