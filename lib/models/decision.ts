/**
 * What was decided about an app, and why: one line of the decision log, by which an operator finds out
 * afterwards what the queues no longer say.
 *
 * @module
 */

import type { AppId } from "./app_key.ts";
import { requireGuid } from "./guid.ts";
import { requireInstanceIndex } from "./instance_index.ts";
import type { JsonReader } from "./json_reader.ts";
import { quoteValue } from "./parse_error.ts";
import type { PendingStartMessage } from "./pending_start_message.ts";
import type { PendingStopMessage } from "./pending_stop_message.ts";

/** The components that decide. */
export const DECIDERS = ["analyzer", "sender", "evacuator"] as const;

/** One of {@linkcode DECIDERS}. */
export type Decider = typeof DECIDERS[number];

/** What can be decided. */
export const DECISION_KINDS = [
  /** Queued by the analyzer or the evacuator. */
  "start_enqueued",
  "stop_enqueued",
  /** Published by the sender. */
  "start_sent",
  "stop_sent",
  /** Due, but not right any more: deleted, and not sent. */
  "start_dropped",
  "stop_dropped",
  /** Sent, and its keep-alive is over: deleted, so that the analyzer judges anew. */
  "start_expired",
  "stop_expired",
  /** Decisions of the kind that `reason` names which are left out of the log; `count` says how many. */
  "omitted",
] as const;

/** One of {@linkcode DECISION_KINDS}. */
export type DecisionKind = typeof DECISION_KINDS[number];

/** Longer sentences are cut, so that a record of many has a bounded size. */
export const DECISION_WHY_CHARACTERS_MAX = 300;

/** One decision. */
export interface Decision {
  /** Unix seconds. */
  readonly at: number;
  /** Who decided. */
  readonly component: Decider;
  /** What was decided. */
  readonly kind: DecisionKind;
  /** The app it is about; empty when it is about no single app. */
  readonly appGuid: string;
  /** The app's version; empty when it is about no single app. */
  readonly appVersion: string;
  /** The index it is about, of a start and of a stop that was sent. */
  readonly instanceIndex?: number;
  /** The instance it is about, of a stop. */
  readonly instanceGuid?: string;
  /** The reason as one word for machines, for example `MISSING`. */
  readonly reason: string;
  /** The reason as a sentence for people, at most 300 characters; empty where the word says it all. */
  readonly why: string;
  /** Unix seconds from which the message may be sent, of what was queued. */
  readonly dueAt?: number;
  /** Id of the message that the decision is about. */
  readonly messageId?: string;
  /** How many decisions this line stands for, of `omitted`. */
  readonly count?: number;
}

/** What a decision about a queued message says besides the message's own fields. */
export interface MessageDecision {
  /** Unix seconds. */
  readonly at: number;
  /** Who decided. */
  readonly component: Decider;
  /** What becomes of the message; whether it is a start or a stop shows on it. */
  readonly outcome: "enqueued" | "sent" | "dropped" | "expired";
  /** For people. @default {""} */
  readonly why?: string;
  /** Where a stop's instance is, if that is known. */
  readonly instanceIndex?: number;
}

/** The decision about a queued start or stop. */
export function messageDecision(
  message: PendingStartMessage | PendingStopMessage,
  decided: MessageDecision,
): Decision {
  const { at, component, outcome, why = "", instanceIndex } = decided;
  const { appGuid, appVersion, reason, messageId, sendOn } = message;
  const isStop = "instanceGuid" in message;
  return {
    at,
    component,
    kind: `${isStop ? "stop" : "start"}_${outcome}`,
    appGuid,
    appVersion,
    ...(isStop
      ? {
        ...(instanceIndex === undefined ? {} : { instanceIndex }),
        instanceGuid: message.instanceGuid,
      }
      : { instanceIndex: message.instanceIndex }),
    reason,
    why: why.slice(0, DECISION_WHY_CHARACTERS_MAX),
    dueAt: sendOn,
    messageId,
  };
}

/** A decision as it is stored, and as answers in JSON have it. */
export function decisionToWire(decision: Decision): Record<string, unknown> {
  return {
    "at": decision.at,
    "component": decision.component,
    "kind": decision.kind,
    "droplet": decision.appGuid,
    "version": decision.appVersion,
    "index": decision.instanceIndex,
    "instance": decision.instanceGuid,
    "reason": decision.reason,
    "why": decision.why,
    "due_at": decision.dueAt,
    "message_id": decision.messageId,
    "count": decision.count,
  };
}

/**
 * Reads one stored decision.
 *
 * @throws {ParseError} when it is not one
 */
export function readDecision(what: string, reader: JsonReader): Decision {
  const optional = <T>(field: string, read: () => T) => reader.has(field) ? read() : undefined;
  const instanceIndex = optional(
    "index",
    () => requireInstanceIndex(what, "index", reader.integer("index")),
  );
  const instanceGuid = optional("instance", () => guid(what, reader, "instance"));
  const dueAt = optional("due_at", () => reader.integer("due_at"));
  const messageId = optional("message_id", () => reader.string("message_id"));
  const count = optional("count", () => reader.integer("count"));
  return {
    at: reader.integer("at"),
    component: oneOf(reader, "component", DECIDERS),
    kind: oneOf(reader, "kind", DECISION_KINDS),
    ...readApp(what, reader),
    ...(instanceIndex === undefined ? {} : { instanceIndex }),
    ...(instanceGuid === undefined ? {} : { instanceGuid }),
    reason: reader.string("reason"),
    why: reader.string("why"),
    ...(dueAt === undefined ? {} : { dueAt }),
    ...(messageId === undefined ? {} : { messageId }),
    ...(count === undefined ? {} : { count }),
  };
}

/** Both guids, or neither. */
function readApp(what: string, reader: JsonReader): AppId {
  const [appGuid, appVersion] = [reader.string("droplet"), reader.string("version")];
  if (appGuid === "" && appVersion === "") return { appGuid, appVersion };
  return { appGuid: guid(what, reader, "droplet"), appVersion: guid(what, reader, "version") };
}

function guid(what: string, reader: JsonReader, field: string): string {
  return requireGuid(what, field, reader.string(field));
}

function oneOf<T extends string>(reader: JsonReader, field: string, words: readonly T[]): T {
  const word = reader.string(field);
  const known = words.find((each) => each === word);
  if (known !== undefined) return known;
  throw reader.error(field, `${quoteValue(word)} is none of ${words.join(", ")}`);
}
