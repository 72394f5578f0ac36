import { expect } from "expect";
import { FakeLogger } from "../../test_helpers/fake_logger.ts";
import { MetricsRegistry } from "../helpers/metrics.ts";
import { FlushPace } from "./flush_pace.ts";

Deno.test("FlushPace says once that flushes fall behind, and once that they keep up again [F8]", () => {
  const log = new FakeLogger();
  const pace = new FlushPace({ log, metrics: new MetricsRegistry(), syncIntervalMs: 1_000 });
  for (const tookMs of [500, 1_000, 1_001, 3_000, 900, 800]) {
    pace.note({ tookMs, lagMs: tookMs, deas: 1 });
  }
  expect(log.lines.map(({ level, message }) => [level, message])).toEqual([
    ["warn", "Falling behind: a flush takes longer than the time from one to the next"],
    ["info", "Flushes keep up again"],
  ]);
});

Deno.test("FlushPace counts how long flushes took and heartbeats waited", () => {
  const metrics = new MetricsRegistry();
  const pace = new FlushPace({ log: new FakeLogger(), metrics, syncIntervalMs: 1_000 });
  pace.note({ tookMs: 700, lagMs: 1_700, deas: 12 });
  expect(metrics.get("flush_duration_ms")).toBe(700);
  expect(metrics.get("flush_lag_ms")).toBe(1_700);
  expect(metrics.get("deas_per_flush")).toBe(12);
});
