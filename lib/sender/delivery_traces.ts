/**
 * Says of each message when it was claimed and published: the end of its way. Made only when traces are
 * switched on.
 *
 * @module
 */

import { spanIn, type SpanSink } from "../helpers/span.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";
import { messageTraceId } from "../helpers/trace_ids.ts";
import type { PendingMessageOfAnyKind } from "../outbox/queue_record.ts";

/** A batch on its way. */
export interface TracedBatch {
  /** Its messages are claimed. */
  claimed(): void;
  /** The bus has confirmed these. */
  published(messages: readonly PendingMessageOfAnyKind[]): void;
}

/** What a {@linkcode DeliveryTraces} is handed. */
export interface DeliveryTracesDeps {
  readonly spans: SpanSink;
  readonly time: Pick<TimeProvider, "nowMs">;
}

/** Follows messages from the queue onto the bus. */
export class DeliveryTraces {
  readonly #deps: DeliveryTracesDeps;

  constructor(deps: DeliveryTracesDeps) {
    this.#deps = deps;
  }

  /** A batch is about to be claimed. */
  begin(): TracedBatch {
    const { time } = this.#deps;
    const beganMs = time.nowMs();
    let claimedMs = beganMs;
    return {
      claimed: () => claimedMs = time.nowMs(),
      published: (messages) => {
        const at = { beganMs, claimedMs, publishedMs: time.nowMs() };
        for (const message of messages) this.#say(message, at);
      },
    };
  }

  #say(
    message: PendingMessageOfAnyKind,
    at: { readonly beganMs: number; readonly claimedMs: number; readonly publishedMs: number },
  ): void {
    const { spans } = this.#deps;
    const traceId = messageTraceId(message.messageId);
    const attributes = { "hm9000.message_id": message.messageId, "hm9000.app": message.appGuid };
    spans.add(spanIn(traceId, {
      ...{ name: "claim", parentName: "enqueue", kind: "internal", attributes },
      ...{ startMs: at.beganMs, endMs: at.claimedMs },
    }));
    spans.add(spanIn(traceId, {
      ...{ name: "publish", parentName: "claim", kind: "producer", attributes },
      ...{ startMs: at.claimedMs, endMs: at.publishedMs },
    }));
  }
}
