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
  planDesiredDifference,
  writeDesiredDifference,
} from "../store/collections/desired_state.ts";
import { bumpFreshness } from "../store/collections/freshness.ts";
import type { Fence } from "../store/fence.ts";
import type { StoreLayout } from "../store/layout.ts";
import type { Store } from "../store/store.ts";
import { StoreUnavailableError } from "../store/store_errors.ts";
import { CloudControllerClient } from "./cloud_controller_client.ts";
import { fetchDesiredState, type FetchedDesiredState } from "./fetch_desired_state.ts";
import type { HttpGet } from "./http_get.ts";
import { judgeFetch } from "./judge_fetch.ts";

/** The gauge of how long the last sync with the store took (DES-22). */
export const SYNC_TIME_METRIC = "DesiredStateSyncTimeInMilliseconds";

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

  /** Asks the Cloud Controller for nothing until its first pass. */
  constructor(deps: DesiredStateListenerDeps) {
    const { config, httpGet } = deps;
    this.#deps = deps;
    this.#corruptRecords = new CorruptRecords(deps);
    this.#cloudController = new CloudControllerClient({
      baseUrl: config.ccBaseUrl,
      credentials: config.credentials,
      batchSize: config.batchSize,
      networkTimeoutSeconds: config.networkTimeoutSeconds,
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
    const fetched = await fetchDesiredState((tokenId) =>
      this.#cloudController.page(tokenId, signal)
    );
    signal.throwIfAborted();
    const difference = await this.#timed(() => this.#sync(fetched));
    await this.#bump();
    const report = {
      received: fetched.received,
      written: difference.puts.size,
      removed: difference.deletes.length,
    };
    this.#deps.log.info("Fetched the desired state", { ...report });
    return report;
  }

  async #sync(fetched: FetchedDesiredState): Promise<DesiredDifference> {
    const { store, layout, fence, config } = this.#deps;
    const difference = await planDesiredDifference(store, layout, {
      wanted: fetched.wanted,
      corruptRecords: this.#corruptRecords,
    });
    judgeFetch({
      received: fetched.received,
      stored: difference.stored,
      lost: difference.lost,
      allowEmptyDesiredState: config.allowEmptyDesiredState,
      shrinkFractionMax: config.shrinkFractionMax,
      shrinkAppsFloor: config.shrinkAppsFloor,
    });
    await writeDesiredDifference(store, layout, { difference, fence });
    return difference;
  }

  async #timed<T>(work: () => Promise<T>): Promise<T> {
    const { time, metrics } = this.#deps;
    const startedMs = time.monotonicMs();
    try {
      return await work();
    } finally {
      metrics.set(SYNC_TIME_METRIC, time.monotonicMs() - startedMs);
    }
  }

  /** The desired state is stored, whether it can be called fresh or not: the fetch succeeded (DES-21). */
  async #bump(): Promise<void> {
    const { store, layout, fence, time, random, log, desiredFreshnessTtlSeconds } = this.#deps;
    try {
      await bumpFreshness(store, {
        key: layout.desiredFreshKey,
        ttlSeconds: desiredFreshnessTtlSeconds,
        now: time.now(),
        lease: random.leaseId(),
        fence,
      });
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      log.error("Stored the desired state but could not bump its freshness", { error });
    }
  }
}
