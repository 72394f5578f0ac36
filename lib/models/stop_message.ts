/**
 * The stop message as it goes out over the bus. `is_duplicate` is always there, even when false:
 * receivers tell a stop from a start by it (MOD-21).
 *
 * @module
 */

import { JsonReader, parseJson } from "./json_reader.ts";

/** A request to stop one instance. */
export interface StopMessage {
  /** Random UUID: receivers tell repeats by it. */
  readonly messageId: string;
  /** Guid of the droplet. */
  readonly appGuid: string;
  /** Guid of the version. */
  readonly appVersion: string;
  /** The one instance to stop. */
  readonly instanceGuid: string;
  /** Its index, from 0. */
  readonly instanceIndex: number;
  /** Whether another instance of the same index goes on. */
  readonly isDuplicate: boolean;
}

/** The published bytes, as JSON text. */
export function stopMessageToJson(message: StopMessage): string {
  return JSON.stringify({
    "droplet": message.appGuid,
    "version": message.appVersion,
    "instance_guid": message.instanceGuid,
    "instance_index": message.instanceIndex,
    "is_duplicate": message.isDuplicate,
    "message_id": message.messageId,
  });
}

/**
 * Reads a stop message, as its receivers do.
 *
 * @throws {ParseError} when it is not one (MOD-22)
 */
export function parseStopMessage(input: Uint8Array | string): StopMessage {
  const reader = new JsonReader("stop message", parseJson("stop message", input));
  return {
    messageId: reader.string("message_id"),
    appGuid: reader.string("droplet"),
    appVersion: reader.string("version"),
    instanceGuid: reader.string("instance_guid"),
    instanceIndex: reader.integer("instance_index"),
    isDuplicate: reader.boolean("is_duplicate"),
  };
}
