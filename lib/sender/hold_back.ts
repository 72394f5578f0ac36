/**
 * Plans a pass around what is held: messages that are due and held are left alone altogether, neither
 * verified nor dropped, so that they stand as they stood when the hold ends. What was sent before is seen to
 * as ever: it expires, and counts against the stops of its app. Pure.
 *
 * @module
 */

import { type Hold, holdOnStart, holdOnStop } from "../models/hold.ts";
import { isTimeToSend } from "../models/pending_message.ts";
import { type PassInput, type PassPlan, planPass } from "./select_due.ts";

/** What a pass does, and how much it leaves to wait for the end of a hold. */
export interface HeldPlan extends PassPlan {
  /** Messages that are due and held. */
  readonly held: { readonly starts: number; readonly stops: number };
}

/** Plans a pass; `holds` is what is held. */
export function planHeldPass(input: PassInput & { readonly holds: readonly Hold[] }): HeldPlan {
  const { starts, stops, holds, now } = input;
  if (holds.length === 0) return { ...planPass(input), held: { starts: 0, stops: 0 } };
  const stopsHeld = holdOnStop(holds) !== undefined;
  const free = {
    starts: starts.filter(({ message }) =>
      !isTimeToSend(message, now) || holdOnStart(holds, message.reason) === undefined
    ),
    stops: stopsHeld ? stops.filter(({ message }) => !isTimeToSend(message, now)) : stops,
  };
  const held = {
    starts: starts.length - free.starts.length,
    stops: stops.length - free.stops.length,
  };
  return { ...planPass({ ...input, ...free }), held };
}
