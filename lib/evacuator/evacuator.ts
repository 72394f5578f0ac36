/**
 * The evacuator: when a DEA says that an instance left because the DEA is leaving, its index is started
 * elsewhere at once, without waiting for the next analysis (EVC-01 to EVC-15). It asks nothing of the
 * store but to keep the message: neither freshness nor whether the app is desired (EVC-09).
 *
 * What it has heard and not yet stored it keeps and tries again, for as long as it runs (B16); more than
 * a bound of them are not kept: the analyzer will find those instances missing.
 *
 * @module
 */

import { LogLimiter } from "../helpers/log_limiter.ts";
import type { Logger } from "../helpers/logger.ts";
import type { Metrics } from "../helpers/metrics.ts";
import type { Random } from "../helpers/random.ts";
import { retry } from "../helpers/retry.ts";
import type { SpanSink } from "../helpers/span.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";
import { WallClockWatch } from "../helpers/wall_clock_watch.ts";
import type { BusMessage, MessageBus } from "../message_bus/message_bus.ts";
import { DROPLET_EXITED_SUBJECT } from "../message_bus/subjects.ts";
import { messageDecision } from "../models/decision.ts";
import { parseDropletExited } from "../models/droplet_exited.ts";
import { ParseError } from "../models/parse_error.ts";
import { type PendingStartMessage, startKey } from "../models/pending_start_message.ts";
import type { DecisionSink } from "../store/decision_log.ts";
import { StoreUnavailableError } from "../store/store_errors.ts";
import { enqueueSpan } from "./enqueue_span.ts";
import { evacuationStart } from "./evacuation_start.ts";

/** Most starts kept in memory while the store is away, unless told otherwise. */
const WAITING_STARTS_MAX = 100_000;

/** Where starts are queued: the outbox. */
export interface StartQueue {
  /** Queues a start in place of whatever waits under its key (EVC-08). */
  replaceStart(message: PendingStartMessage): Promise<unknown>;
}

/** What the evacuator is handed. */
export interface EvacuatorDeps {
  readonly bus: MessageBus;
  readonly outbox: StartQueue;
  readonly gracePeriodSeconds: number;
  /** Most starts kept while the store is away. @default {100_000} */
  readonly waitingStartsMax?: number;
  readonly time: TimeProvider;
  readonly random: Random;
  /** Where it is recorded what was queued. @default nowhere */
  readonly decisions?: DecisionSink | undefined;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Told of each start that was queued. @default nobody is */
  readonly spans?: SpanSink | undefined;
}

/** Listens for evacuations and queues the starts they ask for. */
export class Evacuator {
  readonly #deps: EvacuatorDeps;
  readonly #limiter: LogLimiter;
  /** By start key, oldest first. */
  readonly #waiting = new Map<string, PendingStartMessage>();
  #wake: () => void = () => {};

  /** Subscribes to nothing until it is run. */
  constructor(deps: EvacuatorDeps) {
    // By a clock that has just jumped, what others have claimed would seem to be of another time.
    this.#deps = { ...deps, time: new WallClockWatch(deps) };
    this.#limiter = new LogLimiter({ time: deps.time });
  }

  /**
   * Works until `signal` aborts, then stores what it has heard and returns.
   *
   * @throws {LeadershipLostError} when another evacuator leads
   */
  async run(signal: AbortSignal): Promise<void> {
    const subscription = this.#deps.bus.subscribe(
      DROPLET_EXITED_SUBJECT,
      (message) => this.#hear(message),
    );
    const wakeUp = () => this.#wake();
    signal.addEventListener("abort", wakeUp);
    try {
      while (!signal.aborted) {
        await this.#storeWaiting(signal);
        if (this.#waiting.size === 0) await this.#somethingToDo(signal);
      }
    } finally {
      signal.removeEventListener("abort", wakeUp);
      await subscription.drain();
    }
    await this.#storeLast();
  }

  #hear(message: BusMessage): void {
    const { time, random, metrics, gracePeriodSeconds } = this.#deps;
    metrics.increment("droplet_exited_received");
    try {
      const start = evacuationStart(parseDropletExited(message.data), {
        now: time.now(),
        gracePeriodSeconds,
        messageId: random.uuid(),
      });
      if (start !== undefined) this.#keep(start);
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      this.#refuse(error);
    }
  }

  #keep(start: PendingStartMessage): void {
    const { metrics, log, waitingStartsMax = WAITING_STARTS_MAX } = this.#deps;
    if (this.#waiting.size >= waitingStartsMax && !this.#waiting.has(startKey(start))) {
      metrics.increment("evacuation_starts_dropped");
      const admission = this.#limiter.admit("dropped");
      if (admission.admitted) {
        log.error("Too many evacuation starts wait for the store, dropped one");
      }
      return;
    }
    this.#waiting.set(startKey(start), start);
    this.#wake();
  }

  #refuse(error: ParseError): void {
    const { metrics, log } = this.#deps;
    metrics.increment("droplet_exited_rejected");
    const admission = this.#limiter.admit(error.field);
    if (!admission.admitted) return;
    log.warn("Ignored a droplet.exited message", { error, suppressed: admission.suppressed });
  }

  async #storeWaiting(signal: AbortSignal): Promise<void> {
    for (const [key, start] of this.#waiting) {
      const stored = await this.#store(start, signal);
      if (stored && this.#waiting.get(key) === start) this.#waiting.delete(key);
      if (signal.aborted) return;
    }
  }

  /** Whether the start was stored; false only when told to stop meanwhile. */
  async #store(start: PendingStartMessage, signal: AbortSignal): Promise<boolean> {
    const { outbox, time, random, log, metrics, spans } = this.#deps;
    const startMs = time.nowMs();
    try {
      await retry({
        work: async () => this.#record(start, await outbox.replaceStart(start)),
        isRetryable: (error) => error instanceof StoreUnavailableError,
        describe: "queue the start of an evacuated instance",
        time,
        random,
        log,
        signal,
      });
    } catch (error) {
      if (signal.aborted && error === signal.reason) return false;
      throw error;
    }
    spans?.add(enqueueSpan(start, { startMs, endMs: time.nowMs() }));
    metrics.increment("evacuation_starts_queued");
    log.info("Queued the start of an evacuated instance", {
      app: start.appGuid,
      version: start.appVersion,
      index: start.instanceIndex,
    });
    return true;
  }

  /** One try each for what is left when told to stop: the store may be the reason for stopping. */
  async #storeLast(): Promise<void> {
    const { outbox, log } = this.#deps;
    for (const [key, start] of this.#waiting) {
      try {
        this.#record(start, await outbox.replaceStart(start));
        this.#waiting.delete(key);
      } catch (error) {
        if (!(error instanceof StoreUnavailableError)) throw error;
        log.error(
          "Stopped before evacuation starts were stored; the analyzer will find them missing",
          {
            starts: this.#waiting.size,
            error,
          },
        );
        return;
      }
    }
  }

  /** An evacuation start that went out before stands: nothing was decided then. */
  #record(start: PendingStartMessage, outcome: unknown): void {
    if (outcome === "already_sent") return;
    const { decisions, time } = this.#deps;
    const why = outcome === "replaced"
      ? "its DEA evacuates; this start takes the place of one that waited"
      : "its DEA evacuates";
    const decided = { at: time.now(), component: "evacuator", outcome: "enqueued", why } as const;
    decisions?.record([messageDecision(start, decided)]);
  }

  #somethingToDo(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
