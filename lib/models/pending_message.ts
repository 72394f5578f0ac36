/**
 * What pending starts and pending stops share: when they fall due, and when they lapse. The predicates
 * are those of behaviour.md 0.2, boundaries inclusive.
 *
 * @module
 */

import type { AppId } from "./app_key.ts";
import { requireGuid } from "./guid.ts";
import type { JsonReader } from "./json_reader.ts";

/** A message that waits in the queue, or that was sent and is kept for a while. */
export interface PendingMessage extends AppId {
  /** Random version 4 UUID; the published message carries it unchanged (SND-05, PEN-18). */
  readonly messageId: string;
  /** Unix seconds from which the message may be sent. */
  readonly sendOn: number;
  /** Unix seconds at which it was claimed for sending, 0 while it was not. */
  readonly sentOn: number;
  /** Seconds for which a sent message stays in the queue and blocks another of its key. */
  readonly keepAlive: number;
}

/** What both kinds have in common, as it is stored. */
export function pendingMessageToWire(message: PendingMessage): Record<string, unknown> {
  return {
    "message_id": message.messageId,
    "send_on": message.sendOn,
    "sent_on": message.sentOn,
    "keep_alive": message.keepAlive,
    "droplet": message.appGuid,
    "version": message.appVersion,
  };
}

/**
 * Reads what both kinds have in common.
 *
 * @param what the kind, for errors
 * @throws {ParseError} when something is missing or wrong (MOD-22)
 */
export function readPendingMessage(what: string, reader: JsonReader): PendingMessage {
  return {
    messageId: requireMessageId(reader),
    sendOn: reader.integer("send_on"),
    sentOn: reader.integer("sent_on"),
    keepAlive: reader.integer("keep_alive"),
    appGuid: requireGuid(what, "droplet", reader.string("droplet")),
    appVersion: requireGuid(what, "version", reader.string("version")),
  };
}

/** Whether the message was claimed for sending. */
export function isSent(message: PendingMessage): boolean {
  return message.sentOn > 0;
}

/** Whether the message is due: not yet sent, and `send_on` reached (PEN-16, PEN-17). */
export function isTimeToSend(message: PendingMessage, now: number): boolean {
  return !isSent(message) && message.sendOn <= now;
}

/** Whether the message was sent and its keep-alive is over; an unsent one never expires (PEN-14, PEN-15). */
export function isExpired(message: PendingMessage, now: number): boolean {
  return isSent(message) && message.sentOn + message.keepAlive <= now;
}

/**
 * The id of a stored message.
 *
 * @throws {ParseError} when it has none: it could not be told from others (SND-05)
 */
function requireMessageId(reader: JsonReader): string {
  const messageId = reader.string("message_id");
  if (messageId !== "") return messageId;
  throw reader.error("message_id", "it is missing, an id is needed");
}
