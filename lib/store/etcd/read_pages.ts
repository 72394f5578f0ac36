/**
 * Reads a range page by page, all as of one revision. Pages are measured in bytes, not keys: gRPC takes
 * no answer of any size, and a page is held in memory whole, so each is asked to be as long as the last
 * one says will fit.
 *
 * @module
 */

import type { RangeOptions, RangePage } from "../store.ts";
import { isAnswerTooLarge } from "./store_error.ts";
import { prefixEnd, type RangeRequest, type RangeResponse } from "./wire.ts";

const FIRST_PAGE_KEYS = 10_000;
/**
 * Pages are long, because etcd looks at every key from where a page begins to the end of the whole range,
 * however few it is asked for: a million keys in pages of 10,000 cost it fifty million looks.
 */
const PAGE_KEYS_MAX = 50_000;
/** Far below what our transports take, and little enough to be held in memory. */
const PAGE_BYTES_AIM = 8 * 1024 * 1024;
/** What an entry costs beside its key and value, about. */
const ENTRY_BYTES = 32;

/** Asks etcd for a range. */
export type ReadRange = (request: RangeRequest) => Promise<RangeResponse>;

/** The entries under a prefix, at least one page. */
export async function* readPages(
  read: ReadRange,
  { prefix, ...options }: RangeOptions & { readonly prefix: string },
): AsyncGenerator<RangePage> {
  const { keysOnly } = options;
  const end = options.to ?? prefixEnd(prefix);
  let { revision } = options;
  let key = options.from ?? prefix;
  let remaining = options.limit ?? Infinity;
  let pageKeys = FIRST_PAGE_KEYS;
  while (true) {
    const limit = Math.max(1, Math.min(pageKeys, remaining)); // to etcd 0 would be no limit
    const response = await read({ key, end, revision, limit, keysOnly }).catch((error) => {
      if (!isAnswerTooLarge(error) || limit === 1) throw error;
    });
    if (!response) {
      pageKeys = Math.max(1, Math.floor(limit / 4));
      continue;
    }
    const { entries, more } = response;
    revision ??= response.header.revision;
    yield { revision, entries: entries.slice(0, Math.max(0, remaining)) };
    remaining -= entries.length;
    const last = entries.at(-1);
    if (!more || !last || remaining <= 0) return;
    key = `${last.key}\0`;
    pageKeys = fittingKeys(response);
  }
}

function fittingKeys({ entries }: RangeResponse): number {
  const bytes = entries.reduce((sum, { key, value }) => sum + key.length + value.length, 0);
  const perEntry = ENTRY_BYTES + bytes / Math.max(1, entries.length);
  return Math.min(PAGE_KEYS_MAX, Math.max(1, Math.floor(PAGE_BYTES_AIM / perEntry)));
}
