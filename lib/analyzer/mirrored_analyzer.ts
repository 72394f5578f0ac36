/**
 * The analyzer over a mirror: a pass looks at the apps that changed since the last, not at all there are.
 * Every polling interval there is a regular pass, as if the whole fleet were read; between two of them an
 * extra pass follows whatever changes in the fleet within a moment, so that a crash is answered at once.
 * To what the rules call a pass, extra ones belong to the regular one before them: an app that has a start
 * queued keeps its extra and duplicate instances until the next regular pass (ANA-13, ANA-14).
 *
 * Of which apps nothing needs to be said is a matter of bookkeeping; that it is right is proved now and
 * then by a comparison with everything, beside the passes.
 *
 * @module
 */

import { Bell } from "../helpers/bell.ts";
import { nextTurn } from "../helpers/next_turn.ts";
import { Pace } from "../helpers/pace.ts";
import { isAbortError } from "../helpers/is_abort_error.ts";
import type { App } from "../models/app.ts";
import { appKey } from "../models/app_key.ts";
import { compareWithStore } from "../mirror/compare_with_store.ts";
import type { ChangeFeed } from "../mirror/change_feed.ts";
import type { FleetMirror } from "../mirror/fleet_mirror.ts";
import type { FleetView } from "../mirror/fleet_view.ts";
import { CorruptRecords } from "../store/collections/corrupt_records.ts";
import { judgeFreshness, requireFresh } from "../store/collections/freshness.ts";
import { StoreUnavailableError } from "../store/store_errors.ts";
import { analyzeApp } from "./analyze_app.ts";
import type { AnalysisReport, AnalyzerDeps } from "./analyzer.ts";
import type { AnalyzeAppOptions } from "./app_case.ts";
import { Backlog, type Portion } from "./backlog.ts";
import { DecisionQueue, type QueuedDecisions } from "./decision_queue.ts";
import type { DecisionTraces } from "./decision_traces.ts";
import { FleetGauges } from "./fleet_gauges.ts";
import { pendingByApp } from "./pending_by_app.ts";
import { RunningFleetMetrics } from "./running_fleet_metrics.ts";
import type { StartDecision, StopDecision, Verdict } from "./verdict.ts";

const APPS_PER_TURN = 2_000;
const PASSES_PER_COMPARISON = 60;
/** As many apps that differ are named in the log. */
const NAMED_MAX = 20;

/** What a {@linkcode MirroredAnalyzer} is handed. */
export interface MirroredAnalyzerDeps extends AnalyzerDeps {
  /** Somebody runs it. */
  readonly mirror: FleetMirror;
  /** From one comparison with the store to the next, in regular passes; 0 for never. @default {60} */
  readonly passesPerComparison?: number;
  /** Follows decisions into the queue. @default nobody does */
  readonly traces?: DecisionTraces | undefined;
}

/** Decides what to start and stop, of what changes. */
export class MirroredAnalyzer {
  readonly #deps: MirroredAnalyzerDeps;
  readonly #decisions: DecisionQueue;
  readonly #gauges: FleetGauges;
  readonly #corruptRecords: CorruptRecords;
  readonly #feed: ChangeFeed;
  readonly #pace: Pace;
  readonly #backlog = new Backlog();
  readonly #fleetMetrics = new RunningFleetMetrics();
  /** Apps that a start was decided for since the last regular pass began. */
  readonly #started = new Set<string>();
  readonly #comparisonDue = new Bell();
  #underWay: Portion | undefined;
  #failed = false;
  #regularPasses = 0;

  constructor(deps: MirroredAnalyzerDeps) {
    this.#deps = deps;
    this.#decisions = new DecisionQueue(deps);
    this.#gauges = new FleetGauges(deps.metrics);
    this.#corruptRecords = new CorruptRecords(deps);
    this.#feed = deps.mirror.subscribe();
    this.#pace = new Pace(deps.config.pollingIntervalSeconds * 1000);
  }

  /** The mirror need not gather changes for it any more. */
  [Symbol.dispose](): void {
    this.#deps.mirror.unsubscribe(this.#feed);
  }

  /** Compares with everything now and then, until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (true) {
      await this.#comparisonDue.wait(signal);
      if (signal.aborted) return;
      try {
        await this.compare();
      } catch (error) {
        if (isAbortError(error, signal)) return;
        this.#deps.log.warn("Could not compare the mirror with the store", { error });
      }
    }
  }

  /** Resolves when the next pass should not wait any longer. */
  async wake(signal: AbortSignal): Promise<void> {
    await nextTurn({
      pace: this.#pace,
      time: this.#deps.time,
      signal,
      // After a failure nothing is better a moment later: the next regular pass tries again.
      hasReason: () => !this.#failed && (this.#backlog.urgent || this.#feed.has("fleet")),
      news: (waiting) => this.#feed.news(waiting),
    });
  }

  /**
   * Analyses what changed, and queues what is to be done.
   *
   * @throws {NotFreshError} when what is stored must not be acted upon; nothing was queued
   * @throws {StoreUnavailableError} when the store fails or the mirror cannot catch up
   * @throws {LeadershipLostError} when another process leads
   */
  async pass(): Promise<AnalysisReport> {
    this.#failed = true;
    const report = await this.#gauges.unknownIfFails(() => this.#analyze());
    this.#failed = false;
    return report;
  }

  /** Proves that nothing was missed: what differs is said, counted, and put right. */
  async compare(): Promise<void> {
    using comparison = await compareWithStore({
      ...this.#deps,
      outbox: this.#decisions.outbox,
      readOptions: { corruptRecords: this.#corruptRecords },
    });
    if (comparison === undefined) return;
    const { fleet, queue, compared, different, untouched } = comparison;
    if (different.length > 0) {
      this.#deps.mirror.relist("it differs from the store");
      return this.#differ("The mirror differs from the store", different);
    }
    const pendingOf = pendingByApp(queue);
    const now = this.#deps.time.now();
    const missed: string[] = [];
    let looked = 0;
    for (const [key, app] of fleet.apps) {
      looked += 1;
      if (looked % APPS_PER_TURN === 0) await this.#deps.time.breathe();
      if (!untouched(key) || this.#isWaiting(key)) continue;
      const { starts, stops } = this.#verdict(app, { pending: pendingOf(app), now });
      if (starts.length + stops.length > 0) missed.push(key);
    }
    for (const key of missed) this.#backlog.postpone(key);
    if (missed.length > 0) return this.#differ("The analysis has missed something", missed);
    this.#deps.log.debug("The mirror is what stands in the store", { apps: compared });
  }

  #differ(said: string, keys: readonly string[]): void {
    this.#deps.metrics.increment("mirror_divergences", keys.length);
    this.#deps.log.error(said, { apps: keys.length, first: keys.slice(0, NAMED_MAX) });
  }

  #isWaiting(key: string): boolean {
    const underWay = this.#underWay;
    return this.#feed.hasApp(key) || this.#backlog.has(key) ||
      (underWay !== undefined && (underWay.everything || underWay.keys.has(key)));
  }

  async #analyze(): Promise<AnalysisReport> {
    const { mirror, time, actualFreshnessTtlSeconds } = this.#deps;
    const kind = this.#pace.begin(time.monotonicMs());
    const trace = this.#deps.traces?.begin();
    const view = await mirror.caughtUp();
    trace?.caughtUp(view.revision);
    const options = { now: time.now(), actualFreshnessTtlSeconds };
    requireFresh(judgeFreshness(view.freshness, options), options);
    this.#backlog.add(this.#feed.take());
    const portion = this.#backlog.take(kind);
    this.#underWay = portion;
    try {
      if (kind === "regular") this.#beginRound();
      const { apps, verdict } = await this.#judge(portion, { view, now: options.now });
      trace?.decided(verdict, (key) => view.app(key));
      const queued = await this.#decisions.queue(verdict);
      trace?.queued(queued);
      this.#postponeRefused(verdict, queued);
      this.#gauges.known(this.#fleetMetrics.total);
      return { revision: view.revision, apps, ...queued };
    } catch (error) {
      this.#backlog.putBack(portion);
      throw error;
    } finally {
      this.#underWay = undefined;
    }
  }

  #beginRound(): void {
    this.#started.clear();
    this.#regularPasses += 1;
    const every = this.#deps.passesPerComparison ?? PASSES_PER_COMPARISON;
    if (every > 0 && this.#regularPasses % every === 0) this.#comparisonDue.ring();
  }

  async #judge(
    portion: Portion,
    { view, now }: { readonly view: FleetView; readonly now: number },
  ): Promise<{ readonly apps: number; readonly verdict: Verdict }> {
    const starts: StartDecision[] = [];
    const stops: StopDecision[] = [];
    if (portion.everything) this.#fleetMetrics.clear();
    let apps = 0;
    for (const key of portion.everything ? view.keys() : portion.keys) {
      apps += 1;
      if (apps % APPS_PER_TURN === 0) await this.#letOthersRun(view);
      const app = view.app(key);
      this.#fleetMetrics.set(key, app);
      if (app === undefined) continue;
      const verdict = this.#judgeInRound(
        key,
        this.#verdict(app, { pending: view.pending(key), now }),
      );
      for (const start of verdict.starts) starts.push(start);
      for (const stop of verdict.stops) stops.push(stop);
    }
    return { apps, verdict: { starts, stops } };
  }

  /**
   * Something stands under the key of what was decided: something queued meanwhile, which will be told, or
   * a record that nobody can read, of which nobody will tell when it is gone.
   */
  #postponeRefused(decided: Verdict, queued: QueuedDecisions): void {
    const made = new Set([...queued.starts, ...queued.stops].map(({ messageId }) => messageId));
    for (const { message } of [...decided.starts, ...decided.stops]) {
      if (!made.has(message.messageId)) this.#backlog.postpone(appKey(message));
    }
  }

  /** What was given up while others ran must not be acted upon. */
  async #letOthersRun(view: FleetView): Promise<void> {
    await this.#deps.time.breathe();
    if (this.#deps.mirror.view === view) return;
    throw new StoreUnavailableError("Cannot go on analysing: the fleet is listed anew");
  }

  /** Takes back the stops that must wait because a start was queued in the same round. */
  #judgeInRound(key: string, verdict: Verdict): Verdict {
    const hadStart = this.#started.has(key);
    if (verdict.starts.length > 0) this.#started.add(key);
    if (!hadStart || verdict.stops.length === 0) return verdict;
    const stops = verdict.stops.filter(({ message }) => message.reason === "EVACUATION_COMPLETE");
    if (stops.length < verdict.stops.length) this.#backlog.postpone(key);
    return { starts: verdict.starts, stops };
  }

  #verdict(app: App, { pending, now }: Pick<AnalyzeAppOptions, "pending" | "now">): Verdict {
    const { config, random } = this.#deps;
    return analyzeApp(app, { pending, now, config, uuid: () => random.uuid() });
  }
}
