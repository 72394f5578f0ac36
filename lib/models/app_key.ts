/**
 * An app is one version of one droplet. Its key joins the two with a comma, which no guid can hold, so
 * that different pairs never share a key (MOD-06, APP-01, HAZ-16).
 *
 * @module
 */

import { isGuid } from "./guid.ts";
import { ParseError, quoteValue } from "./parse_error.ts";

/** What names an app: droplet guid and version guid. */
export interface AppId {
  /** Guid of the droplet. */
  readonly appGuid: string;
  /** Guid of the version: a push or a restart makes a new one. */
  readonly appVersion: string;
}

/** The key of an app: `guid,version`. */
export function appKey(app: AppId): string {
  return `${app.appGuid},${app.appVersion}`;
}

/**
 * The app that `key` names.
 *
 * @throws {ParseError} when it is not two guids joined by one comma
 */
export function parseAppKey(key: string): AppId {
  const comma = key.indexOf(",");
  const appGuid = key.slice(0, comma);
  const appVersion = key.slice(comma + 1);
  if (comma < 0 || !isGuid(appGuid) || !isGuid(appVersion)) {
    throw new ParseError("app key", "", `${quoteValue(key)} is not "guid,version"`);
  }
  return { appGuid, appVersion };
}
