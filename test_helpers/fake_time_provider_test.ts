import { expect } from "expect";
import { FakeTimeProvider } from "./fake_time_provider.ts";

Deno.test("FakeTimeProvider starts where told, with both clocks standing still", () => {
  const time = new FakeTimeProvider(250);
  expect([time.now(), time.nowMs(), time.monotonicMs()]).toEqual([250, 250_000, 0]);
  expect(new FakeTimeProvider().now()).toBe(100);
});

Deno.test("FakeTimeProvider.advance() moves both clocks, and rounds seconds down", () => {
  const time = new FakeTimeProvider(100);
  time.advance(1_999);
  expect([time.now(), time.nowMs(), time.monotonicMs()]).toEqual([101, 101_999, 1_999]);
});

Deno.test("FakeTimeProvider.advance() wakes whoever is due, in order, and nobody else", async () => {
  const time = new FakeTimeProvider();
  const woken: number[] = [];
  const sleeps = [30, 10, 20, 31].map((ms) => time.sleep(ms).then(() => woken.push(ms)));
  expect(time.sleepers).toBe(4);
  time.advance(9);
  expect(time.sleepers).toBe(4);
  time.advance(21);
  await Promise.all(sleeps.slice(0, 3));
  expect(woken).toEqual([10, 20, 30]);
  expect(time.sleepers).toBe(1);
});

Deno.test("FakeTimeProvider.sleep() ends when its signal aborts, or does not begin", async () => {
  const time = new FakeTimeProvider();
  const controller = new AbortController();
  const sleeping = time.sleep(1_000, { signal: controller.signal });
  controller.abort();
  await sleeping;
  await time.sleep(1_000, { signal: controller.signal });
  expect([time.sleepers, time.monotonicMs()]).toEqual([0, 0]);
});

Deno.test("FakeTimeProvider.waitForSleeper() waits until so many sleep", async () => {
  const time = new FakeTimeProvider();
  let done = false;
  const waiting = time.waitForSleeper(2).then(() => done = true);
  const first = time.sleep(10);
  await Promise.resolve();
  expect(done).toBe(false);
  const second = time.sleep(10);
  await waiting;
  await time.waitForSleeper();
  time.advance(10);
  await Promise.all([first, second]);
});

Deno.test("FakeTimeProvider.jumpTo() moves wall time alone, and wakes nobody", () => {
  const time = new FakeTimeProvider(100);
  void time.sleep(10);
  time.jumpTo(50);
  expect([time.now(), time.monotonicMs(), time.sleepers]).toEqual([50, 0, 1]);
});
