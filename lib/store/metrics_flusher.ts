/**
 * Carries what a component counts into the store, beside its work: one transaction per interval at most,
 * none when nothing changed, and one at the end (REG-39). Work never waits for it, nor fails with it:
 * figures that cannot be stored are stored later (SND-14). A single pass alone has no later, and asks.
 *
 * @module
 */

import { linkAbort } from "../helpers/link_abort.ts";
import { LogLimiter } from "../helpers/log_limiter.ts";
import type { Logger } from "../helpers/logger.ts";
import type { Metrics, MetricsSource } from "../helpers/metrics.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";
import type { StoredMetricName } from "./collections/metrics.ts";
import { MetricsRecorder, type MetricsRecorderDeps } from "./collections/record_metrics.ts";
import { UnstoredMetrics } from "./collections/unstored_metrics.ts";
import { LeadershipLostError } from "./store_errors.ts";

/** What a {@linkcode MetricsFlusher} is handed. */
export interface MetricsFlusherDeps extends MetricsRecorderDeps {
  readonly metrics: Metrics & MetricsSource;
  /** Which figures are this component's to store. */
  readonly names: readonly StoredMetricName[];
  readonly intervalMs: number;
  readonly time: TimeProvider;
  readonly log: Logger;
}

/** Stores the figures of one component. */
export class MetricsFlusher {
  readonly #deps: MetricsFlusherDeps;
  readonly #recorder: MetricsRecorder;
  readonly #unstored: UnstoredMetrics;
  readonly #limiter: LogLimiter;

  constructor(deps: MetricsFlusherDeps) {
    this.#deps = deps;
    this.#recorder = new MetricsRecorder(deps);
    this.#unstored = new UnstoredMetrics(deps.names, deps.metrics.snapshot());
    this.#limiter = new LogLimiter({ time: deps.time });
  }

  /**
   * Stores what changed since the last time.
   *
   * @throws {StoreUnavailableError} when the store fails; nothing is lost, the next flush stores it
   * @throws {LeadershipLostError} when another process leads
   */
  async flush(): Promise<void> {
    const now = this.#deps.metrics.snapshot();
    for (;;) {
      const changes = this.#unstored.since(now);
      if (changes.sums.size === 0 && changes.latest.size === 0) return;
      this.#unstored.stored(await this.#recorder.record(changes));
    }
  }

  /**
   * Does `work` until it is done, or `signal` aborts, and stores figures meanwhile and afterwards.
   *
   * @throws what `work` throws
   * @throws {LeadershipLostError} when another process leads
   */
  async beside(work: (signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void> {
    using working = linkAbort(signal);
    using flushing = linkAbort(signal);
    let lost: unknown;
    const loop = this.#loop(flushing.signal).catch((error) => {
      lost = error;
      working.abort(error);
    });
    try {
      await work(working.signal);
    } finally {
      flushing.abort();
      await loop;
      await this.#lastFlush();
    }
    if (lost !== undefined) throw lost;
  }

  /**
   * Does a single pass and then stores what it counted, also when it failed.
   *
   * @throws what `pass` throws
   * @throws {StoreUnavailableError} when the pass went well and its figures could not be stored (SND-14)
   */
  async after(pass: () => Promise<void>): Promise<void> {
    try {
      await pass();
    } catch (error) {
      await this.#lastFlush();
      throw error;
    }
    await this.flush();
  }

  async #loop(signal: AbortSignal): Promise<void> {
    const { time, intervalMs } = this.#deps;
    while (!signal.aborted) {
      await time.sleep(intervalMs, { signal });
      if (!signal.aborted) await this.#flushOrLater();
    }
  }

  async #lastFlush(): Promise<void> {
    const { log } = this.#deps;
    try {
      await this.#flushOrLater();
    } catch (error) {
      if (!(error instanceof LeadershipLostError)) throw error;
      log.info("Left out the last figures: another process may lead", { error });
    }
  }

  async #flushOrLater(): Promise<void> {
    const { metrics, log } = this.#deps;
    try {
      await this.flush();
    } catch (error) {
      if (error instanceof LeadershipLostError) throw error;
      metrics.increment("metrics_store_failures");
      const admission = this.#limiter.admit("metrics");
      if (!admission.admitted) return;
      log.error("Cannot store figures", { error, suppressed: admission.suppressed });
    }
  }
}
