/**
 * What the Cloud Controller answers.
 *
 * @module
 */

import { parseBulkPage } from "../../../lib/desired_state_listener/bulk_page.ts";
import { JSON_WORDS } from "../dictionary.ts";
import { readOrRefused, requireSame } from "../expectations.ts";
import { bytesOf, type FuzzTarget, FuzzViolation, textOf, type Verdict } from "../target.ts";

const APP = {
  "id": "app",
  "instances": 2,
  "version": "v1",
  "state": "STARTED",
  "package_state": "STAGED",
};
const SEEDS = [
  { "results": { "app": APP, "b": { ...APP, "id": "b" } }, "bulk_token": { "id": 5 } },
  { "results": {}, "bulk_token": {} },
].map(bytesOf);

/** A page is believed whole or not at all: no app of it is left out (DES-08). */
function check(input: Uint8Array): Verdict {
  const page = readOrRefused(() => parseBulkPage(input));
  if (page === undefined) return "refused";
  const { apps, tokenId } = page.value;
  requireSame("bytes and their text", [parseBulkPage(textOf(input)), page.value]);
  if (!Number.isSafeInteger(tokenId)) throw new FuzzViolation(`The token is ${tokenId}`);
  const named = Object.keys(resultsOf(JSON.parse(textOf(input))));
  if (apps.length !== named.length) {
    throw new FuzzViolation(`${apps.length} of ${named.length} apps`);
  }
  return "accepted";
}

/** Field names are matched without regard to case, an exact match first. */
function resultsOf(page: Record<string, object>): object {
  const name = Object.keys(page).find((one) => one.toLowerCase() === "results") ?? "";
  return page["results"] ?? page[name] ?? {};
}

/** The page's target. */
export const CLOUD_CONTROLLER_TARGETS: readonly FuzzTarget[] = [
  { name: "bulk-page", seeds: SEEDS, dictionary: [...JSON_WORDS, '"results":', '"STAGED"'], check },
];
