/**
 * Whether flushes keep up with what comes in, for an operator: when one takes longer than the time from
 * one to the next, said once, and once when they keep up again. Until then heartbeats wait longer than
 * they should, the newest of each DEA.
 *
 * @module
 */

import type { Logger } from "../helpers/logger.ts";
import type { Metrics } from "../helpers/metrics.ts";

/** What a {@linkcode FlushPace} is handed. */
export interface FlushPaceDeps {
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Time from flush to flush, in milliseconds. */
  readonly syncIntervalMs: number;
}

/** One flush that went well. */
export interface FlushTiming {
  readonly tookMs: number;
  /** How long the heartbeat that waited longest had waited when it was saved. */
  readonly lagMs: number;
  readonly deas: number;
}

/** Watches over the pace of flushes. */
export class FlushPace {
  readonly #deps: FlushPaceDeps;
  #behind = false;

  constructor(deps: FlushPaceDeps) {
    this.#deps = deps;
  }

  /** Takes note of a flush, and says so when the pace has changed. */
  note({ tookMs, lagMs, deas }: FlushTiming): void {
    const { log, metrics, syncIntervalMs } = this.#deps;
    metrics.set("flush_duration_ms", tookMs);
    metrics.set("flush_lag_ms", lagMs);
    metrics.set("deas_per_flush", deas);
    const behind = tookMs > syncIntervalMs;
    if (behind && !this.#behind) {
      log.warn("Falling behind: a flush takes longer than the time from one to the next", {
        tookMs,
        lagMs,
        deas,
        syncIntervalMs,
      });
    }
    if (!behind && this.#behind) log.info("Flushes keep up again", { tookMs, lagMs, deas });
    this.#behind = behind;
  }
}
