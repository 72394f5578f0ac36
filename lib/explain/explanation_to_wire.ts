/**
 * The explanation as JSON, for `explain --json` and for the API. Pure.
 *
 * @module
 */

import { appToWire } from "../models/app.ts";
import { decisionToWire } from "../models/decision.ts";
import { holdToWire } from "../models/hold.ts";
import { pendingStartToWire } from "../models/pending_start_message.ts";
import { pendingStopToWire } from "../models/pending_stop_message.ts";
import type { Explanation, IndexExplanation } from "./explanation.ts";

/** The explanation as an object with wire names; what is unknown is null. */
export function explanationToWire(explanation: Explanation): Record<string, unknown> {
  const { app, now, store, pendingStarts, pendingStops, holds, indices, decisions } = explanation;
  return {
    ...appToWire(app),
    "now": now,
    "stale_because": store.because ?? null,
    "store": {
      "fresh": store.fresh,
      "fresh_since": store.freshSince ?? null,
      "fresh_at": store.freshAt ?? null,
    },
    "pending_starts": pendingStarts.map(pendingStartToWire),
    "pending_stops": pendingStops.map(pendingStopToWire),
    "holds": holds.map(holdToWire),
    "indices": indices.map(indexToWire),
    "decisions": decisions?.map(decisionToWire) ?? null,
  };
}

function indexToWire(explanation: IndexExplanation): Record<string, unknown> {
  const { index, desired, state, instances, crashes, lastSent } = explanation;
  return {
    "index": index,
    "desired": desired,
    "state": state,
    "states": instances.map((instance) => instance.state).sort(),
    "instances": instances.map((instance) => ({
      "instance": instance.instanceGuid,
      "dea": instance.deaGuid,
      "state": instance.state,
      "since": instance.stateTimestamp,
    })),
    "crashes": crashes?.count ?? 0,
    "crashes_since": crashes?.since ?? null,
    "next_crash_delay": crashes?.nextDelaySeconds ?? null,
    "backoff_until": crashes?.backoffUntil ?? null,
    "last_sent": lastSent === undefined ? null : {
      "kind": lastSent.kind,
      "at": lastSent.at,
      "reason": lastSent.reason,
      "message_id": lastSent.messageId ?? null,
      "instance": lastSent.instanceGuid ?? null,
    },
    "next": explanation.next,
    "next_at": explanation.nextAt ?? null,
    "waits_for": explanation.waitsFor ?? null,
  };
}
