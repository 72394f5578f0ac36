/**
 * One flush: save what was heard, then say that the store is fresh, or at once that it is not
 * (LIS-03 to LIS-14, LIS-20, LIS-22, LIS-24; REG-01, REG-02, REG-06).
 *
 * Freshness says "what is stored is what DEAs say". So a save that fails ends it, and a save that takes a
 * heartbeat period or longer does not prolong it. What could not be saved waits for the next flush,
 * unless its DEA says something newer.
 *
 * @module
 */

import type { ListenerConfig } from "../config/config.ts";
import { LogLimiter } from "../helpers/log_limiter.ts";
import type { Logger } from "../helpers/logger.ts";
import type { Metrics } from "../helpers/metrics.ts";
import type { Random } from "../helpers/random.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";
import { bumpFreshness, revokeFreshness } from "../store/collections/freshness.ts";
import type { Fence } from "../store/fence.ts";
import type { StoreLayout } from "../store/layout.ts";
import type { Store } from "../store/store.ts";
import { LeadershipLostError } from "../store/store_errors.ts";
import { FlushPace } from "./flush_pace.ts";
import type { DeaCache } from "./dea_cache.ts";
import type { FlushTraces } from "./flush_traces.ts";
import type { HeartbeatInbox, PendingHeartbeat } from "./heartbeat_inbox.ts";
import { saveHeartbeats } from "./save_heartbeats.ts";
import { usagePercentage } from "./usage_percentage.ts";

/** How long the same kind of failure is not logged again, in milliseconds. */
const FAILURE_LOG_INTERVAL_MS = 10_000;

/** What a {@linkcode Flush} is handed. */
export interface FlushDeps {
  readonly time: TimeProvider;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Follows what is new until it is saved. @default nobody does */
  readonly traces?: FlushTraces | undefined;
  readonly random: Random;
  readonly store: Store;
  readonly layout: StoreLayout;
  readonly fence: Fence;
  readonly config: Pick<
    ListenerConfig,
    | "heartbeatPeriodSeconds"
    | "heartbeatTtlSeconds"
    | "actualFreshnessTtlSeconds"
    | "syncIntervalMs"
  >;
  readonly inbox: HeartbeatInbox;
  readonly cache: DeaCache;
}

/** Flushes heartbeats into the store; never two at once. */
export class Flush {
  readonly #deps: FlushDeps;
  readonly #limiter: LogLimiter;
  readonly #pace: FlushPace;
  /** When the heartbeat came that waits longest for being saved; undefined when none waits. */
  #waitingSinceMs: number | undefined;
  #advertised = false;
  /** Freshness should have been revoked and may not have been. */
  #revocationDue = false;

  constructor(deps: FlushDeps) {
    this.#deps = deps;
    this.#pace = new FlushPace({ ...deps, ...deps.config });
    this.#limiter = new LogLimiter({ time: deps.time, intervalMs: FAILURE_LOG_INTERVAL_MS });
  }

  /** An advertisement came that is to make actual state fresh; the next pass sees to it (REG-39). */
  advertise(): void {
    this.#advertised = true;
  }

  /**
   * Saves what waits and returns whether that went well. A store that fails is logged and counted, and
   * the next pass tries again.
   *
   * @throws {LeadershipLostError} when another process leads
   */
  async pass(): Promise<boolean> {
    const { time, metrics, config } = this.#deps;
    const startedAtMs = time.monotonicMs();
    try {
      return await this.#pass();
    } finally {
      const tookMs = time.monotonicMs() - startedAtMs;
      const usage = usagePercentage({ tookMs, intervalMs: config.syncIntervalMs });
      metrics.set("ActualStateListenerStoreUsagePercentage", usage);
    }
  }

  async #pass(): Promise<boolean> {
    const { inbox, cache } = this.#deps;
    const advertised = this.#advertised;
    this.#advertised = false;
    this.#waitingSinceMs ??= inbox.waitingSinceMs;
    const heartbeats = inbox.take();
    try {
      if (this.#revocationDue) await this.#revoke();
      if (heartbeats.length > 0) await this.#save(heartbeats);
      else if (advertised) await this.#bump(this.#deps.time.now());
      return true;
    } catch (error) {
      if (error instanceof LeadershipLostError) throw error;
      cache.doubt(heartbeats.map(({ deaGuid }) => deaGuid));
      inbox.putBack(heartbeats);
      await this.#failed(error, heartbeats.length);
      return false;
    }
  }

  async #save(heartbeats: readonly PendingHeartbeat[]): Promise<void> {
    const { time, metrics, log, config } = this.#deps;
    const startedAtMs = time.monotonicMs();
    const { firstAt } = await saveHeartbeats(heartbeats, { ...this.#deps, ...config });
    const savedAtMs = time.monotonicMs();
    const tookMs = savedAtMs - startedAtMs;
    metrics.increment("SavedHeartbeats", heartbeats.length);
    const lagMs = savedAtMs - (this.#waitingSinceMs ?? savedAtMs);
    this.#waitingSinceMs = undefined;
    this.#pace.note({ tookMs, lagMs, deas: heartbeats.length });
    if (tookMs < config.heartbeatPeriodSeconds * 1000) return await this.#bump(firstAt);
    metrics.increment("slow_flushes");
    log.warn("A flush took a heartbeat period or longer: freshness is not prolonged", { tookMs });
  }

  /**
   * A bump that fails is not a save that failed: freshness ends by itself if that goes on (LIS-22). A first
   * flush of a large platform takes seconds: freshness counts from the first good save of it (LIS-12).
   */
  async #bump(now: number): Promise<void> {
    const { store, layout, fence, random, config } = this.#deps;
    try {
      await bumpFreshness(store, {
        key: layout.actualFreshKey,
        ttlSeconds: config.actualFreshnessTtlSeconds,
        now,
        lease: random.leaseId(),
        fence,
      });
    } catch (error) {
      if (error instanceof LeadershipLostError) throw error;
      this.#deps.metrics.increment("freshness_bump_failures");
      this.#log("Cannot bump actual freshness", { error });
    }
  }

  async #failed(error: unknown, heartbeats: number): Promise<void> {
    this.#deps.metrics.increment("flush_failures");
    this.#log("Cannot save heartbeats", { error, heartbeats });
    try {
      await this.#revoke();
    } catch (cause) {
      if (cause instanceof LeadershipLostError) throw cause;
      this.#log("Cannot revoke actual freshness", { error: cause });
    }
  }

  async #revoke(): Promise<void> {
    const { store, layout, fence } = this.#deps;
    this.#revocationDue = true;
    await revokeFreshness(store, { key: layout.actualFreshKey, fence });
    this.#revocationDue = false;
  }

  #log(message: string, fields: { readonly error: unknown; readonly heartbeats?: number }): void {
    const admission = this.#limiter.admit(message);
    if (!admission.admitted) return;
    this.#deps.log.error(message, { ...fields, suppressed: admission.suppressed });
  }
}
