/**
 * A start that waits in the queue (PEN-01 to PEN-03, behaviour.md 24.5).
 *
 * @module
 */

import { appKey } from "./app_key.ts";
import { requireInstanceIndex } from "./instance_index.ts";
import { JsonReader, parseJson } from "./json_reader.ts";
import { ParseError, quoteValue } from "./parse_error.ts";
import {
  type PendingMessage,
  pendingMessageToWire,
  readPendingMessage,
} from "./pending_message.ts";

/** Why an instance is started. */
export const START_REASONS = ["CRASHED", "MISSING", "EVACUATING"] as const;
/** One of {@linkcode START_REASONS}. */
export type StartReason = typeof START_REASONS[number];

/** The priority of evacuation starts: above every other start's, which is a fraction (24.7). */
export const EVACUATION_PRIORITY = 2;

/** A start message before it is sent. */
export interface PendingStartMessage extends PendingMessage {
  /** Instance index to start, from 0. */
  readonly instanceIndex: number;
  /** 0 to 1, the fraction of the app that is missing; 2 for evacuations. */
  readonly priority: number;
  /** Whether the sender sends it without looking at the app again. */
  readonly skipVerification: boolean;
  /** The rule that asked for it. */
  readonly reason: StartReason;
}

/** What is needed to make a pending start; times in seconds. */
export interface PendingStartOptions {
  /** Guid of the droplet. */
  readonly appGuid: string;
  /** Guid of the version. */
  readonly appVersion: string;
  /** Instance index to start, from 0. */
  readonly instanceIndex: number;
  /** The rule that asks for it. */
  readonly reason: StartReason;
  /** 0 to 1, or {@linkcode EVACUATION_PRIORITY}; of starts due at one time, the higher is sent first. */
  readonly priority: number;
  /** Seconds to wait before it may be sent. @default {0} */
  readonly delaySeconds?: number;
  /** Seconds it is kept after it was sent. @default {0} */
  readonly keepAliveSeconds?: number;
  /** Whether the sender is to send it without looking at the app again. @default {false} */
  readonly skipVerification?: boolean;
  /** Random version 4 UUID. */
  readonly messageId: string;
}

/** A new pending start, due `delaySeconds` after `now` (Unix seconds), not yet sent (PEN-01). */
export function newPendingStart(now: number, options: PendingStartOptions): PendingStartMessage {
  return {
    messageId: options.messageId,
    sendOn: now + (options.delaySeconds ?? 0),
    sentOn: 0,
    keepAlive: options.keepAliveSeconds ?? 0,
    appGuid: options.appGuid,
    appVersion: options.appVersion,
    instanceIndex: options.instanceIndex,
    priority: options.priority,
    skipVerification: options.skipVerification ?? false,
    reason: options.reason,
  };
}

/** The message's key in the queue: `app_guid,app_version,index` (HAZ-16). */
export function startKey(
  message: Pick<PendingStartMessage, "appGuid" | "appVersion" | "instanceIndex">,
): string {
  return `${appKey(message)},${message.instanceIndex}`;
}

/** Whether two starts are the same but for their message id (PEN-02). */
export function sameStart(a: PendingStartMessage, b: PendingStartMessage): boolean {
  const strip = (m: PendingStartMessage) =>
    JSON.stringify(pendingStartToWire({ ...m, messageId: "" }));
  return strip(a) === strip(b);
}

/** The stored record. */
export function pendingStartToWire(message: PendingStartMessage): Record<string, unknown> {
  return {
    ...pendingMessageToWire(message),
    "index": message.instanceIndex,
    "priority": message.priority,
    "skip_verification": message.skipVerification,
    "start_reason": message.reason,
  };
}

/**
 * Reads a stored pending start.
 *
 * @throws {ParseError} when it is not one (MOD-22)
 */
export function parsePendingStart(json: string): PendingStartMessage {
  const what = "pending start";
  const reader = new JsonReader(what, parseJson(what, json));
  const reason = reader.string("start_reason");
  const known = START_REASONS.find((candidate) => candidate === reason);
  if (known === undefined) {
    throw new ParseError(what, "start_reason", `${quoteValue(reason)} is not a start reason`);
  }
  return {
    ...readPendingMessage(what, reader),
    instanceIndex: requireInstanceIndex(what, "index", reader.integer("index")),
    priority: reader.number("priority"),
    skipVerification: reader.boolean("skip_verification"),
    reason: known,
  };
}
