/**
 * What the Cloud Controller wants, as it stands in the store: one record per app, without a lease. Only
 * differences are written, new and changed apps before removed ones, so that at no moment less is desired
 * than before and after (DST-01 to DST-05, DST-07, DES-09, REG-24).
 *
 * @module
 */

import { type DesiredAppState, desiredAppStateFromCsv } from "../../models/desired_app_state.ts";
import { ParseError } from "../../models/parse_error.ts";
import { commitMutations } from "../commit_units.ts";
import type { Fence } from "../fence.ts";
import type { StoreLayout } from "../layout.ts";
import type { Mutation, Store } from "../store.ts";
import { corruptRecordsOf } from "./corrupt_records.ts";
import type { ReadAppsOptions } from "./read_options.ts";

/** Mutations that are worked out before they are written. */
const MUTATIONS_AT_ONCE = 16_384;

/** The stored desired state, as of `revision`. */
export interface StoredDesiredState {
  readonly revision: number;
  /** By app key. */
  readonly apps: ReadonlyMap<string, DesiredAppState>;
  /** What follows the prefix in the keys of records that were skipped. */
  readonly corrupt: ReadonlySet<string>;
}

/** Reads desired apps; nothing stored is an empty map (DST-04). Corrupt ones are skipped (DST-07). */
export async function readDesiredState(
  store: Store,
  layout: StoreLayout,
  options: ReadAppsOptions = {},
): Promise<StoredDesiredState> {
  const reporter = corruptRecordsOf(options);
  const prefix = layout.desiredPrefix;
  const apps = new Map<string, DesiredAppState>();
  const corrupt = new Set<string>();
  let revision = options.revision ?? 0;
  const versions = options.appGuid === undefined
    ? prefix
    : layout.desiredVersionsPrefix(options.appGuid);
  for await (const page of store.range(versions, { revision: options.revision })) {
    revision = page.revision;
    for (const entry of page.entries) {
      const name = entry.key.slice(prefix.length);
      try {
        apps.set(name, desiredAppStateFromCsv(layout.parseDesiredKey(entry.key), entry.value));
      } catch (error) {
        if (!(error instanceof ParseError)) throw error;
        reporter.report(entry, error);
        corrupt.add(name);
      }
    }
  }
  return { revision, apps, corrupt };
}

/** What must change for the store to hold what is wanted. */
export interface DesiredDifference {
  /** New and changed apps by key, with what is to be stored. */
  readonly puts: ReadonlyMap<string, string>;
  /** App keys that are stored and not wanted, among them corrupt ones. */
  readonly deletes: readonly string[];
  /** How many apps are stored; corrupt records are none. */
  readonly stored: number;
  /** How many of them are not wanted. */
  readonly lost: number;
}

/**
 * Writes a difference: all puts, then all deletes. When it throws, some of it may have been written, and
 * the next difference completes it (DST-08).
 *
 * @throws {LeadershipLostError} when another process leads
 */
export async function writeDesiredDifference(
  store: Store,
  layout: StoreLayout,
  options: { readonly difference: DesiredDifference; readonly fence: Fence },
): Promise<void> {
  const { difference, fence } = options;
  const prefix = layout.desiredPrefix;
  const put = ([name, value]: [string, string]): Mutation => ({
    kind: "put",
    key: `${prefix}${name}`,
    value,
  });
  const remove = (name: string): Mutation => ({ kind: "delete", key: `${prefix}${name}` });
  for (const some of chunks(difference.puts)) {
    await commitMutations(store, some.map(put), { fence });
  }
  for (const some of chunks(difference.deletes)) {
    await commitMutations(store, some.map(remove), { fence });
  }
}

/** Pieces that are written one after the other, so that a million mutations are not held at once. */
function* chunks<T>(items: Iterable<T>): Generator<T[]> {
  let chunk: T[] = [];
  for (const item of items) {
    chunk.push(item);
    if (chunk.length < MUTATIONS_AT_ONCE) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
