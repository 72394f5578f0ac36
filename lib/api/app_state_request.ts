/**
 * What the API is asked (behaviour.md 24.1): one app over NATS, an array of apps over HTTP.
 *
 * @module
 */

import type { AppId } from "../models/app_key.ts";
import { JsonReader, parseJson } from "../models/json_reader.ts";
import { ParseError, quoteValue } from "../models/parse_error.ts";

/** Most apps one bulk request may name. */
export const BULK_REQUEST_APPS_MAX = 10_000;

/**
 * Reads a request for one app.
 *
 * @throws {ParseError} when it is not one
 */
export function parseAppStateRequest(input: Uint8Array | string): AppId {
  const what = "app state request";
  return readAppId(new JsonReader(what, parseJson(what, input)));
}

/**
 * Reads a request for many apps.
 *
 * @throws {ParseError} when it is not one, or names more than 10,000 apps
 */
export function parseBulkAppStateRequest(input: Uint8Array | string): AppId[] {
  const what = "bulk app state request";
  const value = parseJson(what, input);
  if (!Array.isArray(value)) throw new ParseError(what, "", `${quoteValue(value)} is not an array`);
  if (value.length > BULK_REQUEST_APPS_MAX) {
    const problem = `${value.length} apps are too many, ask for ${BULK_REQUEST_APPS_MAX} at most`;
    throw new ParseError(what, "", problem);
  }
  return value.map((element, position) =>
    readAppId(new JsonReader(what, element, `[${position}]`))
  );
}

function readAppId(reader: JsonReader): AppId {
  return { appGuid: reader.string("droplet"), appVersion: reader.string("version") };
}
