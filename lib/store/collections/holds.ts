/**
 * Holds, as they stand in the store under `{root}/holds/{name}`.
 *
 * An operator's hold hangs on a lease: when it ends is judged by the store's clock, not by that of whoever
 * looks (design: time is judged by the store), and whoever watches is told at that moment. Its `expires_at`
 * is there to be read by people. Should the store choose another leader meanwhile, the lease begins anew:
 * a hold may last longer than it says, never shorter. A breaker's hold has no lease: it ends when the
 * breaker finds that what tripped it is over, and until then no restart of a process ends it.
 *
 * @module
 */

import { type Hold, holdToWire, parseHold, unreadableHold } from "../../models/hold.ts";
import { ParseError } from "../../models/parse_error.ts";
import type { StoreLayout } from "../layout.ts";
import type { Entry, Mutation, Store } from "../store.ts";
import { type CorruptRecords, corruptRecordsOf } from "./corrupt_records.ts";
import type { ReadOptions } from "./read_options.ts";

/** Holds, as of `revision`. */
export interface StoredHolds {
  readonly revision: number;
  /** In order of their names. */
  readonly holds: readonly Hold[];
}

/** Stores a hold, whatever stood under its name; it ends with `lease`, or not by itself. */
export function putHold(
  layout: StoreLayout,
  record: { readonly hold: Hold; readonly lease?: number },
): Mutation {
  const { hold, lease } = record;
  const put = {
    kind: "put",
    key: layout.holdKey(hold.name),
    value: JSON.stringify(holdToWire(hold)),
  } as const;
  return lease === undefined ? put : { ...put, lease };
}

/** Ends the hold of that name. */
export function removeHold(layout: StoreLayout, name: string): Mutation {
  return { kind: "delete", key: layout.holdKey(name) };
}

/** Reads every hold. One that cannot be read is reported, and counts as one on everything. */
export async function readHolds(
  store: Store,
  layout: StoreLayout,
  options: ReadOptions = {},
): Promise<StoredHolds> {
  const corruptRecords = corruptRecordsOf(options);
  const holds: Hold[] = [];
  let revision = options.revision ?? 0;
  for await (const page of store.range(layout.holdsPrefix, { revision: options.revision })) {
    revision = page.revision;
    holds.push(...page.entries.map((entry) => readHoldEntry(layout, { entry, corruptRecords })));
  }
  return { revision, holds };
}

/** What a record under the prefix of holds says, or what it counts as. */
export function readHoldEntry(
  layout: StoreLayout,
  record: { readonly entry: Entry; readonly corruptRecords: CorruptRecords },
): Hold {
  const { entry, corruptRecords } = record;
  const name = entry.key.slice(layout.holdsPrefix.length);
  try {
    const hold = parseHold(entry.value);
    if (hold.name === name) return hold;
    throw new ParseError("stored hold", "name", `its key "${entry.key}" names another hold`);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    corruptRecords.report(entry, error);
    return unreadableHold(name);
  }
}
