/**
 * A whole range at once, for ranges that are known to be small or must be held in full anyway.
 *
 * @module
 */

import type { Entry, RangeOptions, Store } from "./store.ts";

/** A whole range, all as of `revision`. */
export interface WholeRange {
  readonly revision: number;
  readonly entries: readonly Entry[];
}

/**
 * Reads all entries whose keys begin with `prefix`. To watch what changes from there on, watch from the
 * revision after the one that is returned.
 *
 * @throws what {@linkcode Store.range} throws
 */
export async function rangeAll(
  store: Store,
  prefix: string,
  options: RangeOptions = {},
): Promise<WholeRange> {
  const entries: Entry[] = [];
  let revision = 0;
  for await (const page of store.range(prefix, options)) {
    revision = page.revision;
    for (const entry of page.entries) entries.push(entry);
  }
  return { revision, entries };
}
