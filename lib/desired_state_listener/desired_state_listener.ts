/**
 * The desired_state_listener: fetches what the Cloud Controller wants and makes the store say the same,
 * all or nothing (DES-01 to DES-28, DST-01 to DST-08). A fetch that fails, or that is not to be believed,
 * leaves everything as it was: freshness then runs out by itself.
 *
 * @module
 */

import type { FetcherConfig } from "../config/config.ts";
import type { Logger } from "../helpers/logger.ts";
import type { Metrics } from "../helpers/metrics.ts";
import type { Random } from "../helpers/random.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";
import { CorruptRecords } from "../store/collections/corrupt_records.ts";
import {
  type DesiredDifference,
  writeDesiredDifference,
} from "../store/collections/desired_state.ts";
import { bumpFreshness } from "../store/collections/freshness.ts";
import type { Fence } from "../store/fence.ts";
import type { StoreLayout } from "../store/layout.ts";
import type { Store } from "../store/store.ts";
import { StoreUnavailableError } from "../store/store_errors.ts";
import { CloudControllerClient } from "./cloud_controller_client.ts";
import { fetchDesiredState } from "./fetch_desired_state.ts";
import type { HttpGet } from "./http_get.ts";
import { FetchError } from "./fetch_error.ts";
import { judgeFetch } from "./judge_fetch.ts";
import { type DesiredTally, KnownDesired } from "./known_desired.ts";
import { ShrinkBreaker } from "./shrink_breaker.ts";
import { StoreMark } from "./store_mark.ts";

/** The gauge of how long the last sync with the store took (DES-22). */
export const SYNC_TIME_METRIC = "DesiredStateSyncTimeInMilliseconds";

/** Passes for which is believed what was read of the store and written to it. */
const PASSES_PER_LOAD = 10;

/** What the desired_state_listener is handed. */
export interface DesiredStateListenerDeps {
  readonly store: Store;
  readonly layout: StoreLayout;
  readonly fence: Fence;
  readonly httpGet: HttpGet;
  readonly config: FetcherConfig;
  /** How long desired freshness lasts after a fetch. */
  readonly desiredFreshnessTtlSeconds: number;
  readonly time: TimeProvider;
  readonly random: Random;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** What one fetch came to. */
export interface FetchReport {
  /** Apps the Cloud Controller named, wanted or not (DES-08). */
  readonly received: number;
  /** Records written because they are new or changed. */
  readonly written: number;
  /** Records removed because they are not wanted any more. */
  readonly removed: number;
}

/** Keeps the stored desired state what the Cloud Controller says it is. */
export class DesiredStateListener {
  readonly #deps: DesiredStateListenerDeps;
  readonly #cloudController: CloudControllerClient;
  readonly #corruptRecords: CorruptRecords;
  /** What is stored; undefined while that is to be read. */
  #known: KnownDesired | undefined;
  #passesSinceLoad = 0;
  readonly #mark: StoreMark;
  readonly #shrinkBreaker: ShrinkBreaker;

  /** Asks the Cloud Controller for nothing until its first pass. */
  constructor(deps: DesiredStateListenerDeps) {
    const { config, httpGet, layout, time, desiredFreshnessTtlSeconds } = deps;
    this.#deps = deps;
    this.#mark = new StoreMark({
      ...deps,
      key: layout.desiredFreshKey,
      ttlSeconds: desiredFreshnessTtlSeconds,
    });
    this.#corruptRecords = new CorruptRecords(deps);
    this.#shrinkBreaker = new ShrinkBreaker(deps);
    this.#cloudController = new CloudControllerClient({
      baseUrl: config.ccBaseUrl,
      credentials: config.credentials,
      batchSize: config.batchSize,
      networkTimeoutSeconds: config.networkTimeoutSeconds,
      time,
      httpGet,
    });
  }

  /**
   * Fetches everything, stores the difference, and bumps desired freshness.
   *
   * @throws {FetchError} when the Cloud Controller cannot be asked or is not to be believed; nothing was
   *   stored
   * @throws {StoreUnavailableError} when the store fails while it is compared or written; freshness was
   *   not bumped
   * @throws {LeadershipLostError} when another process leads
   */
  async pass(signal: AbortSignal): Promise<FetchReport> {
    const sync = new SyncTimer(this.#deps);
    const known = await sync.timed(() => this.#stored());
    const tally = known.begin();
    await fetchDesiredState((tokenId) => this.#cloudController.page(tokenId, signal), tally);
    signal.throwIfAborted();
    const difference = await sync.timed(() => this.#sync(known, tally));
    await this.#bump();
    const report = {
      received: tally.received,
      written: difference.puts.size,
      removed: difference.deletes.length,
    };
    this.#deps.log.info("Fetched the desired state", { ...report });
    return report;
  }

  /** What is stored, read anew now and then, and when the store may be another: it may have changed. */
  async #stored(): Promise<KnownDesired> {
    this.#passesSinceLoad += 1;
    const known = await this.#mark.isAsLeft() ? this.#known : undefined;
    const isOld = this.#passesSinceLoad >= PASSES_PER_LOAD || known?.worn === true;
    if (known !== undefined && !isOld) return known;
    this.#known = undefined;
    const corruptRecords = this.#corruptRecords;
    const loaded = await KnownDesired.load({ ...this.#deps, corruptRecords });
    this.#known = loaded;
    this.#passesSinceLoad = 0;
    return loaded;
  }

  async #sync(known: KnownDesired, tally: DesiredTally): Promise<DesiredDifference> {
    const { store, layout, fence } = this.#deps;
    const difference = tally.difference();
    await this.#requirePlausible(tally.received, difference);
    // Until all of it is written nobody knows what is stored.
    this.#known = undefined;
    await writeDesiredDifference(store, layout, { difference, fence });
    known.commit(difference);
    this.#known = known;
    await this.#shrinkBreaker.release();
    return difference;
  }

  async #requirePlausible(
    received: number,
    { stored, lost, deletes }: DesiredDifference,
  ): Promise<void> {
    try {
      judgeFetch({ ...this.#deps.config, received, stored, lost });
    } catch (error) {
      if (!(error instanceof FetchError)) throw error;
      const reason = error.message;
      if (!await this.#shrinkBreaker.obeys({ reason, lost: deletes.toSorted() })) throw error;
    }
  }

  /** The desired state is stored, whether it can be called fresh or not: the fetch succeeded (DES-21). */
  async #bump(): Promise<void> {
    const { store, layout, fence, time, random, log, desiredFreshnessTtlSeconds } = this.#deps;
    try {
      if (await this.#mark.wasReplaced()) {
        log.error(
          "The store is not the one it was: what is desired is fetched anew before it counts",
        );
        return;
      }
      const revision = await bumpFreshness(store, {
        key: layout.desiredFreshKey,
        ttlSeconds: desiredFreshnessTtlSeconds,
        now: time.now(),
        lease: random.leaseId(),
        fence,
      });
      this.#mark.leave(revision);
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      log.error("Stored the desired state but could not bump its freshness", { error });
    }
  }
}

/** How long a pass is busy with the store, without the time that the Cloud Controller takes (DES-22). */
class SyncTimer {
  readonly #deps: Pick<DesiredStateListenerDeps, "time" | "metrics">;
  #tookMs = 0;

  constructor(deps: Pick<DesiredStateListenerDeps, "time" | "metrics">) {
    this.#deps = deps;
  }

  async timed<T>(work: () => Promise<T>): Promise<T> {
    const { time, metrics } = this.#deps;
    const startedMs = time.monotonicMs();
    try {
      return await work();
    } finally {
      this.#tookMs += time.monotonicMs() - startedMs;
      metrics.set(SYNC_TIME_METRIC, this.#tookMs);
    }
  }
}
