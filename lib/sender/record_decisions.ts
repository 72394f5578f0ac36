/**
 * What the decision log is told of a pass of the sender: what went out, what was dropped and why, and what
 * has lapsed. What merely waits is no decision.
 *
 * @module
 */

import type { Decision } from "../models/decision.ts";
import { messageDecision } from "../models/decision.ts";
import type { PendingMessageOfAnyKind } from "../outbox/queue_record.ts";
import type { DecisionSink } from "../store/decision_log.ts";
import type { HeldPlan } from "./hold_back.ts";
import type { QueuedStart, StopToSend } from "./select_due.ts";

/** Tells the log, as things happen. */
export class SenderDecisions {
  readonly #sink: DecisionSink;
  /** Unix seconds. */
  readonly #at: number;

  constructor(sink: DecisionSink, at: number) {
    this.#sink = sink;
    this.#at = at;
  }

  /** Sent messages whose keep-alive is over were removed. */
  expired({ starts, stops }: HeldPlan): void {
    this.#sink.record([...starts.expired, ...stops.expired].map(({ message }) => ({
      ...this.#decision(message, { outcome: "expired" }),
      why: `sent ${this.#at - message.sentOn} s ago: from here on the analyzer judges anew`,
    })));
  }

  /** Messages that do not hold any more were removed. */
  dropped({ starts, stops }: HeldPlan): void {
    this.#sink.record(
      [...starts.dropped, ...stops.dropped].map(({ queued, why }) =>
        this.#decision(queued.message, { outcome: "dropped", why })
      ),
    );
  }

  /** A start was put on the bus. */
  startSent({ message }: QueuedStart): void {
    const why = message.skipVerification ? "sent without looking at the app" : "still needed";
    this.#sink.record([this.#decision(message, { outcome: "sent", why })]);
  }

  /** A stop was put on the bus. */
  stopSent({ queued, message: { instanceIndex }, survivor }: StopToSend): void {
    const why = survivor === undefined
      ? `nobody wants it at index ${instanceIndex}`
      : `${survivor.instanceGuid} goes on at index ${instanceIndex}`;
    this.#sink.record([{
      ...this.#decision(queued.message, { outcome: "sent", why }),
      instanceIndex,
    }]);
  }

  #decision(
    message: PendingMessageOfAnyKind,
    decided: { readonly outcome: "sent" | "dropped" | "expired"; readonly why?: string },
  ): Decision {
    return messageDecision(message, { ...decided, at: this.#at, component: "sender" });
  }
}
