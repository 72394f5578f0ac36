/**
 * Walks the bulk API from its first page to the empty one that ends it (DES-03 to DES-08), and distrusts
 * a Cloud Controller that walks in circles: a token that does not advance, or a page that only repeats,
 * fails the fetch (behaviour.md, "Decided otherwise"; B14, F22).
 *
 * @module
 */

import { appKey } from "../models/app_key.ts";
import { type DesiredAppState, isWanted } from "../models/desired_app_state.ts";
import type { BulkPage } from "./bulk_page.ts";
import { FetchError } from "./fetch_error.ts";

/** More apps than any platform has: a Cloud Controller that names more never ends. */
const APPS_MAX = 5_000_000;

/** Everything a complete fetch brought. */
export interface FetchedDesiredState {
  /** The apps that belong in the store, by app key (DES-07). */
  readonly wanted: ReadonlyMap<string, DesiredAppState>;
  /** How many different apps the Cloud Controller named, wanted or not (DES-08). */
  readonly received: number;
}

/** Fetches one page; `tokenId` is undefined for the first. */
export type PageSource = (tokenId: number | undefined) => Promise<BulkPage>;

/**
 * Fetches the whole desired state, all or nothing.
 *
 * @throws {FetchError} when a page cannot be had, the token does not advance, a page only repeats what
 *   came before, or there is no end
 */
export async function fetchDesiredState(page: PageSource): Promise<FetchedDesiredState> {
  const wanted = new Map<string, DesiredAppState>();
  const seen = new Set<string>();
  let tokenId: number | undefined;
  for (;;) {
    const current = await page(tokenId);
    if (current.apps.length === 0) return { wanted, received: seen.size };
    requireProgress(current, tokenId, takeIn(current, { wanted, seen }));
    requireBounded(seen.size);
    tokenId = current.tokenId;
  }
}

/** Takes in a page's apps; the last word on an app counts. Returns how many of them were new. */
function takeIn(
  page: BulkPage,
  state: { wanted: Map<string, DesiredAppState>; seen: Set<string> },
): number {
  const before = state.seen.size;
  for (const app of page.apps) {
    const key = appKey(app);
    state.seen.add(key);
    if (isWanted(app)) state.wanted.set(key, app);
    else state.wanted.delete(key);
  }
  return state.seen.size - before;
}

function requireProgress(page: BulkPage, tokenId: number | undefined, added: number): void {
  if (tokenId !== undefined && page.tokenId <= tokenId) {
    const message =
      `Cannot fetch the desired state: the bulk token does not advance (${tokenId}, ` +
      `then ${page.tokenId}), the Cloud Controller repeats itself; nothing is stored`;
    throw new FetchError("bad_token", message);
  }
  if (added === 0) {
    const message =
      `Cannot fetch the desired state: the page with bulk token ${page.tokenId} names ` +
      "no app that was not named before, the Cloud Controller repeats itself; nothing is stored";
    throw new FetchError("bad_token", message);
  }
}

function requireBounded(apps: number): void {
  if (apps <= APPS_MAX) return;
  const message = `Cannot fetch the desired state: more than ${APPS_MAX} apps and no end; ` +
    "nothing is stored";
  throw new FetchError("bad_token", message);
}
