/**
 * Who leads, as the leadership keys in the store say: of each component the leader's id, which is drawn
 * anew with every leadership, and the epoch that its log names too.
 *
 * @module
 */

import { LOCKS_PREFIX } from "../store/layout.ts";
import { rangeAll } from "../store/range_all.ts";
import type { Store } from "../store/store.ts";

/** A leadership that is held. */
export interface Leader {
  /** The component that is led. */
  readonly component: string;
  /** Random, one a leadership. */
  readonly id: string;
  /** The store's revision at which the leadership began. */
  readonly epoch: number;
}

/**
 * The leaderships that are held now, by component.
 *
 * @throws {StoreUnavailableError} when the store fails
 */
export async function readLeaders(store: Store): Promise<Leader[]> {
  const { entries } = await rangeAll(store, LOCKS_PREFIX);
  return entries.map(({ key, value, createRevision }) => ({
    component: key.slice(LOCKS_PREFIX.length),
    id: value,
    epoch: createRevision,
  }));
}
