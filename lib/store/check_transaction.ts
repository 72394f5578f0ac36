/**
 * What every store asks of a transaction before it looks at its data, so that a transaction which one
 * adapter refuses is refused by all: etcd's limits, which are the narrowest.
 *
 * @module
 */

import type { Entry, Guard, Mutation, RangeOptions, Transaction } from "./store.ts";

/** etcd's default `--max-txn-ops`. */
export const OPERATIONS_MAX = 128;

/**
 * Checks a transaction's size, and that no key is touched twice.
 *
 * @throws {RangeError} when it has more than `operationsMax` guards or mutations
 * @throws {TypeError} when two mutations touch one key, or may (a key under a deleted prefix)
 */
export function checkTransaction(transaction: Transaction, operationsMax: number): void {
  const { guards, mutations } = transaction;
  checkCount("guards", guards.length, operationsMax);
  checkCount("mutations", mutations.length, operationsMax);
  const clash = findClash(mutations);
  if (clash === undefined) return;
  throw new TypeError(
    `Cannot make a transaction: two of its mutations touch ${JSON.stringify(clash)}, ` +
      `each key may be touched once`,
  );
}

/** Whether `guard` holds for `entry`, the one at the guard's key. */
export function guardHolds(guard: Guard, entry: Entry | undefined): boolean {
  switch (guard.kind) {
    case "absent":
      return entry === undefined;
    case "present":
      return entry !== undefined;
    case "modified_at":
      return entry?.modRevision === guard.revision;
    case "created_at":
      return entry?.createRevision === guard.revision;
    default:
      throw guard satisfies never;
  }
}

/** The first key or prefix that a mutation touches although another does; undefined if none. */
export function findClash(mutations: readonly Mutation[]): string | undefined {
  if (areAscending(mutations)) return undefined;
  const keys = new Set<string>();
  const prefixes: string[] = [];
  for (const mutation of mutations) {
    if (mutation.kind === "delete_prefix") {
      prefixes.push(mutation.prefix);
    } else {
      if (keys.has(mutation.key)) return mutation.key;
      keys.add(mutation.key);
    }
  }
  return prefixes.length === 0 ? undefined : findUnderPrefix(keys, prefixes.sort());
}

/** In order, what a prefix holds comes right after it: one pass finds a key or prefix under another. */
function findUnderPrefix(keys: Iterable<string>, prefixes: readonly string[]): string | undefined {
  const nested = prefixes.find((prefix, at) => at > 0 && prefix.startsWith(prefixes[at - 1] ?? ""));
  if (nested !== undefined) return nested;
  let at = -1;
  for (const key of [...keys].sort()) {
    while (at + 1 < prefixes.length && (prefixes[at + 1] ?? "") <= key) at += 1;
    if (at >= 0 && key.startsWith(prefixes[at] ?? "")) return key;
  }
  return undefined;
}

/**
 * Checks a lease that is to be granted.
 *
 * @throws {RangeError} when its id or its time is not one that every store can hold
 */
export function checkLease(lease: number, ttlSeconds: number): void {
  if (!Number.isSafeInteger(lease) || lease < 1) {
    throw new RangeError(
      `Cannot grant lease ${lease}: its id must be a whole number from 1 to 2^53 - 1`,
    );
  }
  if (!(ttlSeconds > 0 && Number.isFinite(ttlSeconds))) {
    throw new RangeError(
      `Cannot grant lease ${lease} for ${ttlSeconds} seconds: it must last more than 0`,
    );
  }
}

/**
 * Checks where a range begins and ends.
 *
 * @throws {RangeError} when one of them is no key under the prefix
 */
export function checkBounds(prefix: string, { from, to }: Pick<RangeOptions, "from" | "to">): void {
  for (const key of [from, to]) {
    if (key === undefined || key.startsWith(prefix)) continue;
    throw new RangeError(
      `Cannot range over ${JSON.stringify(prefix)} from or to ${JSON.stringify(key)}: ` +
        `the key must begin with the prefix`,
    );
  }
}

/** Whether single keys come in order, as they do when much is written: then no two are the same. */
function areAscending(mutations: readonly Mutation[]): boolean {
  let last = "";
  for (const mutation of mutations) {
    if (mutation.kind === "delete_prefix" || mutation.key <= last) return false;
    last = mutation.key;
  }
  return true;
}

function checkCount(what: string, actual: number, max: number): void {
  if (actual <= max) return;
  throw new RangeError(`Cannot make a transaction of ${actual} ${what}: at most ${max} fit`);
}
