/**
 * One line of the audit log: who did what to the platform by hand, when and why (S20).
 *
 * @module
 */

import { JsonReader, parseJson } from "./json_reader.ts";
import { quoteValue } from "./parse_error.ts";

/** What operators can do. */
export const AUDITED_VERBS = ["hold", "resume"] as const;
/** One of {@linkcode AUDITED_VERBS}. */
export type AuditedVerb = typeof AUDITED_VERBS[number];

/** Who did what, when and why. */
export interface AuditRecord {
  /** Unix seconds. */
  readonly at: number;
  /** The operator. */
  readonly by: string;
  /** What was done. */
  readonly verb: AuditedVerb;
  /** To which hold or breaker. */
  readonly what: string;
  /** The operator's words. */
  readonly why: string;
  /** Unix seconds until which it is to last; undefined when it does not end. */
  readonly until?: number;
}

/** The record as JSON, as stored and as in answers and `--json`. */
export function auditRecordToWire(record: AuditRecord): Record<string, unknown> {
  return {
    "at": record.at,
    "by": record.by,
    "verb": record.verb,
    "what": record.what,
    "why": record.why,
    ...(record.until === undefined ? {} : { "until": record.until }),
  };
}

/**
 * Reads a stored record.
 *
 * @throws {ParseError} when it is not one
 */
export function parseAuditRecord(json: string): AuditRecord {
  const what = "stored audit record";
  const reader = new JsonReader(what, parseJson(what, json));
  const verb = AUDITED_VERBS.find((known) => known === reader.string("verb"));
  if (verb === undefined) {
    throw reader.error("verb", `${quoteValue(reader.string("verb"))} is not what operators do`);
  }
  const record: AuditRecord = {
    at: reader.integer("at"),
    by: reader.string("by"),
    verb,
    what: reader.string("what"),
    why: reader.string("why"),
  };
  return reader.has("until") ? { ...record, until: reader.integer("until") } : record;
}
