/**
 * The analyzer over a mirror of the fleet: a pass judges the apps that changed, and those alone, since
 * nothing else can have another verdict: what time brings about, a message that falls due or a crash count
 * that ends, changes the store and so comes as a change. What it says is what {@linkcode Analyzer} says
 * of the whole fleet, and every so many passes that is looked into.
 *
 * @module
 */

import { aborted } from "../helpers/aborted.ts";
import type { FleetMirror } from "../mirror/fleet_mirror.ts";
import type { FleetView } from "../mirror/fleet_view.ts";
import { appKey } from "../models/app_key.ts";
import type { PendingStartMessage } from "../models/pending_start_message.ts";
import type { PendingStopMessage } from "../models/pending_stop_message.ts";
import { CorruptRecords } from "../store/collections/corrupt_records.ts";
import { readFleet } from "../store/collections/fleet.ts";
import { judgeFreshness, requireFresh } from "../store/collections/freshness.ts";
import { analyzeApp } from "./analyze_app.ts";
import type { AnalysisReport, AnalyzerDeps } from "./analyzer.ts";
import { DecisionQueue } from "./decision_queue.ts";
import { FleetGauges } from "./fleet_gauges.ts";
import { RunningFleetMetrics } from "./running_fleet_metrics.ts";
import { sameApp } from "./same_app.ts";
import type { StartDecision, StopDecision } from "./verdict.ts";

type Pending = PendingStartMessage | PendingStopMessage;

/** Passes from one comparison with the store to the next: an hour of them. */
const PASSES_PER_COMPARISON = 360;
/** How long changes are gathered before they start a pass of their own, in milliseconds. */
const GATHERING_MS = 250;

/** What a {@linkcode MirroredAnalyzer} is handed. */
export interface MirroredAnalyzerDeps extends AnalyzerDeps {
  readonly mirror: FleetMirror;
  /** @default {360} */
  readonly passesPerComparison?: number;
}

/** Decides what to start and stop, as the fleet changes. */
export class MirroredAnalyzer {
  readonly #deps: MirroredAnalyzerDeps;
  readonly #decisions: DecisionQueue;
  readonly #corruptRecords: CorruptRecords;
  readonly #gauges: FleetGauges;
  readonly #fleetMetrics = new RunningFleetMetrics();
  readonly #feed;
  /**
   * Apps whose verdict is not queued: the store failed, or something stands under a message's key that no
   * reader takes for that app's. When that goes it is no change of the app's, so they are judged again.
   */
  #unfinished = new Set<string>();
  #passesUntilComparison: number;
  #failed = false;

  /** Reads and writes nothing until its first pass. */
  constructor(deps: MirroredAnalyzerDeps) {
    this.#deps = deps;
    this.#decisions = new DecisionQueue(deps);
    this.#corruptRecords = new CorruptRecords(deps);
    this.#gauges = new FleetGauges(deps.metrics);
    this.#feed = deps.mirror.subscribe();
    this.#passesUntilComparison = this.#passesPerComparison;
  }

  /** The mirror need not gather changes for it any more. */
  [Symbol.dispose](): void {
    this.#deps.mirror.unsubscribe(this.#feed);
  }

  /** Judges what changed since the last pass and queues what is to be done; throws as `Analyzer.pass`. */
  async pass(): Promise<AnalysisReport> {
    this.#failed = true;
    const report = await this.#gauges.unknownIfFails(() => this.#analyze());
    this.#failed = false;
    this.#passesUntilComparison -= 1;
    if (this.#passesUntilComparison <= 0) await this.#compare();
    return report;
  }

  /** Resolves when enough has changed for a pass; after one that failed, the period is waited for. */
  async wake(signal: AbortSignal): Promise<void> {
    if (this.#failed) return await aborted(signal);
    while (!this.#feed.has("fleet") && !signal.aborted) await this.#feed.news(signal);
    await this.#deps.time.sleep(GATHERING_MS, { signal });
  }

  get #passesPerComparison(): number {
    return this.#deps.passesPerComparison ?? PASSES_PER_COMPARISON;
  }

  async #analyze(): Promise<AnalysisReport> {
    const { mirror, time, actualFreshnessTtlSeconds, config, random } = this.#deps;
    const view = await mirror.caughtUp();
    const now = time.now();
    const options = { now, actualFreshnessTtlSeconds };
    requireFresh(judgeFreshness(view.freshness, options), options);
    const { revision } = view;
    const keys = this.#takeKeys(view);
    const starts: StartDecision[] = [];
    const stops: StopDecision[] = [];
    for (const key of keys) {
      const app = view.app(key);
      this.#fleetMetrics.set(key, app);
      if (app === undefined) continue;
      const pending = view.pending(key);
      const verdict = analyzeApp(app, { pending, now, config, uuid: () => random.uuid() });
      for (const start of verdict.starts) starts.push(start);
      for (const stop of verdict.stops) stops.push(stop);
    }
    const decided = [...starts, ...stops].map(({ message }) => message);
    this.#unfinished = new Set(decided.map(appKey));
    const queued = await this.#decisions.queue({ starts, stops });
    const done = new Set<Pending>([...queued.starts, ...queued.stops]);
    this.#unfinished = new Set(decided.filter((message) => !done.has(message)).map(appKey));
    this.#gauges.known(this.#fleetMetrics.total);
    return { revision, apps: keys.size, ...queued };
  }

  /** From here to the verdict nothing is awaited: the view is of one moment. */
  #takeKeys(view: FleetView): ReadonlySet<string> {
    const { everything, fleet, queue } = this.#feed.take();
    if (!everything) return new Set([...this.#unfinished, ...fleet, ...queue]);
    this.#fleetMetrics.clear();
    return new Set(view.keys());
  }

  /** Reads the store as it is and holds the view against it, but for what changes meanwhile. */
  async #compare(): Promise<void> {
    const { mirror, store, layout, log, metrics } = this.#deps;
    this.#passesUntilComparison = this.#passesPerComparison;
    const changing = mirror.subscribe();
    try {
      changing.take();
      const view = await mirror.caughtUp();
      changing.take();
      const { revision } = view;
      const fleet = await readFleet(store, layout, {
        revision,
        corruptRecords: this.#corruptRecords,
      });
      const keys = new Set([...fleet.apps.keys(), ...view.keys()]);
      const wrong = [...keys].filter((key) =>
        !changing.hasApp(key) && !sameApp(fleet.apps.get(key), view.app(key))
      );
      if (wrong.length === 0 || mirror.view !== view) return;
      metrics.increment("mirror_divergences", wrong.length);
      log.error("The mirror and the store do not say the same", { apps: wrong.slice(0, 20) });
      mirror.relist("it did not say what the store says");
    } finally {
      mirror.unsubscribe(changing);
    }
  }
}
