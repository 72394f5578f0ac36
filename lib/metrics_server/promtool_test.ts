import { expect } from "expect";
import { InProcessBus } from "../message_bus/in_process_bus.ts";
import { InProcessHub } from "../message_bus/in_process_hub.ts";
import { promtool } from "../../test_helpers/promtool.ts";
import { StoredFleet } from "../../test_helpers/stored_fleet.ts";
import { type CounterName, type GaugeName, METRICS } from "../helpers/metric_catalog.ts";
import type { MetricsRegistry } from "../helpers/metrics.ts";
import { SERIES } from "../helpers/series_catalog.ts";
import { MetricsServer } from "./metrics_server.ts";
import { figuresInPrometheus } from "./prometheus_names.ts";

/** Touches every figure there is. */
function touchAll(metrics: MetricsRegistry): void {
  for (const [name, { kind }] of METRICS) {
    if (kind === "counter") metrics.increment(name as CounterName);
    else metrics.set(name as GaugeName, 1);
  }
  const { series } = metrics;
  const touch = {
    counter: series.count.bind(series),
    gauge: series.mark.bind(series),
    histogram: series.observe.bind(series),
  } as unknown as Record<string, (name: string, labels: unknown, value: number) => void>;
  for (const [name, { kind, labels }] of Object.entries(SERIES)) {
    touch[kind]?.(name, Object.fromEntries(labels.map((label) => [label, "a"])), 1);
  }
}

/** What a metrics server answers that has something to say of every figure. */
async function everyFigure(): Promise<string> {
  await using fleet = new StoredFleet();
  const { metrics, time, random, log } = fleet;
  touchAll(metrics);
  await using bus = new InProcessBus(new InProcessHub(), fleet);
  const listening = Promise.withResolvers<number>();
  const stop = new AbortController();
  const server = new MetricsServer({
    ready: [],
    ...{ address: "127.0.0.1", port: 0, credentials: undefined, own: [] },
    ...{ metrics, time, random, log, bus, onListen: listening.resolve },
    observer: { look: () => Promise.resolve() },
    readPlatformMetrics: () => Promise.reject(new TypeError("not asked for")),
    process: {
      ...{ version: "1", commit: "abc", component: "all", hostname: "host", cpus: 2 },
      startedAt: 100,
      memory: () => ({ resident: 1000, heapUsed: 400 }),
      cpuSeconds: () => 1.5,
      eventLoopLagSeconds: () => 0.25,
    },
  });
  const running = server.run(stop.signal);
  const text = await (await fetch(`http://127.0.0.1:${await listening.promise}/metrics`)).text();
  stop.abort();
  await running;
  return text;
}

Deno.test("MetricsServer serves what promtool finds nothing wrong with, every figure of the catalogue among it", async () => {
  const text = await everyFigure();
  expect(await promtool(["check", "metrics"], { input: text }))
    .toEqual({ success: true, output: "" });
  const served = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, kind]) => [name, kind]);
  const known = figuresInPrometheus().map(({ name, kind }) => [name, kind]);
  expect(served.sort()).toEqual(known.sort());
});
