import { expect } from "expect";
import fc from "fast-check";
import { AppFixture } from "../../test_helpers/app.ts";
import { queuedStart } from "../../test_helpers/queued_messages.ts";
import type { PendingStartMessage } from "../models/pending_start_message.ts";
import { AdaptiveLimit } from "./adaptive_limit.ts";
import type { StartOutcome } from "./start_limit.ts";

const app = new AppFixture("app");
const OPTIONS = { initial: 60, max: 2_000, timeoutMs: 30_000 };

function start(instanceIndex: number): PendingStartMessage {
  return queuedStart(app.id, { instanceIndex }).message;
}

/** Sends as many as there is room for, `waiting` of them being left over. */
function send(limit: AdaptiveLimit, options: { from: number; nowMs: number }): number {
  const room = limit.room();
  for (let at = 0; at < room; at += 1) limit.sent(start(options.from + at), options.nowMs);
  return room;
}

const all = (outcome: StartOutcome) => () => outcome;

Deno.test("AdaptiveLimit twice as wide with every round that is seen to start, up to its limit", () => {
  const limit = new AdaptiveLimit(OPTIONS);
  const rounds: number[] = [];
  for (let round = 0; round < 8; round += 1) {
    rounds.push(send(limit, { from: 0, nowMs: round * 10_000 }));
    limit.throttled(10_000);
    limit.observe(all("served"), (round + 1) * 10_000);
  }
  expect(rounds).toEqual([60, 120, 240, 480, 960, 1920, 2000, 2000]);
});

Deno.test("AdaptiveLimit brings ten thousand instances back within two minutes", () => {
  const limit = new AdaptiveLimit(OPTIONS);
  let left = 10_000;
  let seconds = 0;
  for (; left > 0; seconds += 10) {
    left -= send(limit, { from: 0, nowMs: seconds * 1000 });
    limit.throttled(left);
    limit.observe(all("served"), (seconds + 10) * 1000);
  }
  expect(seconds).toBeLessThan(120);
});

Deno.test("AdaptiveLimit has no room while what it sent is not seen, and half as much when it is not seen in time", () => {
  const limit = new AdaptiveLimit({ ...OPTIONS, initial: 2 });
  for (const served of [2, 4, 8]) {
    expect(send(limit, { from: 0, nowMs: 0 })).toBe(served);
    limit.throttled(1);
    limit.observe(all("served"), 0);
  }
  expect(send(limit, { from: 0, nowMs: 0 })).toBe(16);
  limit.throttled(1);
  limit.observe(all("waiting"), 29_999);
  expect([limit.room(), limit.window, limit.nextRoomAtMs()]).toEqual([0, 16, 30_000]);
  limit.observe(all("waiting"), 30_000);
  expect([limit.room(), limit.window]).toEqual([8, 8]);
});

Deno.test("AdaptiveLimit never goes below what it begins with, and begins anew when nothing waits", () => {
  const limit = new AdaptiveLimit({ ...OPTIONS, initial: 2 });
  send(limit, { from: 0, nowMs: 0 });
  limit.throttled(1);
  limit.observe(all("waiting"), 30_000);
  expect(limit.window).toBe(2);
  send(limit, { from: 0, nowMs: 30_000 });
  limit.observe(all("served"), 30_000);
  expect(limit.window).toBe(4);
  limit.throttled(0);
  limit.observe(all("waiting"), 40_000);
  expect(limit.window).toBe(2);
});

Deno.test("AdaptiveLimit learns nothing from starts that are not needed any more", () => {
  const limit = new AdaptiveLimit({ ...OPTIONS, initial: 2 });
  send(limit, { from: 0, nowMs: 0 });
  limit.throttled(1);
  limit.observe(all("moot"), 40_000);
  expect([limit.window, limit.room()]).toEqual([2, 2]);
});

Deno.test("AdaptiveLimit never has more under way than its window, nor a window beyond its bounds", () => {
  const outcome = fc.constantFrom<StartOutcome>("served", "moot", "waiting");
  const round = fc.record({ outcomes: fc.array(outcome, { minLength: 1 }), waiting: fc.nat(3) });
  fc.assert(fc.property(fc.array(round), (rounds) => {
    const limit = new AdaptiveLimit({ initial: 3, max: 20, timeoutMs: 30_000 });
    rounds.forEach(({ outcomes, waiting }, at) => {
      send(limit, { from: at * 100, nowMs: at * 10_000 });
      expect([limit.room(), limit.inFlight >= limit.window]).toEqual([0, true]);
      limit.throttled(waiting);
      limit.observe((s) => outcomes[s.instanceIndex % outcomes.length] ?? "waiting", at * 10_000);
      expect(limit.window).toBeGreaterThanOrEqual(3);
      expect(limit.window).toBeLessThanOrEqual(20);
    });
  }));
});
