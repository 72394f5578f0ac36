/**
 * From decisions to the queues: each start with the crash count that delays it, in one transaction (I14),
 * and a line in both logs, the process's and the store's, for whatever was really queued, with its reason.
 *
 * @module
 */

import type { AnalyzerConfig } from "../config/config.ts";
import type { Logger } from "../helpers/logger.ts";
import type { Metrics } from "../helpers/metrics.ts";
import type { Random } from "../helpers/random.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";
import { messageDecision } from "../models/decision.ts";
import { describeMessage } from "../models/describe_message.ts";
import type { PendingStartMessage } from "../models/pending_start_message.ts";
import type { PendingStopMessage } from "../models/pending_stop_message.ts";
import { Outbox } from "../outbox/outbox.ts";
import { putCrashCount } from "../store/collections/crash_counts.ts";
import type { DecisionSink } from "../store/decision_log.ts";
import type { Fence } from "../store/fence.ts";
import type { StoreLayout } from "../store/layout.ts";
import type { Mutation, Store } from "../store/store.ts";
import type { StartDecision, StopDecision, Verdict } from "./verdict.ts";

/** What queueing needs. */
export interface DecisionQueueDeps {
  readonly store: Store;
  readonly layout: StoreLayout;
  readonly fence: Fence;
  readonly config: Pick<AnalyzerConfig, "crashCountTtlSeconds">;
  readonly time: TimeProvider;
  readonly random: Random;
  /** Where it is recorded what was queued and why. @default nowhere */
  readonly decisions?: DecisionSink | undefined;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** What was newly queued. */
export interface QueuedDecisions {
  readonly starts: readonly PendingStartMessage[];
  readonly stops: readonly PendingStopMessage[];
}

/** Queues what the rules say. */
export class DecisionQueue {
  readonly #deps: DecisionQueueDeps;
  readonly #outbox: Outbox;

  constructor(deps: DecisionQueueDeps) {
    this.#deps = deps;
    this.#outbox = new Outbox(deps);
  }

  /** The queues it writes to. */
  get outbox(): Outbox {
    return this.#outbox;
  }

  /**
   * Queues starts, then stops; whatever waits already stays as it is.
   *
   * @throws {LeadershipLostError} when another process leads
   * @throws {StoreUnavailableError} when the store fails; what was queued until then stays queued
   */
  async queue({ starts, stops }: Verdict): Promise<QueuedDecisions> {
    return { starts: await this.#queueStarts(starts), stops: await this.#queueStops(stops) };
  }

  async #queueStarts(decisions: readonly StartDecision[]): Promise<readonly PendingStartMessage[]> {
    if (decisions.length === 0) return [];
    const lease = await this.#crashCountLease(decisions);
    const items = decisions.map(({ message, crashCount }) => ({
      message,
      with: crashCount === undefined
        ? []
        : [putCrashCount(this.#deps.layout, { count: crashCount, lease })] satisfies Mutation[],
    }));
    const { queued } = await this.#outbox.enqueueStarts(items);
    this.#report("Queued a start", { decisions, queued });
    return queued;
  }

  async #queueStops(decisions: readonly StopDecision[]): Promise<readonly PendingStopMessage[]> {
    if (decisions.length === 0) return [];
    const { queued } = await this.#outbox.enqueueStops(decisions.map(({ message }) => message));
    this.#report("Queued a stop", { decisions, queued });
    return queued;
  }

  /** One lease for all crash counts of the pass: they end together (CRA-20). */
  async #crashCountLease(decisions: readonly StartDecision[]): Promise<number> {
    if (!decisions.some(({ crashCount }) => crashCount !== undefined)) return 0;
    const lease = this.#deps.random.leaseId();
    await this.#deps.store.grantLease(lease, this.#deps.config.crashCountTtlSeconds);
    return lease;
  }

  #report<T extends PendingStartMessage | PendingStopMessage>(
    said: "Queued a start" | "Queued a stop",
    outcome: {
      readonly decisions: readonly { readonly message: T; readonly why: string }[];
      readonly queued: readonly T[];
    },
  ): void {
    const why = new Map(outcome.decisions.map((decision) => [
      decision.message.messageId,
      decision.why,
    ]));
    this.#deps.metrics.increment(
      said === "Queued a start" ? "starts_queued" : "stops_queued",
      outcome.queued.length,
    );
    for (const message of outcome.queued) {
      this.#deps.log.info(said, {
        ...describeMessage(message),
        why: why.get(message.messageId),
        sendOn: message.sendOn,
      });
    }
    const decided = {
      at: this.#deps.time.now(),
      component: "analyzer",
      outcome: "enqueued",
    } as const;
    this.#deps.decisions?.record(
      outcome.queued.map((message) =>
        messageDecision(message, { ...decided, why: why.get(message.messageId) ?? "" })
      ),
    );
  }
}
