/**
 * Walks the bulk API from its first page to the empty one that ends it (DES-03 to DES-08), and distrusts
 * a Cloud Controller that walks in circles: a token that does not advance, or a page that only repeats,
 * fails the fetch (behaviour.md, "Decided otherwise"; B14, F22). Pages are let go of as soon as they are
 * read: what is kept of an app is its key and the text that is to be stored.
 *
 * @module
 */

import { appKey } from "../models/app_key.ts";
import { desiredAppStateToCsv, isWanted } from "../models/desired_app_state.ts";
import type { BulkPage } from "./bulk_page.ts";
import { FetchError } from "./fetch_error.ts";

/** More apps than any platform has: a Cloud Controller that names more never ends. */
const APPS_MAX = 5_000_000;

const SHARED_TEXTS_MAX = 10_000;

/** Everything a complete fetch brought. */
export interface FetchedDesiredState {
  /** What belongs in the store, by app key (DES-07): `instances,STATE,PACKAGE_STATE`. */
  readonly wanted: Map<string, string>;
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
  const wanted = new Map<string, string>();
  const unwanted = new Set<string>();
  const shared = new SharedText();
  let tokenId: number | undefined;
  for (;;) {
    const current = await page(tokenId);
    const before = wanted.size + unwanted.size;
    if (current.apps.length === 0) return { wanted, received: before };
    takeIn(current, { wanted, unwanted, shared });
    const named = wanted.size + unwanted.size;
    requireProgress(current, tokenId, named - before);
    requireBounded(named);
    tokenId = current.tokenId;
  }
}

/** Takes in a page's apps; the last word on an app counts. An app stands in one of the two. */
function takeIn(
  page: BulkPage,
  state: {
    readonly wanted: Map<string, string>;
    readonly unwanted: Set<string>;
    readonly shared: SharedText;
  },
): void {
  const { wanted, unwanted, shared } = state;
  for (const app of page.apps) {
    const key = appKey(app);
    if (isWanted(app)) {
      wanted.set(key, shared.of(desiredAppStateToCsv(app)));
      unwanted.delete(key);
    } else {
      unwanted.add(key);
      wanted.delete(key);
    }
  }
}

/** Of a million apps nearly all say one of a few things: each of these is kept once. */
class SharedText {
  readonly #texts = new Map<string, string>();

  of(text: string): string {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    if (this.#texts.size < SHARED_TEXTS_MAX) this.#texts.set(text, text);
    return text;
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
