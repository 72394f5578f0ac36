/**
 * An operator's word that a breaker is to let an incident pass, for a stated time: until it ends the
 * breaker holds nothing.
 *
 * @module
 */

import { type BreakerName, isBreakerName } from "./hold.ts";
import { JsonReader, parseJson } from "./json_reader.ts";
import { quoteValue } from "./parse_error.ts";

/** Lets one breaker's incident pass. */
export interface Waiver {
  /** The breaker that is to hold nothing. */
  readonly breaker: BreakerName;
  /** Why, for whoever finds it in place. */
  readonly reason: string;
  /** The operator. */
  readonly by: string;
  /** Unix seconds. */
  readonly setAt: number;
  /** Unix seconds. */
  readonly expiresAt: number;
}

/** The record as JSON, as stored and as in answers and `--json`. */
export function waiverToWire(waiver: Waiver): Record<string, unknown> {
  return {
    "breaker": waiver.breaker,
    "reason": waiver.reason,
    "by": waiver.by,
    "set_at": waiver.setAt,
    "expires_at": waiver.expiresAt,
  };
}

/**
 * Reads a stored waiver.
 *
 * @throws {ParseError} when it is not one
 */
export function parseWaiver(json: string): Waiver {
  const what = "stored waiver";
  const reader = new JsonReader(what, parseJson(what, json));
  const breaker = reader.string("breaker");
  if (!isBreakerName(breaker)) {
    throw reader.error("breaker", `${quoteValue(breaker)} is not a breaker`);
  }
  return {
    breaker,
    reason: reader.string("reason"),
    by: reader.string("by"),
    setAt: reader.integer("set_at"),
    expiresAt: reader.integer("expires_at"),
  };
}
