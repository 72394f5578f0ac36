/**
 * Walks the bulk API from its first page to the empty one that ends it (DES-03 to DES-08), and distrusts
 * a Cloud Controller that walks in circles: a token that does not advance, or a page that only repeats,
 * fails the fetch (behaviour.md, "Decided otherwise"; B14, F22). Pages are let go of as soon as they are
 * read.
 *
 * @module
 */

import type { DesiredAppState } from "../models/desired_app_state.ts";
import type { BulkPage } from "./bulk_page.ts";
import { FetchError } from "./fetch_error.ts";

/** More apps than any platform has: a Cloud Controller that names more never ends. */
const APPS_MAX = 5_000_000;

/** Where what is fetched is taken in. */
export interface Tally {
  /** How many different apps were named so far. */
  readonly received: number;
  /** Takes in what is said of an app. */
  add(app: DesiredAppState): void;
}

/** Fetches one page; `tokenId` is undefined for the first. */
export type PageSource = (tokenId: number | undefined) => Promise<BulkPage>;

/**
 * Fetches the whole desired state into a tally. Unless it comes to its end, nothing of it counts.
 *
 * @throws {FetchError} when a page cannot be had, the token does not advance, a page only repeats what
 *   came before, or there is no end
 */
export async function fetchDesiredState(page: PageSource, tally: Tally): Promise<void> {
  let tokenId: number | undefined;
  for (;;) {
    const current = await page(tokenId);
    if (current.apps.length === 0) return;
    const before = tally.received;
    for (const app of current.apps) tally.add(app);
    requireProgress(current, tokenId, tally.received - before);
    requireBounded(tally.received);
    tokenId = current.tokenId;
  }
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
