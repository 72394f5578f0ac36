import { expect } from "expect";
import { MetricsRegistry } from "./metrics.ts";

Deno.test("MetricsRegistry.increment() counts from nothing, by one or by more", () => {
  const metrics = new MetricsRegistry();
  metrics.increment("heartbeats");
  metrics.increment("heartbeats", 4);
  expect(metrics.get("heartbeats")).toBe(5);
});

Deno.test("MetricsRegistry.set() replaces a figure", () => {
  const metrics = new MetricsRegistry();
  metrics.set("apps", 3);
  metrics.set("apps", 2);
  expect(metrics.get("apps")).toBe(2);
});

Deno.test("MetricsRegistry.get() is 0 for what was never touched", () => {
  expect(new MetricsRegistry().get("unknown")).toBe(0);
});

Deno.test("MetricsRegistry.snapshot() is all figures sorted by name, and stays as it is", () => {
  const metrics = new MetricsRegistry();
  metrics.set("b", 2);
  metrics.set("a", 1);
  const snapshot = metrics.snapshot();
  metrics.set("a", 9);
  expect(Object.entries(snapshot)).toEqual([["a", 1], ["b", 2]]);
});
