import { expect } from "expect";
import { SeriesRegistry } from "./series.ts";
import { SERIES, type SeriesInfo } from "./series_catalog.ts";

Deno.test("SeriesRegistry keeps the series of a counter and of a gauge apart by their labels", () => {
  const series = new SeriesRegistry();
  series.count("passes", { component: "sender", outcome: "done" });
  series.count("passes", { outcome: "done", component: "sender" }, 2);
  series.count("passes", { component: "sender", outcome: "failed" });
  series.mark("leading", { component: "sender" }, 1);
  series.mark("leading", { component: "sender" }, 0);
  expect(series.read("passes")).toEqual([
    { labels: { component: "sender", outcome: "done" }, value: 3 },
    { labels: { component: "sender", outcome: "failed" }, value: 1 },
  ]);
  expect(series.get("leading", { component: "sender" })).toBe(0);
  expect(series.get("leading", { component: "analyzer" })).toBeUndefined();
  series.unmark("leading", { component: "sender" });
  expect(series.read("leading")).toEqual([]);
});

Deno.test("SeriesRegistry counts a value in its bucket and all above it; what is too large only in the count", () => {
  const series = new SeriesRegistry();
  const { buckets } = SERIES.pass_duration_seconds;
  for (const value of [0.001, 0.02, 1000]) {
    series.observe("pass_duration_seconds", { component: "sender" }, value);
  }
  const [reading] = series.read("pass_duration_seconds");
  expect(reading?.value).toBeCloseTo(1000.021);
  expect(reading?.distribution?.count).toBe(3);
  expect(reading?.distribution?.buckets).toEqual(
    buckets.map((bound) => bound < 0.02 ? 1 : 2),
  );
});

Deno.test("SERIES have bounds that rise where they are histograms, and labels that are never of one thing alone", () => {
  const allowed = [
    ...["component", "outcome", "reason", "operation"],
    ...["queue", "source", "holds", "state", "setting", "certificate"],
  ];
  for (const info of Object.values<SeriesInfo>(SERIES)) {
    expect(info.buckets !== undefined).toBe(info.kind === "histogram");
    expect([...info.buckets ?? []].sort((a, b) => a - b)).toEqual([...info.buckets ?? []]);
    expect(info.labels.filter((label) => !allowed.includes(label))).toEqual([]);
  }
});
