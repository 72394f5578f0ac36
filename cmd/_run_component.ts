/**
 * Runs components: takes leadership where a component leads, paces what works in passes, and ends when
 * told to, when leadership is lost, or when the message bus is gone for good.
 *
 * @module
 */

import type { Logger } from "../lib/helpers/logger.ts";
import { runPeriodically } from "../lib/helpers/periodic.ts";
import { type Pulse, type Supervision, unsupervised } from "../lib/helpers/supervision.ts";
import { runTaskGroup, type Task } from "../lib/helpers/task_group.ts";
import type { MessageBus } from "../lib/message_bus/message_bus.ts";
import { COMPONENT_ROLES, type ComponentName } from "../lib/models/component_role.ts";
import { type Fence, UNFENCED } from "../lib/store/fence.ts";
import { lead } from "../lib/store/leadership.ts";
import { MetricsFlusher } from "../lib/store/metrics_flusher.ts";
import { refuseNewerSchema } from "../lib/store/newer_schema.ts";
import { LeadershipLostError, StoreUnavailableError } from "../lib/store/store_errors.ts";
import { type BuiltComponent, COMPONENTS, type Outside } from "./_components.ts";
import { decisionLogOf } from "./_decision_log.ts";
import { measurePass } from "./_measure_pass.ts";
import { beatWhileProbed, silenceMaxMs, WAITING_SILENCE_MAX_MS } from "./_watch_progress.ts";

/** Errors of passes that have nothing to go by yet: they wait, and nobody has to do anything. */
const EXPECTED: readonly string[] = ["NotFreshError", "NothingStoredError"];

/** The message bus has closed for good; only a new process can connect again (DMN-24, REG-32). */
export class BusLostError extends Error {
  override readonly name = "BusLostError";
}

/** Components to run, and what with. */
export interface RunOptions {
  readonly names: readonly ComponentName[];
  /** What a component is handed; each gets a logger of its own name. */
  readonly outsideFor: (name: ComponentName) => Outside;
  /** Undefined when none of the components needs one. */
  readonly bus: MessageBus | undefined;
  /** What else runs beside them. @default nothing */
  readonly beside?: readonly Task[];
  /** Told what each component does, and that it goes on. @default nobody is */
  readonly supervision?: Supervision;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/**
 * Runs the components side by side until `signal` aborts.
 *
 * @throws {LeadershipLostError} when one of them does not lead any more
 * @throws {BusLostError} when the message bus is closed for good
 * @throws {PassTimeoutError} when a pass takes longer than it may
 * @throws {NewerSchemaError} when a newer schema version is in use
 */
export async function runComponents(options: RunOptions): Promise<void> {
  const { names, outsideFor, bus, beside = [], log, signal } = options;
  const tasks: Task[] = names.map((name) => ({
    name,
    run: (taskSignal) => {
      const outside = outsideFor(name);
      const { supervision = unsupervised(outside) } = options;
      return runComponent(name, { outside, supervision, signal: taskSignal });
    },
  }));
  if (bus !== undefined) tasks.push({ name: "message_bus", run: (s) => watchBus(bus, s) });
  await runTaskGroup({ tasks: [...tasks, ...beside], signal, log });
}

/**
 * Makes one pass, without leadership: guards on what it writes keep two passes apart (DMN-08). Its figures
 * are stored right after it, whatever came of it; that they cannot be is a failure, though all of its work
 * is done (SND-14).
 */
export async function runOnce(
  name: ComponentName,
  run: { readonly outside: Outside; readonly signal: AbortSignal },
): Promise<void> {
  const { outside, signal } = run;
  await requireNewestSchema(outside);
  const decisions = decisionLogOf(name, { outside, fence: UNFENCED });
  const component = await COMPONENTS[name].build({ ...outside, decisions }, UNFENCED);
  if (component.kind !== "passes") return;
  const flusher = metricsFlusher(name, { outside, fence: UNFENCED });
  const { pass } = component;
  try {
    await flusher.after(async () => void await pass(signal));
  } finally {
    await decisions?.flush();
  }
}

/** Where a component runs, who is told about it, and until when. */
interface Running {
  readonly outside: Outside;
  readonly supervision: Supervision;
  readonly signal: AbortSignal;
}

async function runComponent(name: ComponentName, running: Running): Promise<void> {
  if (!COMPONENT_ROLES[name].leads) return await work(name, { ...running, fence: UNFENCED });
  const { series } = running.outside.metrics;
  series.mark("leading", { component: name }, 0);
  series.count("leaderships", { component: name }, 0); // The first increase is seen as one only from 0.
  try {
    await leadAndWork(name, running);
  } finally {
    series.mark("leading", { component: name }, 0);
  }
}

async function leadAndWork(name: ComponentName, running: Running): Promise<void> {
  const { outside, supervision, signal } = running;
  const { store, time, random, log, config, metrics: { series } } = outside;
  const ttlSeconds = config.lockTtlSeconds;
  using waiting = supervision.watch(`${name}, waiting to lead`, WAITING_SILENCE_MAX_MS);
  await lead(
    {
      ...{ store, component: name, ttlSeconds, time, random, log, signal },
      onLook: () => waiting.beat(),
      onStandBy: () => supervision.say(name, "stands by"),
    },
    (fence, leading) => {
      waiting[Symbol.dispose]();
      series.mark("leading", { component: name }, 1);
      series.count("leaderships", { component: name });
      return work(name, { ...running, fence, signal: leading });
    },
  );
}

async function work(
  name: ComponentName,
  running: Running & { readonly fence: Fence },
): Promise<void> {
  const { outside, supervision, fence, signal } = running;
  await requireNewestSchema(outside);
  const decisions = decisionLogOf(name, { outside, fence });
  const component = await COMPONENTS[name].build({ ...outside, decisions }, fence);
  using pulse = supervision.watch(name, silenceMaxMs(component));
  const flusher = metricsFlusher(name, { outside, fence });
  supervision.say(name, COMPONENT_ROLES[name].leads ? "leads" : "serves");
  const context = { name, outside, pulse, probes: supervision.watches };
  const run = (working: AbortSignal) => runBuilt(component, { ...context, signal: working });
  const recorded = decisions === undefined
    ? run
    : (working: AbortSignal) => decisions.beside(run, working);
  await flusher.beside(recorded, signal);
}

/** A store that is away does not say; what is done to it then fails by itself. */
async function requireNewestSchema({ store, config }: Outside): Promise<void> {
  try {
    await refuseNewerSchema(store, config.store.schemaVersion);
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error;
  }
}

type InPasses = BuiltComponent & { readonly kind: "passes" };

/** Who works, with what, and until when. */
interface WorkContext {
  readonly name: ComponentName;
  readonly outside: Outside;
  readonly pulse: Pulse;
  /** Whether a component that only answers is made to show that it could. */
  readonly probes: boolean;
  readonly signal: AbortSignal;
}

async function runBuilt(component: BuiltComponent, context: WorkContext): Promise<void> {
  if (component.kind === "passes") return await repeatBeside(component, context);
  const { name, outside, pulse, probes, signal } = context;
  const { run, probe } = component;
  const serve = (s: AbortSignal) => run(s, () => pulse.beat());
  if (probe === undefined || !probes) return await serve(signal);
  const { time, log } = outside;
  const probing = (s: AbortSignal) => beatWhileProbed(probe, { pulse, time, signal: s });
  const tasks = [{ name, run: serve }, { name: `probe of ${name}`, run: probing }];
  await runTaskGroup({ tasks, signal, log });
}

async function repeatBeside(
  component: InPasses,
  context: WorkContext,
): Promise<void> {
  const { beside } = component;
  if (beside === undefined) return await repeat(component, context);
  const { name, outside, signal } = context;
  const passes = { name, run: (s: AbortSignal) => repeat(component, { ...context, signal: s }) };
  const tasks = [passes, { name: `${name} beside its passes`, run: beside }];
  await runTaskGroup({ tasks, signal, log: outside.log });
}

async function repeat(
  component: InPasses,
  context: WorkContext,
): Promise<void> {
  const { polling, pass, wake } = component;
  const { name, outside, pulse, signal } = context;
  await runPeriodically({
    name,
    periodMs: polling.pollingIntervalSeconds * 1000,
    timeoutMs: polling.timeoutSeconds * 1000,
    time: outside.time,
    log: outside.log,
    signal,
    work: async (passSignal) => {
      pulse.beat();
      await measurePass(() => pass(passSignal), { ...outside, component: name });
      pulse.beat();
    },
    ...(wake === undefined ? {} : { wake }),
    isTerminal: (error) => error instanceof LeadershipLostError,
    isExpected: (error) => error instanceof Error && EXPECTED.includes(error.name),
  });
}

function metricsFlusher(
  name: ComponentName,
  context: { readonly outside: Outside; readonly fence: Fence },
): MetricsFlusher {
  const { outside, fence } = context;
  return new MetricsFlusher({
    ...outside,
    fence,
    names: COMPONENTS[name].storesMetrics,
    intervalMs: outside.config.heartbeatPeriodSeconds * 1000,
  });
}

async function watchBus(bus: MessageBus, signal: AbortSignal): Promise<void> {
  const stopped = Promise.withResolvers<"stopped">();
  const stop = () => stopped.resolve("stopped");
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  const ending = await Promise.race([bus.closed, stopped.promise]);
  signal.removeEventListener("abort", stop);
  if (ending === "stopped") return;
  throw new BusLostError("Lost the message bus for good: the connection is closed", {
    cause: ending,
  });
}
