import { expect } from "expect";
import { MetricsRegistry } from "./metrics.ts";

Deno.test("MetricsRegistry.increment() counts from nothing, by one or by more", () => {
  const metrics = new MetricsRegistry();
  metrics.increment("ReceivedHeartbeats");
  metrics.increment("ReceivedHeartbeats", 4);
  expect(metrics.get("ReceivedHeartbeats")).toBe(5);
});

Deno.test("MetricsRegistry.set() replaces a figure", () => {
  const metrics = new MetricsRegistry();
  metrics.set("deas", 3);
  metrics.set("deas", 2);
  expect(metrics.get("deas")).toBe(2);
});

Deno.test("MetricsRegistry.get() is 0 for what was never touched", () => {
  expect(new MetricsRegistry().get("unknown")).toBe(0);
});

Deno.test("MetricsRegistry.snapshot() is all figures sorted by name, and stays as it is", () => {
  const metrics = new MetricsRegistry();
  metrics.set("flush_duration_ms", 2);
  metrics.set("deas", 1);
  const snapshot = metrics.snapshot();
  metrics.set("deas", 9);
  expect(Object.entries(snapshot)).toEqual([["deas", 1], ["flush_duration_ms", 2]]);
});
