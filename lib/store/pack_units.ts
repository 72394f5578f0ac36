/**
 * Packs small atomic units into as few transactions as their limits allow, in order and without tearing
 * one. Pure.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { findClash } from "./check_transaction.ts";
import type { Guard, Mutation } from "./store.ts";

/** Guards and mutations that are made together or not at all. */
export interface Unit {
  readonly guards: readonly Guard[];
  readonly mutations: readonly Mutation[];
}

/** What one transaction may hold. */
export interface PackLimits {
  readonly guardsMax: number;
  readonly mutationsMax: number;
  /** Bytes of keys and values. */
  readonly bytesMax: number;
}

/** What a request carries for each key besides the key: a guess that is rather too high. */
const OPERATION_BYTES = 32;

/**
 * Indices of `units`, by the transaction they go into.
 *
 * @throws {RangeError} when a unit does not fit into a transaction of its own
 */
export function packUnits(units: readonly Unit[], limits: PackLimits): number[][] {
  const packs: number[][] = [];
  let pack: number[] = [];
  let guards = 0;
  let mutations = 0;
  let bytes = 0;
  for (const [index, unit] of units.entries()) {
    const unitBytes = bytesOf(unit);
    checkFits(unit, unitBytes, limits);
    guards += unit.guards.length;
    mutations += unit.mutations.length;
    bytes += unitBytes;
    const full = guards > limits.guardsMax || mutations > limits.mutationsMax ||
      bytes > limits.bytesMax;
    if (full) {
      packs.push(pack);
      pack = [];
      guards = unit.guards.length;
      mutations = unit.mutations.length;
      bytes = unitBytes;
    }
    pack.push(index);
  }
  if (pack.length > 0) packs.push(pack);
  return packs;
}

/**
 * The mutations in order, in pieces that each fit into a transaction; worked out one by one, as they are
 * asked for.
 *
 * @throws {RangeError} when a mutation does not fit into a transaction of its own
 */
export function* packMutations(
  mutations: readonly Mutation[],
  limits: Pick<PackLimits, "mutationsMax" | "bytesMax">,
): Generator<readonly Mutation[]> {
  const { mutationsMax, bytesMax } = limits;
  let start = 0;
  let bytes = 0;
  for (const [position, mutation] of mutations.entries()) {
    const more = bytesOfMutation(mutation);
    if (more > bytesMax) {
      checkFits({ guards: [], mutations: [mutation] }, more, { ...limits, guardsMax: 0 });
    }
    if (position - start >= mutationsMax || bytes + more > bytesMax) {
      yield mutations.slice(start, position);
      start = position;
      bytes = 0;
    }
    bytes += more;
  }
  if (start < mutations.length) yield mutations.slice(start);
}

/**
 * Checks that it makes no difference in which order units are committed.
 *
 * @throws {TypeError} when two touch one key, or one guards a key that another touches
 */
export function checkIndependent(units: readonly Unit[]): void {
  const clash = findClash(units.flatMap((unit) => unit.mutations));
  if (clash !== undefined) {
    throw new TypeError(
      `Cannot commit units together: two mutations touch ${JSON.stringify(clash)}`,
    );
  }
  if (units.every((unit) => unit.guards.length === 0)) return;
  const touchedBy = touchIndex(units);
  for (const [index, unit] of units.entries()) {
    const guard = unit.guards.find((guard) => (touchedBy(guard.key) ?? index) !== index);
    if (guard === undefined) continue;
    throw new TypeError(
      `Cannot commit units together: one guards ${
        JSON.stringify(guard.key)
      }, which another touches`,
    );
  }
}

/** Says which unit touches a key, if one does. No key is touched by two. */
function touchIndex(units: readonly Unit[]): (key: string) => number | undefined {
  const keys = new Map<string, number>();
  const prefixes: { readonly prefix: string; readonly index: number }[] = [];
  for (const [index, unit] of units.entries()) {
    for (const mutation of unit.mutations) {
      if (mutation.kind === "delete_prefix") prefixes.push({ prefix: mutation.prefix, index });
      else keys.set(mutation.key, index);
    }
  }
  prefixes.sort((a, b) => a.prefix < b.prefix ? -1 : 1);
  return (key) => {
    const found = keys.get(key);
    if (found !== undefined || prefixes.length === 0) return found;
    let low = 0;
    let high = prefixes.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((prefixes[middle]?.prefix ?? "") <= key) low = middle;
      else high = middle;
    }
    const nearest = prefixes[low];
    return nearest !== undefined && key.startsWith(nearest.prefix) ? nearest.index : undefined;
  };
}

function checkFits(unit: Unit, bytes: number, limits: PackLimits): void {
  const { guardsMax, mutationsMax, bytesMax } = limits;
  const [guards, mutations] = [unit.guards.length, unit.mutations.length];
  if (guards <= guardsMax && mutations <= mutationsMax && bytes <= bytesMax) return;
  throw new RangeError(
    `Cannot commit a unit of ${guards} guards, ${mutations} mutations and ${bytes} bytes: ` +
      `a transaction holds ${guardsMax}, ${mutationsMax} and ${bytesMax}`,
  );
}

function bytesOf(unit: Unit): number {
  let bytes = 0;
  for (const guard of unit.guards) bytes += OPERATION_BYTES + guard.key.length;
  for (const mutation of unit.mutations) bytes += bytesOfMutation(mutation);
  return bytes;
}

function bytesOfMutation(mutation: Mutation): number {
  if (mutation.kind === "delete_prefix") return OPERATION_BYTES + mutation.prefix.length;
  const bytes = OPERATION_BYTES + mutation.key.length;
  return mutation.kind === "put" ? bytes + utf8Length(mutation.value) : bytes;
}

/** Nearly every value is short and ASCII, and to ask the runtime costs more than to look. */
function utf8Length(text: string): number {
  for (let position = 0; position < text.length; position += 1) {
    if (text.charCodeAt(position) > 0x7f) return Buffer.byteLength(text);
  }
  return text.length;
}
