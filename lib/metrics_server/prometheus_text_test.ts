import { expect } from "expect";
import { METRICS } from "../helpers/metric_catalog.ts";
import { FLEET_GAUGES } from "../store/collections/metrics.ts";
import { prometheusText, seriesOf } from "./prometheus_text.ts";

const process = {
  ...{ version: "1.2.3", component: "sender", hostname: "host", cpus: 2, startedAt: 100 },
  memory: () => ({ resident: 1000, heapUsed: 400 }),
};

async function linesOf(
  touched: Record<string, number>,
  own: Parameters<typeof prometheusText>[0]["own"] = [],
): Promise<string[]> {
  return (await prometheusText({ touched, own, process })).body.split("\n");
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
  expect(lines).toContain('hm9000_build_info{version="1.2.3",component="sender"} 1');
  expect(lines).toContain("process_start_time_seconds 100");
  expect(lines).toContain("process_resident_memory_bytes 1000");
});

Deno.test("seriesOf() names every figure by Prometheus's rules, and no two alike", () => {
  const names = [...METRICS].map(([name, info]) => seriesOf(name, info).name);
  expect(names.filter((name) => !/^hm9000_[a-z]+(?:_[a-z]+)*$/.test(name))).toEqual([]);
  expect(names.filter((name) => /(?:_ms|milliseconds|percentage)/.test(name))).toEqual([]);
  expect(new Set(names).size).toBe(METRICS.size);
});
