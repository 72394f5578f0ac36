/**
 * Wiring of the metrics server: one per process, beside whichever components it runs, when a port is
 * configured for it.
 *
 * @module
 */

import process from "node:process";
import type { Task } from "../lib/helpers/task_group.ts";
import type { MessageBus } from "../lib/message_bus/message_bus.ts";
import type { FleetMirror } from "../lib/mirror/fleet_mirror.ts";
import { EventLoopLag } from "../lib/metrics_server/event_loop_lag.ts";
import type { Observer } from "../lib/metrics_server/observer.ts";
import type { ProcessInfo } from "../lib/metrics_server/process_info.ts";
import { COMPONENT_ROLES, type ComponentName } from "../lib/models/component_role.ts";
import { readPlatformMetrics } from "../lib/store/collections/platform_metrics.ts";
import { readBuildInfo } from "./_build_info.ts";
import { COMPONENTS } from "./_components.ts";
import { readyChecks } from "./_readiness.ts";
import type { Runtime } from "./_runtime.ts";
import { VERSION } from "./_version.ts";

/** Whose figures are served, and what with. */
export interface MetricsServerRequest {
  /** The component that was asked for, or `all`. */
  readonly component: string;
  readonly names: readonly ComponentName[];
  readonly runtime: Omit<Runtime, keyof AsyncDisposable>;
  /** Undefined when none of the components needs one: then collectors are not told. */
  readonly bus: MessageBus | undefined;
  /** Undefined when none of the components looks at the fleet through one. */
  readonly mirror: FleetMirror | undefined;
  /** Told the port once requests are accepted; for who asked for port 0. */
  readonly onListen?: (port: number) => void;
}

/** The tasks that serve figures; none when no port is configured. */
export async function metricsServerTasks(request: MetricsServerRequest): Promise<readonly Task[]> {
  const { component, names, runtime, bus, mirror, onListen } = request;
  const { config, store, layout, time } = runtime;
  const { address, port, credentials, tls } = config.metricsServer;
  if (port === undefined) return [];
  const { MetricsServer } = await import("../lib/metrics_server/metrics_server.ts");
  const log = runtime.loggerFor("metrics_server");
  const { actualFreshnessTtlSeconds } = config;
  const lag = new EventLoopLag(time);
  const server = new MetricsServer({
    ...{ ...runtime, address, port, credentials, tls, bus, log },
    own: names.flatMap((name) => COMPONENTS[name].storesMetrics),
    process: await processInfo(component, { startedAt: time.now(), lag }),
    observer: await observerOf(request),
    ready: readyChecks({ ...runtime, bus, mirror, led: names.filter(isLed) }),
    readPlatformMetrics: () =>
      readPlatformMetrics(store, layout, { now: time.now(), actualFreshnessTtlSeconds, log }),
    ...(onListen && { onListen }),
  });
  return [
    { name: "metrics_server", run: (signal) => server.run(signal) },
    { name: "event_loop_lag", run: (signal) => lag.run(signal) },
  ];
}

function isLed(name: ComponentName): boolean {
  return COMPONENT_ROLES[name].leads;
}

async function observerOf({ runtime, bus, mirror }: MetricsServerRequest): Promise<Observer> {
  const { Observer } = await import("../lib/metrics_server/observer.ts");
  const { CertificateExpiry, certificateFiles } = await import(
    "../lib/metrics_server/certificate_expiry.ts"
  );
  const { config, time, metrics } = runtime;
  const files = certificateFiles(config);
  const certificates = new CertificateExpiry({ files, time, readTextFile: Deno.readTextFile });
  return new Observer({ metrics, time, config, mirror, bus, certificates });
}

async function processInfo(
  component: string,
  { startedAt, lag }: { readonly startedAt: number; readonly lag: EventLoopLag },
): Promise<ProcessInfo> {
  const { commit = "" } = await readBuildInfo() ?? {};
  return {
    version: VERSION,
    commit,
    component,
    hostname: Deno.hostname(),
    cpus: navigator.hardwareConcurrency,
    startedAt,
    memory: () => {
      const { rss, heapUsed } = Deno.memoryUsage();
      return { resident: rss, heapUsed };
    },
    cpuSeconds: () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1_000_000;
    },
    eventLoopLagSeconds: () => lag.take(),
  };
}
