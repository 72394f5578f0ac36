/**
 * Figures of one process in Prometheus's text format: names in its style, in seconds and ratios, with a
 * word on what each is. Counters are served from the beginning, at 0, for the first increase is seen as one
 * only where something stood before; and so are the fleet's gauges where an analyzer runs, at -1, for
 * nothing is known yet. Of other gauges 0 would say something.
 *
 * @module
 */

import { Counter, Gauge, Registry } from "prom-client";
import { type MetricInfo, type MetricName, METRICS } from "../helpers/metric_catalog.ts";
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

/** Names that every Prometheus client gives them, without the prefix. */
function addProcess(registry: Registry, process: ProcessInfo): void {
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers: [registry] });
  gauge("process_start_time_seconds", "When the process started, in Unix seconds")
    .set(process.startedAt);
  gauge("process_resident_memory_bytes", "Memory the process holds").set(process.memory().resident);
  new Gauge({
    name: `${PREFIX}build_info`,
    help: "Always 1; its labels say which program this is",
    labelNames: ["version", "component"],
    registers: [registry],
  }).set({ version: process.version, component: process.component }, 1);
}
