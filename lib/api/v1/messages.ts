/**
 * `/v1/messages`: the queue, what is due first first. In a great outage the queue is as large as the
 * outage; what is sorted and shown is bounded, and how much there is, is said.
 *
 * @module
 */

import { z } from "zod";
import type { FleetView } from "../../mirror/fleet_view.ts";
import type { PendingMessage } from "../../models/pending_message.ts";
import type { PendingStartMessage } from "../../models/pending_start_message.ts";
import type { PendingStopMessage } from "../../models/pending_stop_message.ts";
import { noParams, offsetOf, pageShape, paging, route, staleness, staleShape } from "./route.ts";

/** Messages of each kind that are looked at for one list. */
const LISTED_MAX = 10_000;

/** A message as it is shown. */
export const messageShape = z.strictObject({
  "kind": z.enum(["start", "stop"]),
  "droplet": z.string(),
  "version": z.string(),
  "index": z.int().nullable().describe("Of a start"),
  "instance": z.string().nullable().describe("Guid of the instance, of a stop"),
  "reason": z.string().describe("CRASHED, MISSING, EVACUATING, EXTRA, DUPLICATE …"),
  "priority": z.number().nullable().describe(
    "Of a start: of those due at one time, the higher first",
  ),
  "send_on": z.int().describe("Unix seconds from which it may be sent"),
  "sent_on": z.int().nullable().describe("Unix seconds; null while it was not sent"),
  "judged_again_on": z.int().nullable().describe(
    "Unix seconds until which a message that was sent keeps another from being queued",
  ),
  "message_id": z.string(),
}).describe("A message that waits, or was sent and is kept for a while");

/** `/v1/messages` */
export const listMessages = route({
  path: "/v1/messages",
  operationId: "listMessages",
  summary: "One page of the queue, what is due first first",
  params: noParams,
  query: z.strictObject({
    "kind": z.enum(["start", "stop"]).optional().describe("Only starts, or only stops"),
    ...paging,
    ...staleness,
  }),
  answer: z.strictObject({
    ...pageShape,
    ...staleShape,
    "listed": z.int().describe(
      `How many of \`total\` can be paged through: of each kind the ` +
        `first ${LISTED_MAX} that were queued`,
    ),
    "messages": z.array(messageShape),
  }),
  namesApp: false,
  handle: async ({ sight, query, sources }) => {
    const { kind, page, "per_page": perPage } = query;
    const all = await sources.listMessages();
    const listed = kind === undefined ? all : all.filter((message) => message["kind"] === kind);
    const { queuedStarts: starts, queuedStops: stops } = sight.view;
    const offset = offsetOf(query);
    return {
      "page": page,
      "per_page": perPage,
      "total": kind === "start" ? starts : kind === "stop" ? stops : starts + stops,
      "stale_because": sight.staleBecause ?? null,
      "listed": listed.length,
      "messages": listed.slice(offset, offset + perPage),
    };
  },
});

/** What is queued, due first first: of each kind the first 10,000. */
export function queuedMessages(view: FleetView | undefined): Record<string, unknown>[] {
  if (view === undefined) return [];
  const starts = [...Iterator.from(view.starts()).take(LISTED_MAX)].map(({ message }) => message);
  const stops = [...Iterator.from(view.stops()).take(LISTED_MAX)].map(({ message }) => message);
  return [...starts.map(startToWire), ...stops.map(stopToWire)]
    .sort((a, b) => Number(a["send_on"]) - Number(b["send_on"]));
}

/** A start as it is shown. */
export function startToWire(start: PendingStartMessage): Record<string, unknown> {
  const { instanceIndex, reason, priority } = start;
  const own = { "index": instanceIndex, "instance": null, "reason": reason, "priority": priority };
  return { "kind": "start", ...own, ...commonToWire(start) };
}

/** A stop as it is shown. */
export function stopToWire(stop: PendingStopMessage): Record<string, unknown> {
  const { instanceGuid, reason } = stop;
  const own = { "index": null, "instance": instanceGuid, "reason": reason, "priority": null };
  return { "kind": "stop", ...own, ...commonToWire(stop) };
}

function commonToWire(message: PendingMessage): Record<string, unknown> {
  const { appGuid, appVersion, sendOn, sentOn, keepAlive, messageId } = message;
  return {
    "droplet": appGuid,
    "version": appVersion,
    "send_on": sendOn,
    "sent_on": sentOn === 0 ? null : sentOn,
    "judged_again_on": sentOn === 0 ? null : sentOn + keepAlive,
    "message_id": messageId,
  };
}
