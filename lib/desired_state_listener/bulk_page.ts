/**
 * One page of the Cloud Controller's bulk API (behaviour.md 22, 24.1). A page is believed whole or not at
 * all: an app that were skipped because its record is broken would be stopped.
 *
 * @module
 */

import { type DesiredAppState, parseDesiredAppState } from "../models/desired_app_state.ts";
import { JsonReader, parseJson } from "../models/json_reader.ts";

/** A page of apps and where the next one begins. */
export interface BulkPage {
  readonly apps: readonly DesiredAppState[];
  /** The id of the token to ask the next page with. */
  readonly tokenId: number;
}

/**
 * Reads a page.
 *
 * @throws {ParseError} when the body is not JSON, has no `results` object, or any record in it is broken
 */
export function parseBulkPage(body: Uint8Array | string): BulkPage {
  const page = new JsonReader("bulk page", parseJson("bulk page", body));
  const results = page.object("results").entries();
  return {
    apps: results.map(([guid, record]) => parseDesiredAppState(record, `results.${guid}`)),
    tokenId: results.length === 0 ? 0 : page.object("bulk_token").integer("id"),
  };
}
