/**
 * What the Cloud Controller wants, as it stands in the store: one record per app, without a lease. Only
 * differences are written, new and changed apps before removed ones, so that at no moment less is desired
 * than before and after (DST-01 to DST-05, DST-07, DES-09, REG-24).
 *
 * @module
 */

import {
  type DesiredAppState,
  desiredAppStateFromCsv,
  desiredAppStateToCsv,
  sameDesiredAppState,
} from "../../models/desired_app_state.ts";
import { ParseError } from "../../models/parse_error.ts";
import { commitUnits } from "../commit_units.ts";
import type { Fence } from "../fence.ts";
import type { StoreLayout } from "../layout.ts";
import type { Mutation, Store } from "../store.ts";
import { corruptRecordsOf } from "./corrupt_records.ts";
import type { ReadOptions } from "./read_options.ts";

/** The stored desired state, as of `revision`. */
export interface StoredDesiredState {
  readonly revision: number;
  /** By app key. */
  readonly apps: ReadonlyMap<string, DesiredAppState>;
  /** What follows the prefix in the keys of records that were skipped. */
  readonly corrupt: ReadonlySet<string>;
}

/** Reads every desired app; nothing stored is an empty map (DST-04). Corrupt ones are skipped (DST-07). */
export async function readDesiredState(
  store: Store,
  layout: StoreLayout,
  options: ReadOptions = {},
): Promise<StoredDesiredState> {
  const reporter = corruptRecordsOf(options);
  const prefix = layout.desiredPrefix;
  const apps = new Map<string, DesiredAppState>();
  const corrupt = new Set<string>();
  let revision = options.revision ?? 0;
  for await (const page of store.range(prefix, { revision: options.revision })) {
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
  /** New and changed apps. */
  readonly puts: readonly DesiredAppState[];
  /** App keys that are stored and not wanted, among them corrupt ones. */
  readonly deletes: readonly string[];
}

/**
 * The difference between what is stored and what is wanted (by app key). An app that is stored as it is
 * wanted is not written again (DST-03); a corrupt record is overwritten or removed.
 */
export function planDesiredDifference(
  stored: Pick<StoredDesiredState, "apps" | "corrupt">,
  wanted: ReadonlyMap<string, DesiredAppState>,
): DesiredDifference {
  const puts = [...wanted].filter(([key, app]) => {
    const known = stored.apps.get(key);
    return known === undefined || !sameDesiredAppState(known, app);
  });
  const deletes = [...stored.apps.keys(), ...stored.corrupt].filter((key) => !wanted.has(key));
  return { puts: puts.map(([, app]) => app), deletes };
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
  const puts = difference.puts.map((app): Mutation => ({
    kind: "put",
    key: layout.desiredKey(app),
    value: desiredAppStateToCsv(app),
  }));
  const deletes = difference.deletes.map((name): Mutation => ({
    kind: "delete",
    key: `${layout.desiredPrefix}${name}`,
  }));
  await commitUnits(store, puts.map(unguarded), { fence });
  await commitUnits(store, deletes.map(unguarded), { fence });
}

function unguarded(mutation: Mutation) {
  return { guards: [], mutations: [mutation] };
}
