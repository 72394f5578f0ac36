/**
 * Two schema versions do not go together: each sees a store of its own, but they share the DEAs and their
 * locks, so that what the older one does it does by what nobody keeps up to date. So it refuses to work while
 * a newer version is fresh: freshness ends by itself once the newer one has stopped, and so does the refusal.
 *
 * @module
 */

import { StoreLayout } from "./layout.ts";
import type { Store } from "./store.ts";

/** So many versions ahead are looked at. */
const VERSIONS_AHEAD = 10;

/** A newer schema version keeps this store up to date. */
export class NewerSchemaError extends Error {
  override readonly name = "NewerSchemaError";
  /** The version that is in use. */
  readonly inUse: number;

  constructor(
    { inUse, schemaVersion }: { readonly inUse: number; readonly schemaVersion: number },
  ) {
    super(
      `Cannot work with store_schema_version ${schemaVersion}: an hm9000 with version ${inUse} keeps ` +
        "this store up to date; use that one's executable and configuration, or stop it first and wait " +
        "until its freshness has ended",
    );
    this.inUse = inUse;
  }
}

/**
 * The newest schema version above `schemaVersion` that is fresh in this store; undefined when there is none.
 *
 * @throws {StoreUnavailableError} when the store fails
 */
export async function newerSchemaInUse(
  store: Store,
  schemaVersion: number,
): Promise<number | undefined> {
  const ahead = Array.from({ length: VERSIONS_AHEAD }, (_, index) => schemaVersion + 1 + index);
  const inUse = await Promise.all(ahead.map((version) => isFresh(store, version)));
  return ahead.findLast((_, index) => inUse[index]);
}

/** @throws {NewerSchemaError} when a newer one is in use */
export async function refuseNewerSchema(store: Store, schemaVersion: number): Promise<void> {
  const inUse = await newerSchemaInUse(store, schemaVersion);
  if (inUse !== undefined) throw new NewerSchemaError({ inUse, schemaVersion });
}

async function isFresh(store: Store, schemaVersion: number): Promise<boolean> {
  const { actualFreshKey, desiredFreshKey } = new StoreLayout({ schemaVersion });
  const found = await Promise.all([store.get(actualFreshKey), store.get(desiredFreshKey)]);
  return found.some((entry) => entry !== undefined);
}
