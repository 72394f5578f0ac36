/**
 * What is to be done about all apps, one after the other. Pure.
 *
 * @module
 */

import type { App } from "../models/app.ts";
import type { AppId } from "../models/app_key.ts";
import { analyzeApp } from "./analyze_app.ts";
import type { AnalyzeAppOptions, AppPending } from "./app_case.ts";
import type { StartDecision, StopDecision, Verdict } from "./verdict.ts";

/** What the analysis needs besides the apps. */
export interface AnalyzeFleetOptions extends Omit<AnalyzeAppOptions, "pending"> {
  /** What waits in the queues for an app already. */
  readonly pendingOf: (app: AppId) => AppPending;
}

/** Judges every app. */
export function analyzeFleet(apps: Iterable<App>, options: AnalyzeFleetOptions): Verdict {
  const { pendingOf, ...rest } = options;
  const starts: StartDecision[] = [];
  const stops: StopDecision[] = [];
  for (const app of apps) {
    const verdict = analyzeApp(app, { ...rest, pending: pendingOf(app) });
    for (const start of verdict.starts) starts.push(start);
    for (const stop of verdict.stops) stops.push(stop);
  }
  return { starts, stops };
}
