/**
 * Queueing a start as a span, by the name that the sender's spans go on from. Pure.
 *
 * @module
 */

import { type Span, spanIn } from "../helpers/span.ts";
import { messageTraceId } from "../helpers/trace_ids.ts";
import type { PendingStartMessage } from "../models/pending_start_message.ts";

/** The span of queueing `start`, the first of its trace. */
export function enqueueSpan(
  start: PendingStartMessage,
  times: Pick<Span, "startMs" | "endMs">,
): Span {
  return spanIn(messageTraceId(start.messageId), {
    ...{ name: "enqueue", kind: "consumer", ...times },
    attributes: {
      "hm9000.message_id": start.messageId,
      "hm9000.app": start.appGuid,
      "hm9000.version": start.appVersion,
      "hm9000.index": start.instanceIndex,
      "hm9000.reason": start.reason,
    },
  });
}
