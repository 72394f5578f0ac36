/**
 * Every component by name: what it needs, whether it leads, and how it is put together. This is wiring;
 * what a component does is in its room under `lib`.
 *
 * @module
 */

import type { ApiFleet } from "../lib/api/v1_sources.ts";
import type { ReadAppStates } from "../lib/api/app_states.ts";
import type { Config, PollingConfig } from "../lib/config/config.ts";
import type { Logger } from "../lib/helpers/logger.ts";
import type { MetricsRegistry } from "../lib/helpers/metrics.ts";
import type { Random } from "../lib/helpers/random.ts";
import type { SpanSink } from "../lib/helpers/span.ts";
import type { TimeProvider } from "../lib/helpers/time_provider.ts";
import type { MessageBus } from "../lib/message_bus/message_bus.ts";
import {
  FLEET_GAUGES,
  MESSAGE_COUNTERS,
  type StoredMetricName,
} from "../lib/store/collections/metrics.ts";
import type { FleetMirror } from "../lib/mirror/fleet_mirror.ts";
import type { DecisionSink } from "../lib/store/decision_log.ts";
import type { Fence } from "../lib/store/fence.ts";
import type { ComponentName } from "../lib/models/component_role.ts";
import type { StoreLayout } from "../lib/store/layout.ts";
import type { Store } from "../lib/store/store.ts";
import { VERSION } from "./_version.ts";

/** Everything from outside that a component may be handed. */
export interface Outside {
  readonly config: Config;
  readonly store: Store;
  readonly layout: StoreLayout;
  readonly bus: MessageBus;
  readonly time: TimeProvider;
  readonly random: Random;
  /** Where components that decide record what and why. @default nowhere */
  readonly decisions?: DecisionSink | undefined;
  readonly log: Logger;
  readonly metrics: MetricsRegistry;
  /** A view of the fleet that is kept up to date; undefined for a single pass, which reads the store. */
  readonly mirror?: FleetMirror | undefined;
  /** Takes spans; undefined unless a collector of traces is configured. */
  readonly spans?: SpanSink | undefined;
}

/** A component ready to run: it either works in passes, or runs until it is told to stop. */
export type BuiltComponent =
  | {
    readonly kind: "passes";
    readonly polling: PollingConfig;
    readonly pass: (signal: AbortSignal) => Promise<unknown>;
    /** Resolves when a pass should come before its period is over. @default none does */
    readonly wake?: (signal: AbortSignal) => Promise<void>;
    /** What goes on beside the passes. */
    readonly beside?: (signal: AbortSignal) => Promise<void>;
  }
  | {
    readonly kind: "serves";
    /** Calls `progressed` whenever it shows that it does not hang, unless it has a probe. */
    readonly run: (signal: AbortSignal, progressed: () => void) => Promise<void>;
    /**
     * Asks what it would have to ask to serve: that it settles, well or not, is progress.
     * @default its own calls of `progressed` are
     */
    readonly probe?: () => Promise<unknown>;
  };

/** How a component is run. */
export interface ComponentSpec {
  readonly summary: string;
  /** The Go original's name for it. */
  readonly alias?: string;
  readonly needsBus: boolean;
  /** Whether it works in passes, so that `--once` makes sense. */
  readonly worksInPasses: boolean;
  /** The figures that are its to store (behaviour.md 18). */
  readonly storesMetrics: readonly StoredMetricName[];
  readonly build: (outside: Outside, fence: Fence) => Promise<BuiltComponent>;
}

/** How each component is run. */
export const COMPONENTS: Readonly<Record<ComponentName, ComponentSpec>> = {
  "actual_state_listener": {
    summary: "Store what DEAs say is running",
    alias: "listen",
    needsBus: true,
    worksInPasses: false,
    storesMetrics: [
      "ReceivedHeartbeats",
      "SavedHeartbeats",
      "ActualStateListenerStoreUsagePercentage",
    ],
    build: buildActualStateListener,
  },
  "desired_state_listener": {
    summary: "Store what the Cloud Controller says should run",
    alias: "fetch_desired",
    needsBus: false,
    worksInPasses: true,
    storesMetrics: ["DesiredStateSyncTimeInMilliseconds"],
    build: buildDesiredStateListener,
  },
  analyzer: {
    summary: "Compare desired with actual and queue starts and stops",
    alias: "analyze",
    needsBus: false,
    worksInPasses: true,
    storesMetrics: FLEET_GAUGES,
    build: buildAnalyzer,
  },
  sender: {
    summary: "Verify, throttle and send queued starts and stops",
    alias: "send",
    needsBus: true,
    worksInPasses: true,
    storesMetrics: MESSAGE_COUNTERS,
    build: buildSender,
  },
  api: {
    summary: "Answer what is asked about apps, over HTTP and NATS",
    alias: "serve_api",
    needsBus: true,
    worksInPasses: false,
    storesMetrics: [],
    build: buildApi,
  },
  evacuator: {
    summary: "Queue starts for what leaves an evacuating DEA",
    needsBus: true,
    worksInPasses: false,
    storesMetrics: [],
    build: buildEvacuator,
  },
  shredder: {
    summary: "Delete what older schema versions left in the store",
    alias: "shred",
    needsBus: false,
    worksInPasses: true,
    storesMetrics: [],
    build: buildShredder,
  },
};

async function buildActualStateListener(outside: Outside, fence: Fence): Promise<BuiltComponent> {
  const { ActualStateListener } = await import(
    "../lib/actual_state_listener/actual_state_listener.ts"
  );
  const traces = await tracesOf(outside, async (deps) => {
    const { FlushTraces } = await import("../lib/actual_state_listener/flush_traces.ts");
    return new FlushTraces({ ...outside, ...deps });
  });
  const deps = { ...outside, config: outside.config.listener, fence, traces };
  return {
    kind: "serves",
    run: (signal, onRound) => new ActualStateListener({ ...deps, onRound }).run(signal),
  };
}

async function buildDesiredStateListener(outside: Outside, fence: Fence): Promise<BuiltComponent> {
  const { DesiredStateListener } = await import(
    "../lib/desired_state_listener/desired_state_listener.ts"
  );
  const { httpGet, httpGetWith } = await import("../lib/desired_state_listener/http_get.ts");
  const { fetcher, desiredFreshnessTtlSeconds } = outside.config;
  const isPlain = !fetcher.skipCertVerify && fetcher.tls === undefined;
  const listener = new DesiredStateListener({
    ...outside,
    config: fetcher,
    desiredFreshnessTtlSeconds,
    httpGet: isPlain
      ? httpGet
      : httpGetWith({ verify: !fetcher.skipCertVerify, files: fetcher.tls }),
    fence,
  });
  return { kind: "passes", polling: fetcher, pass: (signal) => listener.pass(signal) };
}

async function buildAnalyzer(outside: Outside, fence: Fence): Promise<BuiltComponent> {
  const { analyzer: config, actualFreshnessTtlSeconds } = outside.config;
  const deps = { ...outside, config, actualFreshnessTtlSeconds, fence };
  const { mirror } = outside;
  if (mirror === undefined) {
    const { Analyzer } = await import("../lib/analyzer/analyzer.ts");
    const analyzer = new Analyzer(deps);
    return { kind: "passes", polling: config, pass: () => analyzer.pass() };
  }
  const { MirroredAnalyzer } = await import("../lib/analyzer/mirrored_analyzer.ts");
  const passesPerComparison = config.comparisonPasses;
  const traces = await tracesOf(outside, async (traced) => {
    const { DecisionTraces } = await import("../lib/analyzer/decision_traces.ts");
    return new DecisionTraces(traced);
  });
  const analyzer = new MirroredAnalyzer({ ...deps, mirror, passesPerComparison, traces });
  const component = watching(config, analyzer);
  return { ...component, beside: (signal) => analyzer.run(signal) };
}

async function buildSender(outside: Outside, fence: Fence): Promise<BuiltComponent> {
  const { sender: config, actualFreshnessTtlSeconds, breakers } = outside.config;
  const deps = { ...outside, config, actualFreshnessTtlSeconds, breakers, fence };
  const { mirror } = outside;
  if (mirror === undefined) {
    const { Sender } = await import("../lib/sender/sender.ts");
    const sender = new Sender(deps);
    return { kind: "passes", polling: config, pass: () => sender.pass() };
  }
  const { MirroredSender } = await import("../lib/sender/mirrored_sender.ts");
  const { longestDelaySeconds } = await import("../lib/analyzer/longest_delay.ts");
  const adaptive = config.adaptiveLimit ? config : undefined;
  const traces = await tracesOf(outside, async (traced) => {
    const { DeliveryTraces } = await import("../lib/sender/delivery_traces.ts");
    return new DeliveryTraces(traced);
  });
  const delaySecondsMax = longestDelaySeconds(outside.config.analyzer);
  const live = { mirror, adaptive, delaySecondsMax, traces };
  return watching(config, new MirroredSender({ ...deps, ...live }));
}

/** What follows a component's work for traces; undefined when nobody takes them. */
async function tracesOf<T>(
  { spans, time }: Pick<Outside, "spans" | "time">,
  make: (deps: { readonly spans: SpanSink; readonly time: TimeProvider }) => Promise<T>,
): Promise<T | undefined> {
  return spans === undefined ? undefined : await make({ spans, time });
}

/** A component that passes when its period is over, and sooner when it is woken. */
function watching(
  polling: PollingConfig,
  component: {
    pass(): Promise<unknown>;
    wake(signal: AbortSignal): Promise<void>;
  },
): BuiltComponent & { readonly kind: "passes" } {
  return {
    kind: "passes",
    polling,
    pass: () => component.pass(),
    wake: (signal) => component.wake(signal),
  };
}

async function buildApi(outside: Outside): Promise<BuiltComponent> {
  const { Api } = await import("../lib/api/api.ts");
  const { readyChecks } = await import("./_readiness.ts");
  const { api: config } = outside.config;
  const [readAppStates, fleet] = [await appStates(outside), await apiFleet(outside)];
  const api = new Api({ ...outside, config, readAppStates, fleet, ready: readyChecks(outside) });
  const { mirror, store } = outside;
  const probe = () => mirror === undefined ? store.revision() : mirror.caughtUp();
  return { kind: "serves", run: (signal) => api.run(signal), probe };
}

async function apiFleet(outside: Outside): Promise<ApiFleet | undefined> {
  const { mirror, config: { api: config, actualFreshnessTtlSeconds } } = outside;
  if (mirror === undefined) return undefined;
  const { explain } = await import("../lib/explain/explain.ts");
  const { explainRules } = await import("../lib/explain/explain_rules.ts");
  const { explanationToWire } = await import("../lib/explain/explanation_to_wire.ts");
  const rules = explainRules(outside.config);
  return {
    ...{ ...outside, mirror, actualFreshnessTtlSeconds },
    explain: (question) => explanationToWire(explain({ ...question, rules })),
    version: VERSION,
    eventClientsMax: config.eventClientsMax,
  };
}

/** How old an answer about apps may be: its age is said with it. */
const ANSWER_AGE_MAX_MS = 100;

async function appStates(outside: Outside): Promise<ReadAppStates> {
  const { mirror, config: { actualFreshnessTtlSeconds } } = outside;
  if (mirror === undefined) {
    const { readStoredAppStates } = await import("../lib/api/stored_app_states.ts");
    return readStoredAppStates({ ...outside, actualFreshnessTtlSeconds });
  }
  const { lookUpAppStates } = await import("../lib/api/mirrored_app_states.ts");
  return lookUpAppStates({
    ...{ ...outside, mirror, actualFreshnessTtlSeconds },
    ageMaxMs: ANSWER_AGE_MAX_MS,
  });
}

async function buildEvacuator(outside: Outside, fence: Fence): Promise<BuiltComponent> {
  const { Evacuator } = await import("../lib/evacuator/evacuator.ts");
  const { Outbox } = await import("../lib/outbox/outbox.ts");
  const { gracePeriodSeconds } = outside.config;
  const outbox = new Outbox({ ...outside, fence });
  const evacuator = new Evacuator({ ...outside, outbox, gracePeriodSeconds });
  const probe = () => outside.store.revision();
  return { kind: "serves", run: (signal) => evacuator.run(signal), probe };
}

async function buildShredder(outside: Outside, fence: Fence): Promise<BuiltComponent> {
  const { Shredder } = await import("../lib/shredder/shredder.ts");
  const { schemaVersion } = outside.config.store;
  const shredder = new Shredder({ ...outside, schemaVersion, fence });
  return { kind: "passes", polling: outside.config.shredder, pass: () => shredder.pass() };
}
