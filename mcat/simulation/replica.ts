/**
 * The real components, each in a simulated process of its own, wired as the command line wires them:
 * leadership around those that lead, a pace for those that work in passes.
 *
 * @module
 */

import { ActualStateListener } from "../../lib/actual_state_listener/actual_state_listener.ts";
import { MirroredAnalyzer } from "../../lib/analyzer/mirrored_analyzer.ts";
import { DesiredStateListener } from "../../lib/desired_state_listener/desired_state_listener.ts";
import type { HttpGet } from "../../lib/desired_state_listener/http_get.ts";
import { Evacuator } from "../../lib/evacuator/evacuator.ts";
import type { Logger } from "../../lib/helpers/logger.ts";
import { type Metrics, MetricsRegistry } from "../../lib/helpers/metrics.ts";
import { runPeriodically } from "../../lib/helpers/periodic.ts";
import type { Random } from "../../lib/helpers/random.ts";
import type { TimeProvider } from "../../lib/helpers/time_provider.ts";
import type { MessageBus } from "../../lib/message_bus/message_bus.ts";
import { DECIDERS } from "../../lib/models/decision.ts";
import { Outbox } from "../../lib/outbox/outbox.ts";
import { FleetMirror } from "../../lib/mirror/fleet_mirror.ts";
import { MirroredSender } from "../../lib/sender/mirrored_sender.ts";
import { Shredder } from "../../lib/shredder/shredder.ts";
import { DecisionLog, type DecisionSink } from "../../lib/store/decision_log.ts";
import type { Fence } from "../../lib/store/fence.ts";
import type { StoreLayout } from "../../lib/store/layout.ts";
import { lead } from "../../lib/store/leadership.ts";
import type { Store } from "../../lib/store/store.ts";
import { LeadershipLostError } from "../../lib/store/store_errors.ts";
import { SIMULATED_CONFIG as CONFIG } from "./simulated_config.ts";

/** What runs; the API is left out, for it decides nothing. */
export const REPLICATED = [
  "actual_state_listener",
  "desired_state_listener",
  "analyzer",
  "sender",
  "evacuator",
  "shredder",
] as const;

/** One of {@linkcode REPLICATED}. */
export type ReplicatedName = typeof REPLICATED[number];

/** What a component is handed in its process. */
export interface ReplicaDeps {
  readonly store: Store;
  readonly layout: StoreLayout;
  readonly bus: MessageBus;
  readonly httpGet: HttpGet;
  readonly time: TimeProvider;
  readonly random: Random;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

type Wired = Omit<ReplicaDeps, "signal"> & {
  readonly metrics: Metrics;
  readonly mirror: FleetMirror;
  readonly fence: Fence;
  readonly decisions?: DecisionSink;
};

/** Runs a component until its signal aborts, or until it ends with the error that is thrown. */
export async function runReplica(name: ReplicatedName, deps: ReplicaDeps): Promise<void> {
  const metrics = new MetricsRegistry();
  const mirror = new FleetMirror({ ...deps, metrics });
  // It has no end of its own, and goes with its process.
  if (name === "analyzer" || name === "sender") void mirror.run(deps.signal);
  await lead(
    { ...deps, component: name, ttlSeconds: CONFIG.lockTtlSeconds },
    (fence, signal) => {
      const wired = { ...deps, metrics, mirror, fence };
      const component = DECIDERS.find((decider) => decider === name);
      if (component === undefined) return WORK[name](wired, signal);
      const decisions = new DecisionLog({ ...wired, component, config: CONFIG.decisionLog });
      return decisions.beside((working) => WORK[name]({ ...wired, decisions }, working), signal);
    },
  );
}

const WORK: Readonly<Record<ReplicatedName, (deps: Wired, signal: AbortSignal) => Promise<void>>> =
  {
    "actual_state_listener": (deps, signal) =>
      new ActualStateListener({ ...deps, config: CONFIG.listener }).run(signal),
    "desired_state_listener": (deps, signal) => {
      const listener = new DesiredStateListener({
        ...deps,
        config: CONFIG.fetcher,
        desiredFreshnessTtlSeconds: CONFIG.desiredFreshnessTtlSeconds,
      });
      const work = (pass: AbortSignal) => listener.pass(pass);
      return periodically("desired_state_listener", { ...deps, ...CONFIG.fetcher, signal, work });
    },
    analyzer: (deps, signal) => {
      const config = CONFIG.analyzer;
      const analyzer = new MirroredAnalyzer({ ...deps, ...CONFIG, config, passesPerComparison: 5 });
      return periodically("analyzer", { ...deps, ...config, signal, ...whenWoken(analyzer) });
    },
    sender: (deps, signal) => {
      const config = CONFIG.sender;
      const sender = new MirroredSender({ ...deps, ...CONFIG, config });
      return periodically("sender", { ...deps, ...config, signal, ...whenWoken(sender) });
    },
    evacuator: (deps, signal) =>
      new Evacuator({ ...deps, ...CONFIG, outbox: new Outbox(deps) }).run(signal),
    shredder: (deps, signal) => {
      const shredder = new Shredder({ ...deps, schemaVersion: CONFIG.schemaVersion });
      const work = () => shredder.pass();
      return periodically("shredder", { ...deps, ...CONFIG.shredder, signal, work });
    },
  };

function whenWoken(component: MirroredAnalyzer | MirroredSender) {
  return {
    work: () => component.pass(),
    wake: (signal: AbortSignal) => component.wake(signal),
  };
}

async function periodically(
  name: string,
  options: {
    readonly pollingIntervalSeconds: number;
    readonly timeoutSeconds: number;
    readonly time: TimeProvider;
    readonly log: Logger;
    readonly signal: AbortSignal;
    readonly work: (signal: AbortSignal) => Promise<unknown>;
    readonly wake?: (signal: AbortSignal) => Promise<void>;
  },
): Promise<void> {
  const { time, log, signal, work, wake } = options;
  await runPeriodically({
    name,
    periodMs: options.pollingIntervalSeconds * 1000,
    timeoutMs: options.timeoutSeconds * 1000,
    time,
    log,
    signal,
    work: async (pass) => void await work(pass),
    ...(wake === undefined ? {} : { wake }),
    isTerminal: (error) => error instanceof LeadershipLostError,
  });
}
