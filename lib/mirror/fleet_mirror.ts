/**
 * A view of the fleet that is listed once and watched from then on, so that looking at a million quiet
 * instances costs nothing (design: analyzer). Whoever decides asks first that it has caught up with the
 * store: {@linkcode FleetMirror.caughtUp} answers with a view that has everything that was committed before
 * the question, or not at all. When the watch cannot go on, because the store has compacted what comes
 * next or is not the same store any more, it lists anew (F11, F12, I11). While a whole platform reports in
 * it does not follow: that is left to those who write, until all have had their say.
 *
 * @module
 */

import { backoffDelayMs } from "../helpers/backoff.ts";
import { Bell } from "../helpers/bell.ts";
import { linkAbort, type LinkedAbort } from "../helpers/link_abort.ts";
import type { Logger } from "../helpers/logger.ts";
import type { Metrics } from "../helpers/metrics.ts";
import type { Random } from "../helpers/random.ts";
import { shareCalls } from "../helpers/share_calls.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";
import { judgeFreshness } from "../store/collections/freshness.ts";
import { CorruptRecords } from "../store/collections/corrupt_records.ts";
import type { StoreLayout } from "../store/layout.ts";
import type { Store } from "../store/store.ts";
import { CompactedError, NotFreshError, StoreUnavailableError } from "../store/store_errors.ts";
import { type Bookmark, BookmarkLostError } from "./bookmark.ts";
import { ChangeFeed } from "./change_feed.ts";
import { FleetView } from "./fleet_view.ts";
import { listFleet } from "./list_fleet.ts";
import { Onrush } from "./onrush.ts";
import { sitOut } from "./sit_out.ts";
import { StoreWitness } from "./store_witness.ts";

const BACKOFF = { baseMs: 250, maxMs: 5_000 };
/** A view that was of use for so long is replaced at once; one that was lost sooner would be lost again. */
const WORTH_LISTING_MS = 30_000;
/** Changes that are taken over without a pause: leases must be kept alive meanwhile. */
const EVENTS_PER_TURN = 2_000;
/** A reader who has not seen to so many apps, and to one in so many instances, is told that all may differ. */
const CHANGES_MIN = 10_000;
const CHANGES_SHARE = 4;
/** How often is looked whether the store is still the same, also when nobody asks. */
const LOOK_MS = 5_000;
/** How long the watch may take to tell what the store has committed. */
const CATCH_UP_MS = 5_000;

const REPORTS_IN = "Cannot act on what is stored: the platform is reporting in";

/** The counter of listings, the first one included. */
export const MIRROR_LISTINGS_METRIC = "mirror_listings";

/** What a {@linkcode FleetMirror} is handed. */
export interface FleetMirrorDeps {
  readonly store: Store;
  readonly layout: StoreLayout;
  readonly time: TimeProvider;
  readonly random: Random;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly actualFreshnessTtlSeconds: number;
  /** So many instances that come before they may be acted upon are not followed. @default {20000} */
  readonly onrushInstances?: number | undefined;
}

/** A view that is complete, with the bookmark that tells where the store is. */
interface Listed {
  readonly view: FleetView;
  readonly bookmark: Bookmark;
}

/** Keeps a view of the fleet up to date. */
export class FleetMirror {
  readonly #deps: FleetMirrorDeps;
  readonly #corruptRecords: CorruptRecords;
  readonly #witness: StoreWitness;
  readonly #feeds = new Set<ChangeFeed>();
  readonly #bell = new Bell();
  readonly #caughtUp = shareCalls(() => this.#catchUp());
  #running: AbortSignal = AbortSignal.abort();
  #round: LinkedAbort | undefined;
  #listed: Listed | undefined;
  #failure: { readonly error: unknown } | undefined;
  #caughtUpAt: number | undefined;
  #sitsOut = false;

  constructor(deps: FleetMirrorDeps) {
    this.#deps = deps;
    this.#corruptRecords = new CorruptRecords(deps);
    this.#witness = new StoreWitness(deps);
  }

  /** The view as it stands, which may be behind; undefined while it is not complete. */
  get view(): FleetView | undefined {
    return this.#listed?.view;
  }

  /** When the view was last known to hold all that stood in the store, in Unix seconds. */
  get caughtUpAt(): number | undefined {
    return this.#caughtUpAt;
  }

  /** Collects for one reader which apps change; until it is taken for the first time, that is all. */
  subscribe(): ChangeFeed {
    const feed = new ChangeFeed();
    this.#feeds.add(feed);
    return feed;
  }

  /** Forgets a reader. */
  unsubscribe(feed: ChangeFeed): void {
    this.#feeds.delete(feed);
  }

  /** Lists and watches until `signal` aborts; whatever fails is tried again. */
  async run(signal: AbortSignal): Promise<void> {
    this.#running = signal;
    await Promise.all([this.#keepListed(signal), this.#keepLooking(signal)]);
  }

  async #keepListed(signal: AbortSignal): Promise<void> {
    this.#failure = undefined;
    const { time } = this.#deps;
    let failures = 0;
    try {
      while (!signal.aborted) {
        using round = linkAbort(signal);
        this.#round = round;
        let listedAtMs = Infinity;
        const listed = () => listedAtMs = time.monotonicMs();
        const error = await this.#follow(round.signal, listed).catch((error) => ({ error }));
        this.#listed = undefined;
        if (time.monotonicMs() - listedAtMs >= WORTH_LISTING_MS) failures = 0;
        // Whoever asked for another listing has said why, and need not wait for it.
        if (round.signal.aborted) continue;
        failures += 1;
        await this.#recover(error.error, { failures, signal });
      }
    } finally {
      this.#round = undefined;
      this.#bell.ring();
    }
  }

  /**
   * The view, once it holds everything that was committed before this call. It goes on changing: what is
   * to be seen of one moment is to be read before the next `await`.
   *
   * @throws {NotFreshError} while a whole platform reports in, on which nobody may act yet
   * @throws {StoreUnavailableError} when the store or the watch fails, or nobody runs the mirror
   */
  caughtUp(): Promise<FleetView> {
    return this.#caughtUp();
  }

  /**
   * Whoever stands by is asked nothing, and whoever has just begun has nothing to compare: a store that was
   * restored is noticed by those who knew it, asked or not.
   */
  async #keepLooking(signal: AbortSignal): Promise<void> {
    const { time, log } = this.#deps;
    while (!signal.aborted) {
      await time.sleep(LOOK_MS, { signal });
      const listed = this.#listed;
      if (signal.aborted || listed === undefined) continue;
      try {
        await this.#inSameStore(listed, () => this.#storeRevision(listed));
      } catch (error) {
        log.debug("Could not look whether the store is the one it was", { error });
      }
    }
  }

  /** Gives the view up and lists anew, for the reason given. */
  relist(reason: string): void {
    if (this.#listed === undefined) return;
    this.#deps.log.warn("Listing the fleet anew", { reason });
    this.#listed = undefined;
    this.#bell.ring();
    this.#round?.abort();
  }

  async #follow(signal: AbortSignal, onListed: () => void): Promise<{ error: unknown }> {
    const { store, layout, time } = this.#deps;
    const bookmark = await this.#witness.bookmark();
    let view = this.#newView();
    await listFleet({ store, layout, time, view, signal });
    while (true) {
      this.#nowListed({ view, bookmark });
      onListed();
      if (await this.#watch(view, signal) === "ended") break;
      view = await this.#sitOut(view, signal);
    }
    return { error: new StoreUnavailableError("The watch of the fleet has ended") };
  }

  /** Takes over what the watch tells, until it ends or there is an onrush. */
  async #watch(view: FleetView, signal: AbortSignal): Promise<"ended" | "onrush"> {
    const { store, layout, onrushInstances } = this.#deps;
    const fromRevision = view.revision + 1;
    const onrush = new Onrush(view.instances, onrushInstances);
    let applied = 0;
    for await (const batch of store.watch(`${layout.root}/`, { fromRevision, signal })) {
      view.apply(batch);
      this.#witness.saw(view.revision);
      const { instances } = view;
      if (onrush.isOn({ instances, actualFresh: this.#isFresh(view) })) {
        this.#letGo(instances);
        return "onrush";
      }
      for (const feed of this.#feeds) feed.condense(CHANGES_MIN + instances / CHANGES_SHARE);
      this.#bell.ring();
      applied += batch.events.length;
      if (applied < EVENTS_PER_TURN) continue;
      applied = 0;
      await this.#deps.time.breathe();
    }
    return "ended";
  }

  #isFresh(view: FleetView): boolean {
    const { time, actualFreshnessTtlSeconds } = this.#deps;
    const options = { now: time.now(), actualFreshnessTtlSeconds };
    return judgeFreshness(view.freshness, options).actual.fresh;
  }

  /** From here on nobody is told that the view has caught up, for it will not. */
  #letGo(instances: number): void {
    const { log } = this.#deps;
    log.info("The platform reports in: it is looked at again when it has", { instances });
    this.#sitsOut = true;
    this.#listed = undefined;
    this.#bell.ring();
  }

  /** What the view becomes when everybody has reported in. Until then nobody may act on anything. */
  async #sitOut(before: FleetView, signal: AbortSignal): Promise<FleetView> {
    const { revision } = before;
    const waitMaxMs = 2 * this.#deps.actualFreshnessTtlSeconds * 1000;
    try {
      const deas = [...before.deas()].map(({ guid }) => guid);
      const view = this.#newView(before);
      await sitOut({ ...this.#deps, view, revision, deas, waitMaxMs, signal });
      return view;
    } finally {
      this.#sitsOut = false;
    }
  }

  #newView(desiredOf?: FleetView): FleetView {
    const view: FleetView = new FleetView({
      layout: this.#deps.layout,
      corruptRecords: this.#corruptRecords,
      now: () => this.#deps.time.now(),
      onChange: (appKey, kind) => {
        if (this.#listed?.view !== view) return;
        for (const feed of this.#feeds) feed.note(appKey, kind);
      },
    }, desiredOf);
    return view;
  }

  #nowListed(listed: Listed): void {
    const { view } = listed;
    this.#listed = listed;
    this.#failure = undefined;
    this.#deps.metrics.increment(MIRROR_LISTINGS_METRIC);
    this.#deps.log.info("Listed the fleet", {
      revision: view.revision,
      deas: view.presentDeas,
      instances: view.instances,
    });
    for (const feed of this.#feeds) feed.noteEverything();
    this.#bell.ring();
  }

  async #recover(
    error: unknown,
    { failures, signal }: { readonly failures: number; readonly signal: AbortSignal },
  ): Promise<void> {
    const { log, time, random } = this.#deps;
    if (error instanceof CompactedError && failures === 1) {
      return log.info("Listing the fleet anew", { reason: "the watch cannot go on", error });
    }
    log.warn("Lost sight of the fleet", { error });
    this.#failure = { error };
    this.#bell.ring();
    await time.sleep(backoffDelayMs(failures, { ...BACKOFF, random }), { signal });
  }

  async #catchUp(): Promise<FleetView> {
    while (true) {
      const listed = await this.#untilListed();
      if (!await this.#reaches(listed)) continue;
      this.#caughtUpAt = this.#deps.time.now();
      return listed.view;
    }
  }

  async #untilListed(): Promise<Listed> {
    while (this.#listed === undefined) {
      if (this.#running.aborted) throw unavailable("nobody keeps it up to date");
      if (this.#failure !== undefined) throw unavailable("it is lost", this.#failure.error);
      if (this.#sitsOut) throw new NotFreshError("actual", REPORTS_IN);
      await this.#bell.wait(this.#running);
    }
    return this.#listed;
  }

  /** Whether the view has caught up; false when it was given up meanwhile. */
  async #reaches(listed: Listed): Promise<boolean> {
    const { view, bookmark } = listed;
    const reached = await this.#inSameStore(listed, async () => {
      const revision = await this.#storeRevision(listed);
      if (view.revision < revision && this.#listed === listed) await bookmark.move();
      return await this.#follows(listed, revision);
    });
    return reached ?? false;
  }

  async #storeRevision({ view, bookmark }: Listed): Promise<number> {
    const before = view.revision;
    const revision = await bookmark.storeRevision();
    if (revision < before) throw new BookmarkLostError("The store's revision went back", true);
    return revision;
  }

  /** Does it; undefined, and the view is given up, when it turns out that the store is another one. */
  async #inSameStore<T>(listed: Listed, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof BookmarkLostError)) throw error;
      if (this.#listed === listed) this.relist(error.message);
      return undefined;
    }
  }

  /** Waits until the watch has told everything up to `revision`; false as above. */
  async #follows(listed: Listed, revision: number): Promise<boolean> {
    const { view } = listed;
    const behind = () => this.#listed === listed && view.revision < revision;
    if (!behind()) return this.#listed === listed;
    using waiting = linkAbort(this.#running);
    let late = false;
    const deadline = this.#deps.time.sleep(CATCH_UP_MS, { signal: waiting.signal }).then(() => {
      late = true;
      waiting.abort();
    });
    while (behind() && !waiting.signal.aborted) await this.#bell.wait(waiting.signal);
    const reached = !behind();
    const timedOut = late;
    waiting.abort();
    await deadline;
    if (!reached) throw unavailable(timedOut ? "the watch is behind" : "it has stopped");
    return this.#listed === listed;
  }
}

function unavailable(why: string, cause?: unknown): StoreUnavailableError {
  return new StoreUnavailableError(`Cannot look at the mirror of the fleet: ${why}`, { cause });
}
