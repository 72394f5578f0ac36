/**
 * A page of the Cloud Controller's bulk API for the benchmark's apps: they are numbered, and their numbers
 * are the tokens. Nothing is kept, so a million cost nothing.
 *
 * @module
 */

import { desiredAppStateToWire } from "../../../lib/models/desired_app_state.ts";
import { appGuidOf, appVersionOf } from "./fleet_model.ts";

/** The page that is asked for, of `apps` apps in all. */
export function bulkPage(query: URLSearchParams, apps: number): Record<string, unknown> {
  const from = Number(JSON.parse(query.get("bulk_token") ?? "{}")["id"] ?? 0);
  const end = Math.min(apps, from + Number(query.get("batch_size")));
  const results: Record<string, unknown> = {};
  for (let app = from; app < end; app += 1) {
    results[appGuidOf(app)] = desiredAppStateToWire({
      appGuid: appGuidOf(app),
      appVersion: appVersionOf(),
      instances: 1,
      state: "STARTED",
      packageState: "STAGED",
    });
  }
  return { "results": results, "bulk_token": { "id": Math.max(from, end) } };
}
