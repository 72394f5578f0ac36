/**
 * Wiring of traces: one exporter per process, when a collector is configured. Without one nothing of it is
 * even loaded.
 *
 * @module
 */

import type { SpanSink } from "../lib/helpers/span.ts";
import type { Task } from "../lib/helpers/task_group.ts";
import type { Runtime } from "./_runtime.ts";
import { VERSION } from "./_version.ts";

/** Where spans go, and the task that sends them off. */
export interface Tracing {
  readonly spans: SpanSink;
  readonly task: Task;
}

/** Opens tracing for what was asked for, a component or `all`; undefined when no collector is configured. */
export async function openTracing(
  component: string,
  runtime: Pick<Runtime, "config" | "time" | "metrics" | "loggerFor">,
): Promise<Tracing | undefined> {
  const { config: { traceEndpoint: endpoint }, time, metrics } = runtime;
  if (endpoint === undefined) return undefined;
  const { SpanExporter } = await import("../lib/helpers/span_exporter.ts");
  const resource = {
    "service.name": "hm9000",
    "service.version": VERSION,
    "service.instance.id": `${Deno.hostname()}-${Deno.pid}`,
    "hm9000.component": component,
  };
  const log = runtime.loggerFor("traces");
  const exporter = new SpanExporter({ endpoint, resource, time, metrics, log });
  return { spans: exporter, task: { name: "traces", run: (signal) => exporter.run(signal) } };
}
