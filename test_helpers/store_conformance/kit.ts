/**
 * What the cases of the store conformance suite are written with.
 *
 * @module
 */

import { RealRandom } from "../../lib/helpers/real_random.ts";
import { RealTimeProvider } from "../../lib/helpers/real_time_provider.ts";
import type {
  Entry,
  Mutation,
  RangeOptions,
  Store,
  WatchBatch,
  WatchEvent,
} from "../../lib/store/store.ts";

/** Longer than anything here takes on a healthy store. */
const WITHIN_SECONDS = 30;

/** A store that was opened for one test; nothing else uses what is under `prefix`. */
export interface OpenStore extends AsyncDisposable {
  readonly store: Store;
  /** Ends with a slash; every key of the test begins with it. */
  readonly prefix: string;
  /** Another client of the same store. The test may close it; otherwise closing this one does. */
  another(): Promise<Store>;
  /** Lets time pass: for leases. A real server's time really passes. */
  passSeconds(seconds: number): Promise<void>;
  /** Makes the store forget what was before `revision`. */
  compact(revision: number): Promise<void>;
}

/** What a case is given. */
export interface CaseContext extends OpenStore {
  /** How long leases last in cases that wait for their end. */
  readonly ttlSeconds: number;
}

/** One thing that every store does. */
export interface StoreCase {
  readonly title: string;
  readonly run: (context: CaseContext) => Promise<void>;
}

/** Writes one key and says at which revision. */
export async function put(
  store: Store,
  options: { readonly key: string; readonly value?: string; readonly lease?: number },
): Promise<number> {
  const { key, value = "", lease } = options;
  return await commit(store, [{
    kind: "put",
    key,
    value,
    ...(lease === undefined ? {} : { lease }),
  }]);
}

/** Makes mutations, which must succeed, and says at which revision. */
export async function commit(store: Store, mutations: readonly Mutation[]): Promise<number> {
  const result = await store.transact({ guards: [], mutations });
  if (!result.committed) throw new Error("Cannot commit: a transaction without guards failed");
  return result.revision;
}

/** Puts of many keys, in as many transactions as it takes. */
export async function putMany(
  store: Store,
  entries: readonly { readonly key: string; readonly value: string }[],
): Promise<void> {
  const step = Math.min(100, store.operationsMax);
  for (let at = 0; at < entries.length; at += step) {
    await commit(
      store,
      entries.slice(at, at + step).map((entry): Mutation => ({ kind: "put", ...entry })),
    );
  }
}

/** All entries of a range. */
export async function entriesOf(
  store: Store,
  range: RangeOptions & { readonly prefix: string },
): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const page of store.range(range.prefix, range)) entries.push(...page.entries);
  return entries;
}

/** The keys of a range. */
export async function keysOf(
  store: Store,
  range: RangeOptions & { readonly prefix: string },
): Promise<string[]> {
  return (await entriesOf(store, range)).map((entry) => entry.key);
}

/** Watches from a revision until `count` events have come; the watch is ended then. */
export async function watchEvents(
  store: Store,
  options: { readonly prefix: string; readonly fromRevision: number; readonly count: number },
): Promise<WatchBatch[]> {
  const { prefix, fromRevision, count } = options;
  const cancel = new AbortController();
  const batches: WatchBatch[] = [];
  const collect = async () => {
    let seen = 0;
    for await (const batch of store.watch(prefix, { fromRevision, signal: cancel.signal })) {
      batches.push(batch);
      seen += batch.events.length;
      if (seen >= count) break;
    }
  };
  try {
    await within(collect(), `${count} events under ${JSON.stringify(prefix)}`);
  } finally {
    cancel.abort();
  }
  return batches;
}

/** An event in few words, for comparison. */
export function describeEvent(event: WatchEvent): string {
  return event.kind === "put" ? `${event.entry.key}=${event.entry.value}` : `${event.key} deleted`;
}

/** The revision of an event. */
export function revisionOfEvent(event: WatchEvent): number {
  return event.kind === "put" ? event.entry.modRevision : event.revision;
}

/** Fails a test that would otherwise hang: nothing here takes half a minute on a healthy store. */
export async function within<T>(promise: Promise<T>, what: string): Promise<T> {
  const cancel = new AbortController();
  const late = new RealTimeProvider().sleep(WITHIN_SECONDS * 1000, { signal: cancel.signal }).then(
    () => {
      if (!cancel.signal.aborted) {
        throw new Error(`Cannot wait for ${what}: ${WITHIN_SECONDS} s have passed`);
      }
    },
  );
  try {
    return await Promise.race([promise, late]) as T;
  } finally {
    cancel.abort();
    await late.catch(() => {}); // It has lost the race, or the race has thrown it already.
  }
}

/** A lease id that nobody else on the server uses. */
export function freshLease(): number {
  return new RealRandom().leaseId();
}

/** What a promise is rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("Cannot see the rejection of a promise: it was fulfilled");
}
