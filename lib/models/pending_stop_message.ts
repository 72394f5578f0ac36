/**
 * A stop that waits in the queue (PEN-04, behaviour.md 24.5).
 *
 * @module
 */

import { requireGuid } from "./guid.ts";
import { JsonReader, parseJson } from "./json_reader.ts";
import { ParseError, quoteValue } from "./parse_error.ts";
import {
  type PendingMessage,
  pendingMessageToWire,
  readPendingMessage,
} from "./pending_message.ts";

/** Why an instance is stopped. */
export const STOP_REASONS = ["EXTRA", "DUPLICATE", "EVACUATION_COMPLETE"] as const;
/** One of {@linkcode STOP_REASONS}. */
export type StopReason = typeof STOP_REASONS[number];

/** A stop message before it is sent. */
export interface PendingStopMessage extends PendingMessage {
  /** The one instance to stop, whatever its index. */
  readonly instanceGuid: string;
  /** The rule that asked for it. */
  readonly reason: StopReason;
}

/** What is needed to make a pending stop; times in seconds. */
export interface PendingStopOptions {
  /** Guid of the droplet. */
  readonly appGuid: string;
  /** Guid of the version. */
  readonly appVersion: string;
  /** The one instance to stop, whatever its index. */
  readonly instanceGuid: string;
  /** The rule that asks for it. */
  readonly reason: StopReason;
  /** Seconds to wait before it may be sent. @default {0} */
  readonly delaySeconds?: number;
  /** Seconds it is kept after it was sent. @default {0} */
  readonly keepAliveSeconds?: number;
  /** Random version 4 UUID. */
  readonly messageId: string;
}

/** A new pending stop, due `delaySeconds` after `now` (Unix seconds), not yet sent (PEN-01). */
export function newPendingStop(now: number, options: PendingStopOptions): PendingStopMessage {
  return {
    messageId: options.messageId,
    sendOn: now + (options.delaySeconds ?? 0),
    sentOn: 0,
    keepAlive: options.keepAliveSeconds ?? 0,
    appGuid: options.appGuid,
    appVersion: options.appVersion,
    instanceGuid: options.instanceGuid,
    reason: options.reason,
  };
}

/** The message's key in the queue: the instance guid (PEN-04). */
export function stopKey(message: Pick<PendingStopMessage, "instanceGuid">): string {
  return message.instanceGuid;
}

/** Whether two stops are the same but for their message id (PEN-02). */
export function sameStop(a: PendingStopMessage, b: PendingStopMessage): boolean {
  const strip = (m: PendingStopMessage) =>
    JSON.stringify(pendingStopToWire({ ...m, messageId: "" }));
  return strip(a) === strip(b);
}

/** The stored record. */
export function pendingStopToWire(message: PendingStopMessage): Record<string, unknown> {
  return {
    ...pendingMessageToWire(message),
    "instance": message.instanceGuid,
    "stop_reason": message.reason,
  };
}

/**
 * Reads a stored pending stop.
 *
 * @throws {ParseError} when it is not one (MOD-22)
 */
export function parsePendingStop(json: string): PendingStopMessage {
  const what = "pending stop";
  const reader = new JsonReader(what, parseJson(what, json));
  const reason = reader.string("stop_reason");
  const known = STOP_REASONS.find((candidate) => candidate === reason);
  if (known === undefined) {
    throw new ParseError(what, "stop_reason", `${quoteValue(reason)} is not a stop reason`);
  }
  return {
    ...readPendingMessage(what, reader),
    instanceGuid: requireGuid(what, "instance", reader.string("instance")),
    reason: known,
  };
}
