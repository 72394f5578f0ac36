/**
 * Fills a view with everything that stands in the store, as of one revision.
 *
 * The two long parts, instances and desired apps, are read in pieces, by the first character of what their
 * keys name, several side by side. While one answer is read the store is busy with another; and etcd 3.4
 * counts all that is left of a range for each page of it, so that pages of a short range cost it less. A
 * record whose key begins with no guid is nobody's and is left out: no reader could make anything of it.
 *
 * @module
 */

import { GUID_CHARACTERS } from "../models/guid.ts";
import type { StoreLayout } from "../store/layout.ts";
import type { Store } from "../store/store.ts";
import type { FleetView } from "./fleet_view.ts";

/** Pieces that are read side by side. */
const LANES = 4;

/** What is listed, and into what. */
export interface ListFleetOptions {
  readonly store: Store;
  readonly layout: StoreLayout;
  /** A view in which nothing stands yet. */
  readonly view: FleetView;
  /** Ends the listing early: the view is of no use then. */
  readonly signal: AbortSignal;
}

/**
 * Lists the fleet. To follow what changes, watch from the revision after the view's.
 *
 * @throws {CompactedError} when the revision was compacted away while listing: begin again
 * @throws {StoreUnavailableError} when the store fails
 */
export async function listFleet(options: ListFleetOptions): Promise<void> {
  const { layout, view } = options;
  const revision = await listPrefix(layout.presencePrefix, options);
  const pieces = prefixesOf(layout).values();
  const work = async () => {
    for (const prefix of pieces) await listPrefix(prefix, { ...options, revision });
  };
  await Promise.all(Array.from({ length: LANES }, work));
  view.listed(revision);
}

function prefixesOf(layout: StoreLayout): string[] {
  const long = [layout.actualPrefix, layout.desiredPrefix];
  return [
    ...[...GUID_CHARACTERS].flatMap((character) => long.map((prefix) => prefix + character)),
    layout.crashesPrefix,
    layout.startPrefix,
    layout.stopPrefix,
    layout.holdsPrefix,
    layout.waiversPrefix,
    layout.actualFreshKey,
    layout.desiredFreshKey,
  ];
}

/** Lists what stands under a prefix, and says as of which revision. */
async function listPrefix(
  prefix: string,
  options: ListFleetOptions & { readonly revision?: number },
): Promise<number> {
  const { store, view, signal, revision } = options;
  let asOf = 0;
  for await (const page of store.range(prefix, { revision })) {
    signal.throwIfAborted();
    asOf = page.revision;
    for (const entry of page.entries) view.put(entry);
  }
  return asOf;
}
