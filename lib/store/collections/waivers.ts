/**
 * Waivers, as they stand in the store under `{root}/waivers/{breaker}`, each on a lease: when it ends is
 * judged by the store's clock.
 *
 * @module
 */

import { ParseError } from "../../models/parse_error.ts";
import { parseWaiver, type Waiver, waiverToWire } from "../../models/waiver.ts";
import type { StoreLayout } from "../layout.ts";
import type { Entry, Mutation, Store } from "../store.ts";
import { type CorruptRecords, corruptRecordsOf } from "./corrupt_records.ts";
import type { ReadOptions } from "./read_options.ts";

/** Stores a waiver, whatever stood for its breaker; it ends with `lease`. */
export function putWaiver(
  layout: StoreLayout,
  record: { readonly waiver: Waiver; readonly lease: number },
): Mutation {
  const { waiver, lease } = record;
  const key = layout.waiverKey(waiver.breaker);
  return { kind: "put", key, value: JSON.stringify(waiverToWire(waiver)), lease };
}

/** Reads every waiver. One that cannot be read is reported and waives nothing. */
export async function readWaivers(
  store: Store,
  layout: StoreLayout,
  options: ReadOptions = {},
): Promise<readonly Waiver[]> {
  const corruptRecords = corruptRecordsOf(options);
  const waivers: Waiver[] = [];
  for await (const page of store.range(layout.waiversPrefix, { revision: options.revision })) {
    for (const entry of page.entries) {
      const waiver = readWaiverEntry(layout, { entry, corruptRecords });
      if (waiver !== undefined) waivers.push(waiver);
    }
  }
  return waivers;
}

/** What a record under the prefix of waivers says; undefined, and reported, when it cannot be read. */
export function readWaiverEntry(
  layout: StoreLayout,
  record: { readonly entry: Entry; readonly corruptRecords: CorruptRecords },
): Waiver | undefined {
  const { entry, corruptRecords } = record;
  try {
    const waiver = parseWaiver(entry.value);
    if (layout.waiverKey(waiver.breaker) === entry.key) return waiver;
    throw new ParseError("stored waiver", "", `its key "${entry.key}" names another breaker`);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    corruptRecords.report(entry, error);
    return undefined;
  }
}
