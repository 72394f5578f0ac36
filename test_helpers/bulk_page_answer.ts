/**
 * How the Cloud Controller pages: apps are numbered from 1 in the order of their creation, a token names
 * the last one sent, and only a page without apps ends a fetch (BLK-03 to BLK-07).
 *
 * @module
 */

import { type DesiredAppState, desiredAppStateToWire } from "../lib/models/desired_app_state.ts";

/** A page as it goes over the wire. */
export interface BulkPageAnswer {
  /** Apps by their guid. */
  readonly "results": Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly "bulk_token": { readonly "id": number };
}

/** Which page is asked for. */
export interface BulkPageQuestion {
  /** The id of the token, 0 for none. */
  readonly from: number;
  readonly batchSize: number;
}

/** The page of `apps` that follows the token. */
export function bulkPageAnswer(
  apps: readonly DesiredAppState[],
  { from, batchSize }: BulkPageQuestion,
): BulkPageAnswer {
  const page = apps.slice(from, from + batchSize);
  return {
    "results": Object.fromEntries(page.map((app) => [app.appGuid, desiredAppStateToWire(app)])),
    "bulk_token": { "id": from + page.length },
  };
}
