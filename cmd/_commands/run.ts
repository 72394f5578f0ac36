/**
 * `hm9000 <component>` and `hm9000 all`: runs until told to stop, or, with `--once`, makes one pass.
 *
 * @module
 */

import { linkAbort } from "../../lib/helpers/link_abort.ts";
import { onShutdownSignal } from "../../lib/helpers/shutdown_signals.ts";
import { createServiceManager } from "../../lib/helpers/service_manager.ts";
import { Supervision } from "../../lib/helpers/supervision.ts";
import type { Task } from "../../lib/helpers/task_group.ts";
import { openUnixDatagram } from "../../lib/helpers/unix_datagram.ts";
import { InProcessHub } from "../../lib/message_bus/in_process_hub.ts";
import { BusUnavailableError, type MessageBus } from "../../lib/message_bus/message_bus.ts";
import { openMessageBus } from "../../lib/message_bus/open_message_bus.ts";
import type { FleetMirror } from "../../lib/mirror/fleet_mirror.ts";
import {
  COMPONENT_NAMES,
  COMPONENT_ROLES,
  type ComponentName,
} from "../../lib/models/component_role.ts";
import { COMPONENTS, type Outside } from "../_components.ts";
import { metricsServerTasks } from "../_metrics_server.ts";
import { runComponents, runOnce } from "../_run_component.ts";
import { environment, openRuntime, type Runtime } from "../_runtime.ts";
import { openTracing } from "../_tracing.ts";
import { UsageError } from "../_usage_error.ts";

/** How long `--once` waits for the message bus, in milliseconds; a daemon waits as long as it takes. */
const ONCE_CONNECT_MS = 5_000;

/** What was asked for. */
export interface RunRequest {
  readonly name: ComponentName | "all";
  /** What runs in this process. */
  readonly components: readonly ComponentName[];
  readonly configPath: string;
  readonly once: boolean;
}

/** Runs what was asked for; throws what ended it, if that was not a signal. */
export async function run(request: RunRequest): Promise<void> {
  const names = request.components;
  if (request.once) requirePasses(request.name, names);
  await using runtime = await openRuntime({
    configPath: request.configPath,
    user: request.name,
    logTo: "stdout",
  });
  using shutdown = onShutdownSignal({
    log: runtime.log,
    addListener: Deno.addSignalListener,
    removeListener: Deno.removeSignalListener,
    exit: Deno.exit,
    os: Deno.build.os,
  });
  const { signal } = shutdown;
  const { time, log } = runtime;
  const env = environment();
  const manager = createServiceManager({ env, processId: Deno.pid, open: openUnixDatagram, log });
  const supervision = new Supervision({ manager, parts: names, time, log });
  signal.addEventListener("abort", () => supervision.stopping(), { once: true });
  try {
    await runWithBus(request, { names, runtime, supervision, signal });
  } catch (error) {
    // Told to stop while still waiting for a server: that is a clean end.
    if (!(signal.aborted && error === signal.reason)) throw error;
  } finally {
    await manager.close();
  }
  log.info("Stopped");
}

async function runWithBus(
  request: RunRequest,
  context: {
    readonly names: readonly ComponentName[];
    readonly runtime: Runtime;
    readonly supervision: Supervision;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const { names, runtime, supervision, signal } = context;
  runtime.log.info("Starting", { once: request.once, store: runtime.config.store.type });
  supervision.waitsFor("servers");
  const needsBus = names.some((name) => COMPONENTS[name].needsBus);
  const bus = needsBus ? await connect(request, { runtime, signal }) : undefined;
  try {
    const mirror = request.once ? undefined : await openMirror(names, runtime);
    const tracing = request.once ? undefined : await openTracing(request.name, runtime);
    const outsideFor = (name: ComponentName): Outside => ({
      ...runtime,
      mirror,
      spans: tracing?.spans,
      bus: bus ?? noBus(name),
      log: runtime.loggerFor(name),
    });
    const [first] = names;
    if (request.once && first !== undefined) {
      return await runOnce(first, { outside: outsideFor(first), signal });
    }
    const component = request.name;
    const beside = await metricsServerTasks({ component, names, runtime, bus, mirror });
    const mirroring = mirror === undefined ? [] : [mirrorTask(mirror)];
    const watchdog = { name: "watchdog", run: (s: AbortSignal) => supervision.run(s) };
    const traces = tracing === undefined ? [] : [tracing.task];
    const tasks = [...beside, ...mirroring, ...traces, watchdog];
    const { log } = runtime;
    await runComponents({ names, outsideFor, bus, beside: tasks, supervision, log, signal });
  } finally {
    await bus?.[Symbol.asyncDispose]();
  }
}

/** One for all components of the process. It is filled before one of them leads. */
async function openMirror(
  names: readonly ComponentName[],
  runtime: Runtime,
): Promise<FleetMirror | undefined> {
  if (!names.some((name) => COMPONENT_ROLES[name].watchesFleet)) return undefined;
  const { FleetMirror } = await import("../../lib/mirror/fleet_mirror.ts");
  const { actualFreshnessTtlSeconds } = runtime.config;
  return new FleetMirror({ ...runtime, actualFreshnessTtlSeconds });
}

function mirrorTask(mirror: FleetMirror): Task {
  return { name: "mirror", run: (signal) => mirror.run(signal) };
}

async function connect(
  request: RunRequest,
  context: { readonly runtime: Runtime; readonly signal: AbortSignal },
): Promise<MessageBus> {
  const { runtime, signal } = context;
  using attempt = linkAbort(signal);
  using patience = linkAbort(signal);
  if (request.once) {
    runtime.time.sleep(ONCE_CONNECT_MS, { signal: patience.signal }).then(() => {
      if (!patience.signal.aborted) attempt.abort(notConnected());
    });
  }
  const { config, time, log, metrics } = runtime;
  const hub = request.name === "all" ? new InProcessHub() : undefined;
  const deps = { time, log, metrics, hub, name: `hm9000.${request.name}` };
  try {
    return await openMessageBus(config.messageBus, { ...deps, signal: attempt.signal });
  } finally {
    patience.abort();
  }
}

function notConnected(): BusUnavailableError {
  return new BusUnavailableError(
    `Cannot connect to NATS within ${ONCE_CONNECT_MS / 1000} s; check nats in the configuration, ` +
      "and that a server listens there",
  );
}

function requirePasses(asked: string, names: readonly ComponentName[]): void {
  if (names.length === 1 && names.every((name) => COMPONENTS[name].worksInPasses)) return;
  const passes = COMPONENT_NAMES.filter((name) => COMPONENTS[name].worksInPasses).join(", ");
  throw new UsageError(
    `Cannot run ${asked} with --once: it listens until it is told to stop; --once is for ${passes}`,
  );
}

/** Stands where a component that declares it needs no message bus has none. */
function noBus(name: ComponentName): MessageBus {
  const refuse = (): never => {
    throw new TypeError(`${name} was wired without a message bus`);
  };
  return {
    connected: false,
    closed: new Promise(() => {}),
    publish: refuse,
    subscribe: refuse,
    request: refuse,
    flush: refuse,
    drain: refuse,
    [Symbol.asyncDispose]: refuse,
  };
}
