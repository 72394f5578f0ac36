/**
 * A hold: what is not to be sent for now, why, and on whose word. An operator places one in an incident; a
 * breaker places one when what would be done looks like our own fault (faults.md I6). What is held stays
 * queued as it is, and is verified anew when the hold ends.
 *
 * @module
 */

import { JsonReader, parseJson } from "./json_reader.ts";
import { ParseError, quoteValue } from "./parse_error.ts";
import type { StartReason } from "./pending_start_message.ts";

/** What can be held. */
export const HELD_KINDS = ["starts", "stops", "all"] as const;
/** Who places holds: a person, or a rule that watches for mass actions. */
export const HOLD_SOURCES = ["operator", "breaker"] as const;
/** The rules that hold what looks like a mistake. */
export const BREAKER_NAMES = ["dea_loss", "mass_stop", "desired_shrink"] as const;

/** One of {@linkcode HELD_KINDS}. */
export type HeldKind = typeof HELD_KINDS[number];
/** One of {@linkcode HOLD_SOURCES}. */
export type HoldSource = typeof HOLD_SOURCES[number];
/** One of {@linkcode BREAKER_NAMES}. */
export type BreakerName = typeof BREAKER_NAMES[number];

/** Longest reason, in characters. */
export const HOLD_REASON_CHARACTERS_MAX = 500;
/** Longest name of whoever placed a hold, in characters. */
export const HOLD_BY_CHARACTERS_MAX = 100;

const NAME = /^[a-z][a-z0-9_]{0,63}$/;

/** Something that is not to be sent for now. */
export interface Hold {
  /** What it is known by: what it holds if an operator placed it, else the breaker. */
  readonly name: string;
  /** What it holds. */
  readonly holds: HeldKind;
  /** Whether a person placed it or a breaker. */
  readonly source: HoldSource;
  /** Why, for whoever finds it in place. */
  readonly reason: string;
  /** The operator, or the breaker. */
  readonly by: string;
  /** Unix seconds. */
  readonly setAt: number;
  /** Unix seconds; undefined for a breaker's, which ends when what tripped it is over. */
  readonly expiresAt?: number;
}

/** Whether `text` may name a hold, and so end its key. */
export function isHoldName(text: string): boolean {
  return NAME.test(text);
}

/** Whether `name` is that of a breaker. */
export function isBreakerName(name: string): name is BreakerName {
  return BREAKER_NAMES.some((breaker) => breaker === name);
}

/** The holds among `holds` that keep starts, or stops, from being sent. */
export function holdsOn(holds: Iterable<Hold>, kind: "starts" | "stops"): Hold[] {
  return [...holds].filter((hold) => hold.holds === kind || hold.holds === "all");
}

/**
 * The hold that keeps a start with this reason from being sent; undefined if none does. A breaker lets
 * evacuations pass: what it holds stays as it is, but an instance that leaves a DEA which is about to end
 * it is lost when its replacement is held. An operator who says starts means all of them.
 */
export function holdOnStart(holds: Iterable<Hold>, reason: StartReason): Hold | undefined {
  return holdsOn(holds, "starts").find(({ source }) =>
    source === "operator" || reason !== "EVACUATING"
  );
}

/** The hold that keeps stops from being sent; undefined if none does. */
export function holdOnStop(holds: Iterable<Hold>): Hold | undefined {
  return holdsOn(holds, "stops")[0];
}

/**
 * What a record means that cannot be read. Somebody wanted something held: until it is known what, it is
 * everything (I5: when in doubt, silence).
 */
export function unreadableHold(name: string): Hold {
  return {
    name,
    holds: "all",
    source: "operator",
    reason: "Its record in the store cannot be read, so it holds everything",
    by: "unknown",
    setAt: 0,
  };
}

/** The record as JSON, as stored and as in answers and `--json`. */
export function holdToWire(hold: Hold): Record<string, unknown> {
  return {
    "name": hold.name,
    "holds": hold.holds,
    "source": hold.source,
    "reason": hold.reason,
    "by": hold.by,
    "set_at": hold.setAt,
    ...(hold.expiresAt === undefined ? {} : { "expires_at": hold.expiresAt }),
  };
}

/**
 * Reads a stored hold.
 *
 * @throws {ParseError} when it is not one
 */
export function parseHold(json: string): Hold {
  const what = "stored hold";
  const reader = new JsonReader(what, parseJson(what, json));
  const hold: Hold = {
    name: requireName(reader.string("name")),
    holds: requireOneOf(reader, HELD_KINDS, "holds"),
    source: requireOneOf(reader, HOLD_SOURCES, "source"),
    reason: reader.string("reason"),
    by: reader.string("by"),
    setAt: reader.integer("set_at"),
  };
  return reader.has("expires_at") ? { ...hold, expiresAt: reader.integer("expires_at") } : hold;
}

function requireName(name: string): string {
  if (isHoldName(name)) return name;
  throw new ParseError("stored hold", "name", `${quoteValue(name)} is not the name of a hold`);
}

function requireOneOf<T extends string>(
  reader: JsonReader,
  allowed: readonly T[],
  field: string,
): T {
  const text = reader.string(field);
  const found = allowed.find((candidate) => candidate === text);
  if (found !== undefined) return found;
  throw reader.error(field, `${quoteValue(text)} is not one of ${allowed.join(", ")}`);
}
