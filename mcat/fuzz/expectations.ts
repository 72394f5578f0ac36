/**
 * What must hold of every reader: it refuses with the one error that it documents, says so in words that may
 * be logged, and reads what it has itself written as the same thing. Pure.
 *
 * @module
 */

import { ParseError } from "../../lib/models/parse_error.ts";
import { FuzzViolation, type Verdict } from "./target.ts";

/** Longest message of a refusal, in characters: what is quoted is shortened. */
const MESSAGE_MAX = 1_000;
/** What a log line or a terminal must not be told: controls, and what turns text around. */
// deno-lint-ignore no-control-regex -- controls are what must not be there
const UNPRINTABLE = /[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

/** An error that a reader documents. */
// deno-lint-ignore no-explicit-any -- whatever their constructors take
export type ErrorKind = new (...args: any[]) => Error;

/** What a reader reads an input as; undefined when it refuses it as it documents. */
export function readOrRefused<T>(
  read: () => T,
  refuses: readonly ErrorKind[] = [ParseError],
): { readonly value: T } | undefined {
  try {
    return { value: read() };
  } catch (error) {
    checkRefusal(error, refuses);
    return undefined;
  }
}

/** @throws what was thrown, unless it is a refusal as documented */
export function checkRefusal(error: unknown, refuses: readonly ErrorKind[]): void {
  if (!refuses.some((kind) => error instanceof kind)) throw error;
  const { message } = error as Error;
  if (message.length > MESSAGE_MAX) {
    throw new FuzzViolation(`The refusal has ${message.length} characters`, { cause: error });
  }
  if (UNPRINTABLE.test(message)) {
    throw new FuzzViolation(`The refusal is not printable: ${JSON.stringify(message)}`);
  }
}

/** A reader and a writer of the same thing. */
export interface Codec<T> {
  readonly read: (text: string) => T;
  readonly write: (value: T) => string;
  /** What of a value is written; the rest need not come back. @default all of it */
  readonly kept?: (value: T) => unknown;
}

/** Checks that what was written for a value is read as the same value. */
export function checkRoundTrip<T>(text: string, codec: Codec<T>): Verdict {
  const { read, write, kept = (value) => value } = codec;
  const first = readOrRefused(() => read(text));
  if (first === undefined) return "refused";
  const written = write(first.value);
  const second = read(written);
  requireSame(`what was written, ${written.slice(0, 200)}`, [kept(second), kept(first.value)]);
  return "accepted";
}

/** @throws {FuzzViolation} when two readings differ */
export function requireSame(what: string, [a, b]: readonly [unknown, unknown]): void {
  const [one, other] = [sortedJson(a), sortedJson(b)];
  if (one === other) return;
  throw new FuzzViolation(`Two readings of ${what} differ: ${one} and ${other}`);
}

/** JSON whose fields stand in order: in which they were written means nothing. */
function sortedJson(value: unknown): string | undefined {
  return JSON.stringify(value, (_name, part) => isRecord(part) ? sorted(part) : part);
}

function isRecord(part: unknown): part is Record<string, unknown> {
  return part !== null && typeof part === "object" && !Array.isArray(part);
}

function sorted(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => a < b ? -1 : 1));
}
