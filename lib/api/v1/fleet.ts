/**
 * `/v1/fleet`: how the platform is, in counts; how fresh what is known is; who leads; what is held.
 *
 * @module
 */

import { z } from "zod";
import { holdToWire } from "../../models/hold.ts";
import type { FreshnessStatus } from "../../store/collections/freshness.ts";
import type { AppIndex } from "../app_index.ts";
import { APP_LISTS } from "../app_tally.ts";
import type { FleetSight } from "../fleet_sight.ts";
import { instanceCounts } from "./apps.ts";
import { holdShape } from "./holds.ts";
import { noParams, route, staleness, staleShape } from "./route.ts";

const freshnessStatus = z.strictObject({
  "fresh": z.boolean(),
  "since": z.number().nullable().describe(
    "Unix seconds since when it has been written without a break; null when it is not",
  ),
});

const leader = z.strictObject({
  "component": z.string(),
  "id": z.string().describe("Random, drawn anew with every leadership"),
  "epoch": z.int().describe("The store's revision at which the leadership began; logs name it"),
});

/** What is said of the fleet; the events tell it as well. */
export const fleetShape = {
  ...staleShape,
  "apps": z.strictObject(
    Object.fromEntries(APP_LISTS.map((list) => [list, z.int()])),
  ).describe("Apps, by what they can be listed by: `/v1/apps?state=…`"),
  "instances": instanceCounts,
  "freshness": z.strictObject({ "actual": freshnessStatus, "desired": freshnessStatus }),
  "deas": z.strictObject({ "present": z.int() }),
  "queue": z.strictObject({ "starts": z.int(), "stops": z.int() }).describe(
    "Messages that wait, or were sent and are kept for a while",
  ),
  "holds": z.array(holdShape).describe("What is not to be sent for now"),
};

/** `/v1/fleet` */
export const getFleet = route({
  path: "/v1/fleet",
  operationId: "getFleet",
  summary: "How many apps and instances there are by state, how fresh that is, and who leads",
  params: noParams,
  query: z.strictObject({ ...staleness }),
  answer: z.strictObject({
    ...fleetShape,
    "leaders": z.array(leader).nullable().describe("null when the store does not say"),
  }),
  namesApp: false,
  handle: async ({ sight, sources }) => {
    const [index, leaders] = await Promise.all([
      sources.fleet.current(),
      sight.reachable ? sources.readLeaders() : undefined,
    ]);
    return { ...fleetToWire(sight, index), "leaders": leaders ?? null };
  },
});

/** The fleet's part of the answer. */
export function fleetToWire(sight: FleetSight, index: AppIndex): Record<string, unknown> {
  const { view, freshness, staleBecause } = sight;
  const { apps, instances } = index.counts;
  return {
    "stale_because": staleBecause ?? null,
    "apps": apps,
    "instances": instances,
    "freshness": {
      "actual": statusToWire(freshness.actual),
      "desired": statusToWire(freshness.desired),
    },
    "deas": { "present": view.presentDeas },
    "queue": { "starts": view.queuedStarts, "stops": view.queuedStops },
    "holds": [...view.holds()].map(holdToWire),
  };
}

function statusToWire({ fresh, since }: FreshnessStatus): Record<string, unknown> {
  return { "fresh": fresh, "since": since ?? null };
}
