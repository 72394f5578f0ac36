/**
 * How often each index crashed, as it stands in the store. A count outlives its last change by its lease,
 * granted once per pass of the analyzer and shared by all counts of that pass (CRA-20, APP-10).
 *
 * @module
 */

import { appKey } from "../../models/app_key.ts";
import { type CrashCount, crashCountToWire, parseCrashCount } from "../../models/crash_count.ts";
import { ParseError } from "../../models/parse_error.ts";
import type { StoreLayout } from "../layout.ts";
import type { Entry, Mutation, Store } from "../store.ts";
import { corruptRecordsOf } from "./corrupt_records.ts";
import type { ReadAppsOptions } from "./read_options.ts";

/** Stores a crash count for as long as `lease` lasts; to be made with the start that it delays (I14). */
export function putCrashCount(
  layout: StoreLayout,
  record: { readonly count: CrashCount; readonly lease: number },
): Mutation {
  const { count, lease } = record;
  const value = JSON.stringify(crashCountToWire(count));
  return { kind: "put", key: layout.crashKey(count), value, lease };
}

/** Crash counts by app key, as of `revision`. */
export interface StoredCrashCounts {
  readonly revision: number;
  readonly counts: ReadonlyMap<string, readonly CrashCount[]>;
  /** Records that were skipped. */
  readonly corrupt: number;
}

/** Reads crash counts. A corrupt one is skipped and reported, and costs no other (APP-10). */
export async function readCrashCounts(
  store: Store,
  layout: StoreLayout,
  options: ReadAppsOptions = {},
): Promise<StoredCrashCounts> {
  const reporter = corruptRecordsOf(options);
  const counts = new Map<string, CrashCount[]>();
  let corrupt = 0;
  let revision = options.revision ?? 0;
  const { appGuid } = options;
  const prefix = appGuid === undefined ? layout.crashesPrefix : layout.crashVersionsPrefix(appGuid);
  for await (const page of store.range(prefix, { revision: options.revision })) {
    revision = page.revision;
    for (const entry of page.entries) {
      try {
        addTo(counts, parseCrashEntry(layout, entry));
      } catch (error) {
        if (!(error instanceof ParseError)) throw error;
        reporter.report(entry, error);
        corrupt += 1;
      }
    }
  }
  return { revision, counts, corrupt };
}

/**
 * Reads one crash count record.
 *
 * @throws {ParseError} when it is not one, or not that of its key
 */
export function parseCrashEntry(layout: StoreLayout, entry: Entry): CrashCount {
  const count = parseCrashCount(entry.value);
  if (layout.crashKey(count) === entry.key) return count;
  throw new ParseError("stored crash count", "", `its key "${entry.key}" names another index`);
}

function addTo(counts: Map<string, CrashCount[]>, count: CrashCount): void {
  const key = appKey(count);
  const known = counts.get(key);
  if (known === undefined) counts.set(key, [count]);
  else known.push(count);
}
