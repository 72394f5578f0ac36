/**
 * The rule book: what is to be done about one app, given what is desired, what is seen and what already
 * waits. Pure: no store, no clock, no logger. Each rule has its file; this one says in which order they
 * apply and how they bear on each other (ANA-25, ANA-26).
 *
 * @module
 */

import type { App } from "../models/app.ts";
import { type AnalyzeAppOptions, appCase } from "./app_case.ts";
import { crashedStarts } from "./crashed.ts";
import { duplicateStops } from "./duplicate.ts";
import { evacuationStarts, evacuationStops } from "./evacuating.ts";
import { extraStops } from "./extra.ts";
import { missingStarts } from "./missing.ts";
import type { StartDecision, StopDecision, Verdict } from "./verdict.ts";

/**
 * Judges one app.
 *
 * What already waits blocks a new message for the same index or instance, whatever its reason (ANA-07,
 * ANA-15, EVA-12). Extra and duplicate instances are not stopped in a pass that queues a start for the
 * app: what runs at the wrong index is better than nothing. The next pass stops them, even though that
 * start may still wait (ANA-13, ANA-14, EVA-15).
 */
export function analyzeApp(app: App, options: AnalyzeAppOptions): Verdict {
  const subject = appCase(app, options);
  const starts = onePerIndex([
    ...missingStarts(subject),
    ...crashedStarts(subject),
    ...evacuationStarts(subject),
  ]);
  if (starts.length > 0) return { starts, stops: onePerInstance(evacuationStops(subject)) };
  const stops = onePerInstance([
    ...evacuationStops(subject),
    ...extraStops(subject),
    ...duplicateStops(subject),
  ]);
  return { starts, stops };
}

/** A later rule's start takes the place of an earlier one's; what that one counted stays (EVA-13). */
function onePerIndex(decisions: readonly StartDecision[]): StartDecision[] {
  const byIndex = new Map<number, StartDecision>();
  for (const decision of decisions) {
    const index = decision.message.instanceIndex;
    const crashCount = byIndex.get(index)?.crashCount;
    byIndex.set(index, crashCount === undefined ? decision : { ...decision, crashCount });
  }
  return [...byIndex.values()].sort((a, b) => a.message.instanceIndex - b.message.instanceIndex);
}

/** An instance that is reported twice is stopped once, for the reason that came last. */
function onePerInstance(decisions: readonly StopDecision[]): StopDecision[] {
  const byGuid = new Map<string, StopDecision>();
  for (const decision of decisions) byGuid.set(decision.message.instanceGuid, decision);
  return [...byGuid.values()];
}
