/**
 * The analyzer: looks at the whole fleet at one revision, asks the rules about every app, and queues what
 * they say (ANA-01 to ANA-31). It sends nothing; what it queues the sender verifies again.
 *
 * A pass either sees everything it needs or queues nothing: a store that is not fresh, or that cannot be
 * read, ends the pass with an error (ANA-27 to ANA-30).
 *
 * @module
 */

import type { AnalyzerConfig } from "../config/config.ts";
import type { Logger } from "../helpers/logger.ts";
import type { Metrics } from "../helpers/metrics.ts";
import type { Random } from "../helpers/random.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";
import type { PendingStartMessage } from "../models/pending_start_message.ts";
import type { PendingStopMessage } from "../models/pending_stop_message.ts";
import { CorruptRecords } from "../store/collections/corrupt_records.ts";
import { readFleet } from "../store/collections/fleet.ts";
import { verifyFreshness } from "../store/collections/freshness.ts";
import type { DecisionSink } from "../store/decision_log.ts";
import type { Fence } from "../store/fence.ts";
import type { StoreLayout } from "../store/layout.ts";
import type { Store } from "../store/store.ts";
import { analyzeFleet } from "./analyze_fleet.ts";
import { DecisionQueue } from "./decision_queue.ts";
import { fleetMetrics } from "./app_metrics.ts";
import { FleetGauges } from "./fleet_gauges.ts";
import { pendingByApp } from "./pending_by_app.ts";

/** What the analyzer is handed. */
export interface AnalyzerDeps {
  readonly store: Store;
  readonly layout: StoreLayout;
  readonly fence: Fence;
  readonly config: AnalyzerConfig;
  readonly actualFreshnessTtlSeconds: number;
  readonly time: TimeProvider;
  readonly random: Random;
  /** Where it is recorded what was queued and why. @default nowhere */
  readonly decisions?: DecisionSink | undefined;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** What one pass came to. */
export interface AnalysisReport {
  /** The revision the fleet was seen at. */
  readonly revision: number;
  /** Apps that were analysed, whether anything was to be done about them or not. */
  readonly apps: number;
  /** Starts newly queued; one whose key had a message waiting is not among them. */
  readonly starts: readonly PendingStartMessage[];
  /** Stops newly queued; one whose key had a message waiting is not among them. */
  readonly stops: readonly PendingStopMessage[];
}

/** Decides what to start and stop. */
export class Analyzer {
  readonly #deps: AnalyzerDeps;
  readonly #decisions: DecisionQueue;
  readonly #corruptRecords: CorruptRecords;
  readonly #gauges: FleetGauges;

  /** Reads and writes nothing until its first pass. */
  constructor(deps: AnalyzerDeps) {
    this.#deps = deps;
    this.#decisions = new DecisionQueue(deps);
    this.#corruptRecords = new CorruptRecords(deps);
    this.#gauges = new FleetGauges(deps.metrics);
  }

  /**
   * Analyses every app once and queues what is to be done.
   *
   * @throws {NotFreshError} when what is stored must not be acted upon; nothing was queued
   * @throws {StoreUnavailableError} when the store fails; what was queued until then stays queued
   * @throws {LeadershipLostError} when another process leads
   */
  async pass(): Promise<AnalysisReport> {
    return await this.#gauges.unknownIfFails(() => this.#analyze());
  }

  async #analyze(): Promise<AnalysisReport> {
    const { store, layout, time, actualFreshnessTtlSeconds } = this.#deps;
    const now = time.now();
    await verifyFreshness(store, layout, { now, actualFreshnessTtlSeconds });
    const fleet = await readFleet(store, layout, { corruptRecords: this.#corruptRecords });
    const queue = await this.#decisions.outbox.list({ revision: fleet.revision });
    const verdict = analyzeFleet(fleet.apps.values(), {
      pendingOf: pendingByApp(queue),
      now,
      config: this.#deps.config,
      uuid: () => this.#deps.random.uuid(),
    });
    const queued = await this.#decisions.queue(verdict);
    this.#gauges.known(fleetMetrics(fleet.apps.values()));
    return { revision: fleet.revision, apps: fleet.apps.size, ...queued };
  }
}
