/**
 * Figures of one process in Prometheus's text format: names in its style, in seconds and ratios, with a
 * word on what each is. Counters are served from the beginning, at 0, for the first increase is seen as one
 * only where something stood before; and so are the fleet's gauges where an analyzer runs, at -1, for
 * nothing is known yet. Of other gauges 0 would say something.
 *
 * @module
 */

import { Counter, Gauge, type Metric, Registry } from "prom-client";
import { type MetricInfo, type MetricName, METRICS } from "../helpers/metric_catalog.ts";
import type { SeriesReading, SeriesRegistry } from "../helpers/series.ts";
import { SERIES, type SeriesInfo, type SeriesName } from "../helpers/series_catalog.ts";
import { FLEET_GAUGES } from "../store/collections/metrics.ts";
import type { ProcessInfo } from "./process_info.ts";

/** Beginning of every name that is ours. */
const PREFIX = "hm9000_";

const FLEET: ReadonlySet<string> = new Set(FLEET_GAUGES);

/** Figures as they stand. */
export interface ProcessFigures {
  /** Those that were touched. */
  readonly touched: Readonly<Record<string, number>>;
  /** Those that the process is there to store. */
  readonly own: readonly MetricName[];
  /** Those that stand in several series. */
  readonly series: Pick<SeriesRegistry, "read">;
  readonly process: ProcessInfo;
}

/** A text, and the media type to serve it as. */
export interface PrometheusText {
  readonly body: string;
  readonly contentType: string;
}

/** The figures as text. */
export async function prometheusText(figures: ProcessFigures): Promise<PrometheusText> {
  const registry = new Registry();
  for (const [name, info] of METRICS) {
    const value = figures.touched[name] ?? initial(name, figures);
    if (value !== undefined) add(registry, { ...seriesOf(name, info), help: info.help, value });
  }
  addSeries(registry, figures.series);
  addProcess(registry, figures.process);
  return { body: await registry.metrics(), contentType: registry.contentType };
}

/** What a figure is called in Prometheus, and what its value is divided by. */
export function seriesOf(
  name: MetricName,
  { kind, prometheus }: Pick<MetricInfo, "kind" | "prometheus">,
): { readonly kind: MetricInfo["kind"]; readonly name: string; readonly divisor: number } {
  const words = prometheus?.name ?? snakeCase(name).replace(/^number_of_/, "");
  const suffix = kind === "counter" ? "_total" : "";
  return { kind, name: `${PREFIX}${words}${suffix}`, divisor: prometheus?.divisor ?? 1 };
}

function snakeCase(name: string): string {
  return name.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toLowerCase();
}

/** What a figure stands at that was not touched; undefined when it is left out. */
function initial(name: MetricName, { own }: ProcessFigures): number | undefined {
  if (METRICS.get(name)?.kind === "counter") return 0;
  return own.includes(name) && FLEET.has(name) ? -1 : undefined;
}

function add(
  registry: Registry,
  series: ReturnType<typeof seriesOf> & { readonly help: string; readonly value: number },
): void {
  const { kind, name, help, divisor } = series;
  const value = series.value / divisor;
  const options = { name, help, registers: [registry] };
  if (kind === "counter") new Counter(options).inc(value);
  else new Gauge(options).set(value);
}

function addSeries(registry: Registry, series: Pick<SeriesRegistry, "read">): void {
  for (const name of Object.keys(SERIES) as SeriesName[]) {
    const readings = series.read(name);
    if (readings.length > 0) registry.registerMetric(familyOf(name, readings));
  }
}

/** A metric that is known already, as the library takes one; its own would want to count by themselves. */
function familyOf(name: SeriesName, readings: readonly SeriesReading[]): Metric {
  const { kind, help } = SERIES[name];
  const family = {
    name: familyName(name),
    help,
    type: kind,
    aggregator: "sum",
    values: readings.flatMap((reading) => samplesOf(name, reading)),
  };
  return { ...family, get: () => Promise.resolve(family) } as unknown as Metric;
}

function samplesOf(name: SeriesName, { labels, value, distribution }: SeriesReading): unknown[] {
  const full = familyName(name);
  if (distribution === undefined) return [{ labels, value, metricName: full }];
  const { buckets: bounds = [] }: SeriesInfo = SERIES[name];
  const { buckets, count } = distribution;
  const bucket = (le: number | string, total: number) => ({
    labels: { ...labels, le },
    value: total,
    metricName: `${full}_bucket`,
  });
  return [
    ...bounds.map((bound, position) => bucket(bound, buckets[position] ?? 0)),
    bucket("+Inf", count),
    { labels, value, metricName: `${full}_sum` },
    { labels, value: count, metricName: `${full}_count` },
  ];
}

/** What a figure that stands in several series is called in Prometheus. */
export function familyName(name: SeriesName): string {
  return `${PREFIX}${name}${SERIES[name].kind === "counter" ? "_total" : ""}`;
}

/** What is said of the process; names without the prefix are those that every Prometheus client gives. */
export const PROCESS_FIGURES = {
  "process_start_time_seconds": {
    kind: "gauge",
    help: "When the process started, in Unix seconds",
  },
  "process_cpu_seconds_total": {
    kind: "counter",
    help: "Processor time the process has used, user and system together",
  },
  "process_resident_memory_bytes": { kind: "gauge", help: "Memory the process holds" },
  "hm9000_heap_used_bytes": { kind: "gauge", help: "Memory that values in the process take" },
  "hm9000_event_loop_lag_seconds": {
    kind: "gauge",
    help: "The longest that work has had to wait for the thread since figures were last asked for",
  },
  "hm9000_build_info": {
    kind: "gauge",
    help: "Always 1; its labels say which program this is",
  },
} as const satisfies Readonly<Record<string, Pick<MetricInfo, "kind" | "help">>>;

function addProcess(registry: Registry, process: ProcessInfo): void {
  const { resident, heapUsed } = process.memory();
  const values = {
    "process_start_time_seconds": process.startedAt,
    "process_cpu_seconds_total": process.cpuSeconds(),
    "process_resident_memory_bytes": resident,
    "hm9000_heap_used_bytes": heapUsed,
    "hm9000_event_loop_lag_seconds": process.eventLoopLagSeconds(),
  } as const;
  for (const [name, value] of Object.entries(values)) {
    const { kind, help } = PROCESS_FIGURES[name as keyof typeof values];
    add(registry, { kind, name, divisor: 1, help, value });
  }
  const { version, commit, component } = process;
  const name = "hm9000_build_info";
  const labelNames = ["version", "commit", "component"];
  new Gauge({ name, help: PROCESS_FIGURES[name].help, labelNames, registers: [registry] })
    .set({ version, commit, component }, 1);
}
