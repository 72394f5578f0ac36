/**
 * What the log says of a start or a stop, the same wherever one is queued, sent or dropped, so that a
 * message can be followed by its fields. Pure.
 *
 * @module
 */

import type { PendingStartMessage } from "./pending_start_message.ts";
import type { PendingStopMessage } from "./pending_stop_message.ts";

/** Fields for a log line about `message`: which app, which index or instance, why, and its id. */
export function describeMessage(
  message: PendingStartMessage | PendingStopMessage,
): Record<string, string | number> {
  const { appGuid, appVersion, reason, messageId } = message;
  const target: Record<string, string | number> = "instanceGuid" in message
    ? { instance: message.instanceGuid }
    : { index: message.instanceIndex };
  return { app: appGuid, version: appVersion, ...target, reason, messageId };
}
