/**
 * The decision log as it stands in the store: what was decided of late, and why, many decisions to a
 * record, so that ten thousand of them cost a handful of puts. The keys are in order of time and say how
 * many decisions their record holds, so that a reader or a writer who looks at keys alone knows which
 * records it needs.
 *
 * How it is written is in `decision_log.ts`.
 *
 * @module
 */

import {
  type Decider,
  DECIDERS,
  type Decision,
  type DecisionKind,
  decisionToWire,
  readDecision,
} from "../../models/decision.ts";
import { JsonReader, parseJson } from "../../models/json_reader.ts";
import { ParseError, quoteValue } from "../../models/parse_error.ts";
import type { StoreLayout } from "../layout.ts";
import { rangeAll } from "../range_all.ts";
import type { Entry, Mutation, Store } from "../store.ts";
import { corruptRecordsOf } from "./corrupt_records.ts";
import type { ReadOptions } from "./read_options.ts";

/** As many in a record: some 600 KB if every guid and every sentence is as long as it may be. */
export const DECISIONS_PER_RECORD_MAX = 500;

const WHAT = "stored decisions";
const AT_DIGITS = 15;

/** What the key of a record says. */
export interface DecisionRecordKey {
  /** Unix milliseconds at which it was written. */
  readonly atMs: number;
  /** Who decided all of it. */
  readonly component: Decider;
  /** How many decisions are in it. */
  readonly decisions: number;
  /** Tells it from a record that another process writes in the same millisecond: letters and digits. */
  readonly unique: string;
}

/** The key of a record. */
export function decisionKey(layout: StoreLayout, key: DecisionRecordKey): string {
  return `${layout.decisionsPrefix}${paddedMs(key.atMs)},${key.component},` +
    `${key.decisions},${key.unique}`;
}

/**
 * What the key of a record says.
 *
 * @throws {ParseError} when it is not one
 */
export function parseDecisionKey(layout: StoreLayout, key: string): DecisionRecordKey {
  const match = /^(\d{15}),([a-z]+),(\d{1,6}),([a-z0-9]+)$/.exec(
    key.slice(layout.decisionsPrefix.length),
  );
  const component = DECIDERS.find((decider) => decider === match?.[2]);
  if (match === null || component === undefined) {
    throw new ParseError("store key", "", `${quoteValue(key)} is not a record of decisions'`);
  }
  const [, atMs, , decisions, unique = ""] = match;
  return { atMs: Number(atMs), component, decisions: Number(decisions), unique };
}

/** Stores a record of decisions, the oldest first. */
export function putDecisions(
  layout: StoreLayout,
  record: {
    readonly key: Omit<DecisionRecordKey, "decisions">;
    readonly decisions: readonly Decision[];
  },
): Mutation & { readonly kind: "put" } {
  const { key, decisions } = record;
  return {
    kind: "put",
    key: decisionKey(layout, { ...key, decisions: decisions.length }),
    value: JSON.stringify({ "decisions": decisions.map(decisionToWire) }),
  };
}

/**
 * Reads one record of decisions, the oldest first.
 *
 * @throws {ParseError} when it is not one
 */
export function parseDecisions(text: string): Decision[] {
  const record = new JsonReader(WHAT, parseJson(WHAT, text));
  return record.array("decisions").map((item, position) =>
    readDecision(WHAT, new JsonReader(WHAT, item, `decisions[${position}]`))
  );
}

/** Which decisions are wanted. */
export interface ReadDecisionsOptions extends ReadOptions {
  /** Those about this app, of one version or of all. @default all, and those about no single app */
  readonly app?: { readonly appGuid: string; readonly appVersion?: string | undefined } | undefined;
  /** Those of these kinds. @default all */
  readonly kinds?: readonly DecisionKind[] | undefined;
  /** Those made at this Unix second or later. @default all that are kept */
  readonly since?: number | undefined;
  /** As many, the newest. @default all */
  readonly limit?: number | undefined;
}

/**
 * Reads decisions, the newest first. A corrupt record is skipped and reported, and costs no other. The log
 * is bounded, and so is what this reads: all of it if an app is asked for, else as much as the limit takes.
 */
export async function readDecisions(
  store: Store,
  layout: StoreLayout,
  options: ReadDecisionsOptions = {},
): Promise<readonly Decision[]> {
  const { limit = Infinity } = options;
  const reporter = corruptRecordsOf(options);
  const { entries } = await rangeNeeded(store, layout, options);
  const found: Decision[] = [];
  for (const entry of entries.toReversed()) {
    try {
      parseDecisionKey(layout, entry.key);
      const decisions = parseDecisions(entry.value).toReversed();
      for (const decision of decisions) if (isWanted(decision, options)) found.push(decision);
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      reporter.report(entry, error);
    }
    if (found.length >= limit) break;
  }
  return found.slice(0, limit);
}

/** The records that may hold what is wanted: as few as their keys allow. */
async function rangeNeeded(
  store: Store,
  layout: StoreLayout,
  options: ReadDecisionsOptions,
): Promise<{ readonly entries: readonly Entry[] }> {
  const { app, kinds, since = 0, limit } = options;
  const from = `${layout.decisionsPrefix}${paddedMs(Math.max(0, since) * 1000)}`;
  const whole = { from, revision: options.revision };
  if (limit === undefined || app !== undefined || kinds !== undefined) {
    return await rangeAll(store, layout.decisionsPrefix, whole);
  }
  const keys = await rangeAll(store, layout.decisionsPrefix, { ...whole, keysOnly: true });
  const first = firstNeeded(keys.entries.map(({ key }) => countIn(layout, key)), limit);
  const revision = keys.revision;
  const start = keys.entries[first]?.key ?? from;
  return await rangeAll(store, layout.decisionsPrefix, { from: start, revision });
}

/** Position of the first of the last records that hold `limit` decisions between them, one to spare. */
function firstNeeded(counts: readonly number[], limit: number): number {
  let left = limit;
  for (let position = counts.length - 1; position >= 0; position -= 1) {
    left -= counts[position] ?? 0;
    if (left <= 0) return Math.max(0, position - 1);
  }
  return 0;
}

/** What cannot be read holds nothing that counts. */
function countIn(layout: StoreLayout, key: string): number {
  try {
    return parseDecisionKey(layout, key).decisions;
  } catch {
    return 0;
  }
}

function isWanted(decision: Decision, options: ReadDecisionsOptions): boolean {
  const { app, kinds, since } = options;
  if (since !== undefined && decision.at < since) return false;
  if (kinds !== undefined && !kinds.includes(decision.kind)) return false;
  if (app === undefined) return true;
  return decision.appGuid === app.appGuid &&
    (app.appVersion ?? decision.appVersion) === decision.appVersion;
}

/** Fifteen digits, so that keys are in order of time for the next thirty thousand years. */
function paddedMs(ms: number): string {
  return String(Math.floor(ms)).padStart(AT_DIGITS, "0");
}
