/**
 * Fills a view with everything that stands in the store, as of one revision.
 *
 * @module
 */

import type { StoreLayout } from "../store/layout.ts";
import type { Store } from "../store/store.ts";
import type { FleetView } from "./fleet_view.ts";

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
  // Side by side: while one answer is read, the store is busy with another.
  const prefixes = [
    layout.actualPrefix,
    layout.desiredPrefix,
    layout.crashesPrefix,
    layout.startPrefix,
    layout.stopPrefix,
    layout.actualFreshKey,
    layout.desiredFreshKey,
  ];
  await Promise.all(prefixes.map((prefix) => listPrefix(prefix, options, revision)));
  view.listed(revision);
}

async function listPrefix(
  prefix: string,
  { store, view, signal }: ListFleetOptions,
  revision?: number,
): Promise<number> {
  let asOf = 0;
  for await (const page of store.range(prefix, { revision })) {
    signal.throwIfAborted();
    asOf = page.revision;
    for (const entry of page.entries) view.put(entry);
  }
  return asOf;
}
