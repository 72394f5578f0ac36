/**
 * The answer to a bulk request: an object keyed by app guid, apps nobody knows left out (API-10 to
 * API-13); when one guid is asked for with two versions, the later one wins (API-19). Pure.
 *
 * @module
 */

import { appToWire } from "../models/app.ts";
import type { AppId } from "../models/app_key.ts";
import type { AppStates } from "./app_states.ts";

/** The wire form of the apps asked for. */
export function bulkAppStates(requested: readonly AppId[], states: AppStates): string {
  const found = new Map<string, string>();
  for (const id of requested) {
    const app = states.find(id);
    if (app !== undefined) found.set(id.appGuid, JSON.stringify(appToWire(app)));
  }
  return `{${[...found].map(member).join(",")}}`;
}

/** Written by hand: an object whose names are never the same twice costs the engine a shape for each. */
function member([name, json]: readonly [name: string, json: string]): string {
  return `${JSON.stringify(name)}:${json}`;
}
