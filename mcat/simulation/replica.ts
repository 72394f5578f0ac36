/**
 * The real components, each in a simulated process of its own, wired as the command line wires them:
 * leadership around those that lead, a view of the fleet for those that watch it, a pace for those that work
 * in passes.
 *
 * @module
 */

import { ActualStateListener } from "../../lib/actual_state_listener/actual_state_listener.ts";
import type { AppStates } from "../../lib/api/app_states.ts";
import { lookUpAppStates } from "../../lib/api/mirrored_app_states.ts";
import { longestDelaySeconds } from "../../lib/analyzer/longest_delay.ts";
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
import { COMPONENT_ROLES } from "../../lib/models/component_role.ts";
import { DECIDERS } from "../../lib/models/decision.ts";
import { Outbox } from "../../lib/outbox/outbox.ts";
import { FleetMirror } from "../../lib/mirror/fleet_mirror.ts";
import { MirroredSender } from "../../lib/sender/mirrored_sender.ts";
import { Shredder } from "../../lib/shredder/shredder.ts";
import { DecisionLog, type DecisionSink } from "../../lib/store/decision_log.ts";
import { type Fence, UNFENCED } from "../../lib/store/fence.ts";
import type { StoreLayout } from "../../lib/store/layout.ts";
import { lead } from "../../lib/store/leadership.ts";
import type { Store } from "../../lib/store/store.ts";
import {
  LeadershipLostError,
  NotFreshError,
  StoreUnavailableError,
} from "../../lib/store/store_errors.ts";
import type { SimulatedConfig } from "./simulated_config.ts";

/** How often each replica of the API is asked something, in milliseconds. */
const QUESTION_MS = 15_000;

/** How long an answer is waited for, in milliseconds. */
const ANSWER_MAX_MS = 10_000;

/** Everything that runs. */
export const REPLICATED = [
  "actual_state_listener",
  "desired_state_listener",
  "analyzer",
  "sender",
  "evacuator",
  "shredder",
  "api",
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
  readonly config: SimulatedConfig;
  readonly signal: AbortSignal;
  /** Is handed what the API would answer from, again and again, by the replicas of the API. */
  readonly onAnswer: (states: AppStates) => void;
}

type Wired = Omit<ReplicaDeps, "signal"> & {
  readonly metrics: Metrics;
  readonly mirror: FleetMirror;
  readonly fence: Fence;
  readonly decisions?: DecisionSink;
};

/** A small fleet's share of what a million instances are to a large one. */
const ONRUSH_INSTANCES = 15;

/** Runs a component until its signal aborts, or until it ends with the error that is thrown. */
export async function runReplica(name: ReplicatedName, deps: ReplicaDeps): Promise<void> {
  const metrics = new MetricsRegistry();
  const { actualFreshnessTtlSeconds } = deps.config;
  const view = { actualFreshnessTtlSeconds, onrushInstances: ONRUSH_INSTANCES };
  const mirror = new FleetMirror({ ...deps, metrics, ...view });
  const { leads, watchesFleet } = COMPONENT_ROLES[name];
  // It has no end of its own, and goes with its process.
  if (watchesFleet) void mirror.run(deps.signal);
  if (!leads) return await WORK[name]({ ...deps, metrics, mirror, fence: UNFENCED }, deps.signal);
  await lead(
    { ...deps, component: name, ttlSeconds: deps.config.lockTtlSeconds },
    (fence, signal) => {
      const wired = { ...deps, metrics, mirror, fence };
      const component = DECIDERS.find((decider) => decider === name);
      if (component === undefined) return WORK[name](wired, signal);
      const decisions = new DecisionLog({ ...wired, component, config: deps.config.decisionLog });
      return decisions.beside((working) => WORK[name]({ ...wired, decisions }, working), signal);
    },
  );
}

/** Asks what a question to the API asks, now and then. */
async function answer(deps: Wired, signal: AbortSignal): Promise<void> {
  const { mirror, time, config: { actualFreshnessTtlSeconds } } = deps;
  const read = lookUpAppStates({ mirror, time, actualFreshnessTtlSeconds });
  while (!signal.aborted) {
    await time.sleep(QUESTION_MS, { signal });
    const askedAtMs = time.monotonicMs();
    try {
      const states = await read();
      // Who stood still in the middle of an answer has nobody any more who waits for it.
      if (time.monotonicMs() - askedAtMs < ANSWER_MAX_MS) deps.onAnswer(states);
    } catch (error) {
      if (error instanceof NotFreshError || error instanceof StoreUnavailableError) continue;
      throw error;
    }
  }
}

/** Works until the signal aborts. */
type Work = (deps: Wired, signal: AbortSignal) => Promise<void>;

const WORK: Readonly<Record<ReplicatedName, Work>> = {
  "actual_state_listener": (deps, signal) =>
    new ActualStateListener({ ...deps, config: deps.config.listener }).run(signal),
  "desired_state_listener": (deps, signal) => {
    const listener = new DesiredStateListener({
      ...deps,
      config: deps.config.fetcher,
      desiredFreshnessTtlSeconds: deps.config.desiredFreshnessTtlSeconds,
    });
    const work = (pass: AbortSignal) => listener.pass(pass);
    return periodically("desired_state_listener", {
      ...deps,
      ...deps.config.fetcher,
      signal,
      work,
    });
  },
  analyzer: (deps, signal) => {
    const config = deps.config.analyzer;
    const analyzer = new MirroredAnalyzer({
      ...deps,
      ...deps.config,
      config,
      passesPerComparison: 30,
    });
    void analyzer.run(signal);
    return periodically("analyzer", { ...deps, ...config, signal, ...whenWoken(analyzer) });
  },
  sender: (deps, signal) => {
    const config = deps.config.sender;
    const sender = new MirroredSender({
      ...deps,
      ...deps.config,
      config,
      delaySecondsMax: longestDelaySeconds(deps.config.analyzer),
    });
    return periodically("sender", { ...deps, ...config, signal, ...whenWoken(sender) });
  },
  evacuator: (deps, signal) =>
    new Evacuator({ ...deps, ...deps.config, outbox: new Outbox(deps) }).run(signal),
  shredder: (deps, signal) => {
    const shredder = new Shredder({ ...deps, schemaVersion: deps.config.schemaVersion });
    const work = () => shredder.pass();
    return periodically("shredder", { ...deps, ...deps.config.shredder, signal, work });
  },
  api: answer,
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
