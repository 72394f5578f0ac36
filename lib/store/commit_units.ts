/**
 * Writes many small things that are each atomic by themselves, at the speed of large transactions: as
 * many whole units as fit go into each transaction, and several transactions are in flight.
 *
 * Units of one call are independent: none touches or guards a key that another touches (that is
 * refused), so the result is that of committing them one by one in any order. Whoever needs an order
 * makes several calls.
 *
 * @module
 */

import { checkFence, type Fence, guardName } from "./fence.ts";
import { checkIndependent, packMutations, packUnits, type Unit } from "./pack_units.ts";
import type { Guard, Mutation, Store } from "./store.ts";
import { LeadershipLostError } from "./store_errors.ts";

export type { Unit } from "./pack_units.ts";

const BYTES_MAX = 1024 * 1024;
const CONCURRENCY = 4;

/** How a unit ended. */
export type UnitResult =
  | { readonly committed: true; readonly revision: number }
  | {
    readonly committed: false;
    /** The unit's guards that did not hold, never empty. */
    readonly failed: readonly Guard[];
  };

/** Options of {@linkcode commitUnits}. */
export interface CommitUnitsOptions {
  /** Its guards go into every transaction; {@linkcode UNFENCED} if nobody leads. */
  readonly fence: Fence;
  /** Transactions in flight. @default {4} */
  readonly concurrency?: number;
  /** Bytes of keys and values in one transaction; etcd refuses 1.5 MiB. @default {1_048_576} */
  readonly bytesMax?: number;
}

/**
 * Commits units, each whole or not at all, and says of each how it ended, in their order.
 *
 * An error says nothing of single units: each of them may have been committed or not, but none is torn,
 * and when it is thrown none is on its way any more. After {@linkcode OutcomeUnknownError} a transaction
 * may even be made later, by a server that answers late. So units without guards, which mean the same
 * twice, are simply committed again; for others the caller reads back first.
 *
 * @throws {LeadershipLostError} when a guard of the fence failed
 * @throws {RangeError} when a unit does not fit into a transaction; nothing is written
 * @throws {TypeError} when two units touch one key, or one guards what another touches; nothing is
 *   written
 * @throws what {@linkcode Store.transact} throws
 */
export async function commitUnits(
  store: Store,
  units: readonly Unit[],
  options: CommitUnitsOptions,
): Promise<UnitResult[]> {
  const { fence, concurrency = CONCURRENCY, bytesMax = BYTES_MAX } = options;
  checkIndependent(units);
  const packs = packUnits(units, {
    guardsMax: store.operationsMax - fence.guards.length,
    mutationsMax: store.operationsMax,
    bytesMax,
  });
  const results: UnitResult[] = new Array(units.length);
  await forEachAtOnce(packs, {
    concurrency,
    work: (pack) => commitPack(pack, { store, units, fence, results }),
  });
  return results;
}

/**
 * Commits mutations of which each is a unit without guards, when there are so many that making a unit of
 * each is felt. No two may touch one key: the caller sees to that, for only those that come into the same
 * transaction are compared.
 *
 * @returns the revisions they were committed in, in no order
 * @throws {LeadershipLostError} when a guard of the fence failed
 * @throws {RangeError} when a mutation does not fit into a transaction; some may have been written
 * @throws what {@linkcode Store.transact} throws
 */
export async function commitMutations(
  store: Store,
  mutations: readonly Mutation[],
  options: CommitUnitsOptions,
): Promise<number[]> {
  const { fence, concurrency = CONCURRENCY, bytesMax = BYTES_MAX } = options;
  const revisions: number[] = [];
  const packs = packMutations(mutations, { mutationsMax: store.operationsMax, bytesMax });
  await forEachAtOnce(packs, {
    concurrency,
    work: async (pack) => {
      const result = await store.transact({ guards: fence.guards, mutations: pack });
      if (!result.committed) throw unexpectedRefusal(result.failed, fence);
      revisions.push(result.revision);
    },
  });
  return revisions;
}

/** Works on all of `items`, several at once; after an error no more are begun. */
async function forEachAtOnce<T>(
  items: Iterable<T>,
  options: { readonly concurrency: number; readonly work: (item: T) => Promise<void> },
): Promise<void> {
  const queue = items[Symbol.iterator]();
  const errors: unknown[] = [];
  const worker = async () => {
    while (errors.length === 0) {
      try {
        const { done, value } = queue.next();
        if (done) return;
        await options.work(value);
      } catch (error) {
        errors.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, options.concurrency) }, worker));
  if (errors.length > 0) throw worstOf(errors);
}

interface PackDeps {
  readonly store: Store;
  readonly units: readonly Unit[];
  readonly fence: Fence;
  readonly results: UnitResult[];
}

/** Commits units in one transaction; those whose guards fail are left out and the rest tried again. */
async function commitPack(pack: readonly number[], deps: PackDeps): Promise<void> {
  const { store, units, fence, results } = deps;
  let rest = pack;
  while (rest.length > 0) {
    const chosen = rest.map((index) => units[index] as Unit);
    const guards = [...fence.guards, ...chosen.flatMap((unit) => unit.guards)];
    const mutations = chosen.flatMap((unit) => unit.mutations);
    const result = await store.transact({ guards, mutations });
    if (result.committed) {
      for (const index of rest) results[index] = { committed: true, revision: result.revision };
      return;
    }
    checkFence(result.failed, fence);
    rest = withoutFailed(rest, { units, results, failed: result.failed });
  }
}

function withoutFailed(
  pack: readonly number[],
  options: Pick<PackDeps, "units" | "results"> & { readonly failed: readonly Guard[] },
): number[] {
  const { units, results } = options;
  const names = new Set(options.failed.map(guardName));
  const rest = pack.filter((index) => {
    const failed = units[index]?.guards.filter((guard) => names.has(guardName(guard))) ?? [];
    if (failed.length > 0) results[index] = { committed: false, failed };
    return failed.length === 0;
  });
  if (rest.length < pack.length) return rest;
  throw refusedForNothing();
}

/** @throws {LeadershipLostError} when it was the fence's guards that failed */
function unexpectedRefusal(failed: readonly Guard[], fence: Fence): Error {
  checkFence(failed, fence);
  return refusedForNothing();
}

function refusedForNothing(): Error {
  return new Error("Cannot commit: the store refused a transaction for guards it did not have");
}

/** To have lost the leadership is the news that ends a component; anything else may be tried again. */
function worstOf(errors: readonly unknown[]): unknown {
  return errors.find((error) => error instanceof LeadershipLostError) ?? errors[0];
}
