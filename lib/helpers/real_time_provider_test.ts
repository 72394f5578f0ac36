import { expect } from "expect";
import { RealTimeProvider } from "./real_time_provider.ts";

Deno.test("RealTimeProvider.now() is wall time in whole seconds, nowMs() in milliseconds", () => {
  const time = new RealTimeProvider();
  const before = Date.now();
  const nowMs = time.nowMs();
  const now = time.now();
  const after = Date.now();
  expect(nowMs).toBeGreaterThanOrEqual(before);
  expect(nowMs).toBeLessThanOrEqual(after);
  expect(now).toBeGreaterThanOrEqual(Math.floor(before / 1000));
  expect(now).toBeLessThanOrEqual(Math.floor(after / 1000));
});

Deno.test("RealTimeProvider.monotonicMs() never goes back", () => {
  const time = new RealTimeProvider();
  const readings = Array.from({ length: 100 }, () => time.monotonicMs());
  expect(readings).toEqual(readings.toSorted((a, b) => a - b));
});

Deno.test("RealTimeProvider.sleep() sleeps at least as long as told", async () => {
  const time = new RealTimeProvider();
  const startedAt = time.monotonicMs();
  await time.sleep(15);
  expect(time.monotonicMs() - startedAt).toBeGreaterThanOrEqual(14);
});

Deno.test("RealTimeProvider.sleep() resolves at once when its signal is aborted already", async () => {
  await new RealTimeProvider().sleep(60_000, { signal: AbortSignal.abort() });
});

Deno.test("RealTimeProvider.sleep() ends when its signal aborts, and leaves no timer", async () => {
  const controller = new AbortController();
  const sleeping = new RealTimeProvider().sleep(60_000, { signal: controller.signal });
  controller.abort();
  await sleeping;
});

Deno.test("RealTimeProvider.sleep() sleeps longer than a timer can hold", async () => {
  const time = new RealTimeProvider();
  const controller = new AbortController();
  let awake = false;
  const sleeping = time.sleep(2 ** 31 + 5, { signal: controller.signal }).then(() => awake = true);
  await time.sleep(10);
  expect(awake).toBe(false);
  controller.abort();
  await sleeping;
});
