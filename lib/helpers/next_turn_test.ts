import { expect } from "expect";
import { FakeTimeProvider } from "../../test_helpers/fake_time_provider.ts";
import { Bell } from "./bell.ts";
import { nextTurn } from "./next_turn.ts";
import { Pace } from "./pace.ts";

class Fixture {
  readonly time = new FakeTimeProvider();
  readonly pace = new Pace(10_000);
  readonly bell = new Bell();
  reason = false;
  arrived = false;

  async wait(dueAtMs?: number): Promise<void> {
    const { time, pace, bell } = this;
    const { signal } = new AbortController();
    const news = (waiting: AbortSignal) => bell.wait(waiting);
    const due = dueAtMs === undefined ? {} : { dueAtMs };
    await nextTurn({ time, pace, signal, news, hasReason: () => this.reason, ...due });
    this.arrived = true;
  }

  async settle(): Promise<void> {
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  }
}

Deno.test("nextTurn() waits with one sleep, however much news there is that is no reason", async () => {
  const f = new Fixture();
  f.pace.begin(0);
  const waiting = f.wait();
  for (let news = 0; news < 50; news += 1) {
    await f.settle();
    f.bell.ring();
  }
  await f.settle();
  expect([f.time.sleepers, f.arrived]).toEqual([1, false]);
  f.time.advance(10_000);
  await waiting;
  expect(f.time.sleepers).toBe(0);
});

Deno.test("nextTurn() comes a moment after news that is a reason, or when something falls due", async () => {
  const f = new Fixture();
  f.pace.begin(0);
  const news = f.wait();
  f.time.advance(1_000);
  f.reason = true;
  f.bell.ring();
  await f.settle();
  expect(f.arrived).toBe(false);
  f.time.advance(50);
  await news;
  f.reason = false;
  const due = f.wait(3_000);
  f.time.advance(1_950);
  await due;
  expect([f.time.monotonicMs(), f.time.sleepers]).toEqual([3_000, 0]);
});
