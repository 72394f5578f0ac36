import { expect } from "expect";
import { METRICS } from "../helpers/metric_catalog.ts";
import { SeriesRegistry } from "../helpers/series.ts";
import { FLEET_GAUGES } from "../store/collections/metrics.ts";
import { prometheusText, seriesOf } from "./prometheus_text.ts";

const process = {
  ...{ version: "1.2.3", commit: "abc", component: "sender", hostname: "host", cpus: 2 },
  startedAt: 100,
  memory: () => ({ resident: 1000, heapUsed: 400 }),
  cpuSeconds: () => 1.5,
  eventLoopLagSeconds: () => 0.25,
};

async function linesOf(
  touched: Record<string, number>,
  own: Parameters<typeof prometheusText>[0]["own"] = [],
  series = new SeriesRegistry(),
): Promise<string[]> {
  return (await prometheusText({ touched, own, series, process })).body.split("\n");
}

Deno.test("prometheusText() gives a counter its name, type, help and value", async () => {
  const lines = await linesOf({ "StartMissing": 3 });
  expect(lines).toContain(
    "# HELP hm9000_start_missing_total Starts sent because an instance was missing",
  );
  expect(lines).toContain("# TYPE hm9000_start_missing_total counter");
  expect(lines).toContain("hm9000_start_missing_total 3");
});

Deno.test("prometheusText() gives seconds and ratios, and leaves -1 as it is [MET-03]", async () => {
  const lines = await linesOf({
    "DesiredStateSyncTimeInMilliseconds": 1138,
    "ActualStateListenerStoreUsagePercentage": 50,
    "NumberOfAppsWithMissingInstances": -1,
  });
  expect(lines).toContain("hm9000_desired_state_sync_seconds 1.138");
  expect(lines).toContain("hm9000_actual_state_listener_store_usage_ratio 0.5");
  expect(lines).toContain("# TYPE hm9000_apps_with_missing_instances gauge");
  expect(lines).toContain("hm9000_apps_with_missing_instances -1");
});

Deno.test("prometheusText() has counters from the beginning, and the fleet's gauges where they are kept [MET-04]", async () => {
  const own = ["DesiredStateSyncTimeInMilliseconds", ...FLEET_GAUGES] as const;
  const lines = await linesOf({ "NumberOfDesiredApps": 4 }, own);
  expect(lines).toContain("hm9000_start_missing_total 0");
  expect(lines).toContain("hm9000_running_instances -1");
  expect(lines).toContain("hm9000_desired_apps 4");
  expect(lines.filter((line) => line.includes("desired_state_sync"))).toEqual([]);
  expect(await linesOf({})).toContain("hm9000_start_missing_total 0");
  expect((await linesOf({})).filter((line) => line.includes("running_instances"))).toEqual([]);
});

Deno.test("prometheusText() says which program this is and what it takes", async () => {
  const lines = await linesOf({});
  expect(lines).toContain(
    'hm9000_build_info{version="1.2.3",commit="abc",component="sender"} 1',
  );
  expect(lines).toContain("# TYPE process_cpu_seconds_total counter");
  expect(lines).toContain("process_cpu_seconds_total 1.5");
  expect(lines).toContain("hm9000_heap_used_bytes 400");
  expect(lines).toContain("hm9000_event_loop_lag_seconds 0.25");
  expect(lines).toContain("process_start_time_seconds 100");
  expect(lines).toContain("process_resident_memory_bytes 1000");
});

Deno.test("seriesOf() names every figure by Prometheus's rules, and no two alike", () => {
  const names = [...METRICS].map(([name, info]) => seriesOf(name, info).name);
  expect(names.filter((name) => !/^hm9000_[a-z]+(?:_[a-z]+)*$/.test(name))).toEqual([]);
  expect(names.filter((name) => /(?:_ms|milliseconds|percentage)/.test(name))).toEqual([]);
  expect(new Set(names).size).toBe(METRICS.size);
});

Deno.test("prometheusText() has every series of a figure under one help and type, and none before it is touched", async () => {
  const series = new SeriesRegistry();
  series.count("passes", { component: "sender", outcome: "done" }, 2);
  series.count("passes", { component: "sender", outcome: "failed" });
  series.mark("leading", { component: "sender" }, 1);
  const lines = await linesOf({}, [], series);
  expect(lines.filter((line) => line.includes("hm9000_passes"))).toEqual([
    "# HELP hm9000_passes_total Passes that have ended, by outcome: done or failed",
    "# TYPE hm9000_passes_total counter",
    'hm9000_passes_total{component="sender",outcome="done"} 2',
    'hm9000_passes_total{component="sender",outcome="failed"} 1',
  ]);
  expect(lines).toContain('hm9000_leading{component="sender"} 1');
  expect(lines.filter((line) => line.includes("store_errors"))).toEqual([]);
});

Deno.test("prometheusText() has a histogram's buckets, its sum and its count", async () => {
  const series = new SeriesRegistry();
  for (const seconds of [0.002, 0.2, 100]) {
    series.observe("pass_duration_seconds", { component: "sender" }, seconds);
  }
  const lines = await linesOf({}, [], series);
  const name = "hm9000_pass_duration_seconds";
  expect(lines).toContain(`# TYPE ${name} histogram`);
  expect(lines).toContain(`${name}_bucket{component="sender",le="0.001"} 0`);
  expect(lines).toContain(`${name}_bucket{component="sender",le="0.005"} 1`);
  expect(lines).toContain(`${name}_bucket{component="sender",le="60"} 2`);
  expect(lines).toContain(`${name}_bucket{component="sender",le="+Inf"} 3`);
  expect(lines).toContain(`${name}_sum{component="sender"} 100.202`);
  expect(lines).toContain(`${name}_count{component="sender"} 3`);
});
