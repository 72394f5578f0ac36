/**
 * The start message as it goes out over the bus: four fields, always present (MOD-20).
 *
 * @module
 */

import { JsonReader, parseJson } from "./json_reader.ts";
import type { PendingStartMessage } from "./pending_start_message.ts";

/** A request to start one instance. */
export interface StartMessage {
  /** Random UUID: receivers tell repeats by it. */
  readonly messageId: string;
  /** Guid of the droplet. */
  readonly appGuid: string;
  /** Guid of the version. */
  readonly appVersion: string;
  /** Instance index to start, from 0. */
  readonly instanceIndex: number;
}

/** The message that a pending start becomes; its id stays the same (SND-05). */
export function startMessageFrom(pending: PendingStartMessage): StartMessage {
  const { messageId, appGuid, appVersion, instanceIndex } = pending;
  return { messageId, appGuid, appVersion, instanceIndex };
}

/** The published bytes, as JSON text. */
export function startMessageToJson(message: StartMessage): string {
  return JSON.stringify({
    "droplet": message.appGuid,
    "version": message.appVersion,
    "instance_index": message.instanceIndex,
    "message_id": message.messageId,
  });
}

/**
 * Reads a start message, as its receivers do.
 *
 * @throws {ParseError} when it is not one (MOD-22)
 */
export function parseStartMessage(input: Uint8Array | string): StartMessage {
  const reader = new JsonReader("start message", parseJson("start message", input));
  return {
    messageId: reader.string("message_id"),
    appGuid: reader.string("droplet"),
    appVersion: reader.string("version"),
    instanceIndex: reader.integer("instance_index"),
  };
}
