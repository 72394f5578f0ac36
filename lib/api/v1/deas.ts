/**
 * `/v1/deas`: the DEAs that are present, with when this replica last saw their presence renewed.
 *
 * @module
 */

import { z } from "zod";
import type { SeenDea } from "../../mirror/fleet_view.ts";
import { noParams, offsetOf, pageShape, paging, route, staleness, staleShape } from "./route.ts";

const dea = z.strictObject({
  "guid": z.string(),
  "instances": z.int().describe("What it reports, in whatever state"),
  "renewed_at": z.int().nullable().describe(
    "Unix seconds at which this replica last saw its presence renewed, at most a second late; null " +
      "when not since the replica began to watch",
  ),
});

/** `/v1/deas` */
export const listDeas = route({
  path: "/v1/deas",
  operationId: "listDeas",
  summary: "One page of the DEAs that are present, by guid",
  params: noParams,
  query: z.strictObject({ ...paging, ...staleness }),
  answer: z.strictObject({ ...pageShape, ...staleShape, "deas": z.array(dea) }),
  namesApp: false,
  handle: async ({ sight, query, sources }) => {
    const { page, "per_page": perPage } = query;
    const deas = await sources.listDeas();
    const offset = offsetOf(query);
    return {
      "page": page,
      "per_page": perPage,
      "total": deas.length,
      "stale_because": sight.staleBecause ?? null,
      "deas": deas.slice(offset, offset + perPage).map(deaToWire),
    };
  },
});

/** DEAs in the order of their guids. */
export function sortedDeas(deas: Iterable<SeenDea>): SeenDea[] {
  return [...deas].sort((a, b) => a.guid < b.guid ? -1 : 1);
}

function deaToWire({ guid, instances, renewedAt }: SeenDea): Record<string, unknown> {
  return {
    "guid": guid,
    "instances": instances,
    "renewed_at": renewedAt === 0 ? null : renewedAt,
  };
}
