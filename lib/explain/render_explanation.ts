/**
 * The explanation as people read it, and as JSON. Pure.
 *
 * @module
 */

import { type App, appToWire } from "../models/app.ts";
import { pendingStartToWire } from "../models/pending_start_message.ts";
import { pendingStopToWire } from "../models/pending_stop_message.ts";
import { explainApp, type ExplainInput, type IndexExplanation } from "./explain_app.ts";

/** The explanation, one line an element. */
export function renderExplanation(input: ExplainInput): string[] {
  const { app, staleBecause } = input;
  return [
    `App ${app.appGuid}, version ${app.appVersion}`,
    `  Store: ${staleBecause === undefined ? "fresh" : `NOT FRESH - ${staleBecause}`}`,
    `  Desired: ${describeDesired(app)}`,
    ...explainApp(input).map(renderIndex),
  ];
}

/** The explanation as an object with wire names. */
export function explanationToWire(input: ExplainInput): Record<string, unknown> {
  return {
    ...appToWire(input.app),
    "pending_starts": input.pendingStarts.map(pendingStartToWire),
    "pending_stops": input.pendingStops.map(pendingStopToWire),
    "stale_because": input.staleBecause ?? null,
    "indices": explainApp(input),
  };
}

function describeDesired({ desired }: App): string {
  if (desired === undefined) return "no";
  return `${desired.instances} instances, ${desired.state}, ${desired.packageState}`;
}

function renderIndex(explanation: IndexExplanation): string {
  const states = explanation.states.length === 0 ? "no instance" : explanation.states.join(", ");
  const crashes = explanation.crashes === 0 ? "" : `, crashed ${explanation.crashes} times of late`;
  const extra = explanation.desired ? "" : " (not desired)";
  return `  [${explanation.index}]${extra} ${states}${crashes}: ${explanation.next}`;
}
