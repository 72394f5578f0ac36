/**
 * A route of the API as data: what it is asked with, what it answers, and how. The routes that are served
 * and the OpenAPI document are both made from these, so neither has what the other lacks.
 *
 * @module
 */

import { z } from "zod";
import type { SeenDea } from "../../mirror/fleet_view.ts";
import type { Decision } from "../../models/decision.ts";
import { isGuid } from "../../models/guid.ts";
import type { ExplainApp } from "../explain_question.ts";
import type { FleetSight } from "../fleet_sight.ts";
import type { IndexedFleet } from "../indexed_fleet.ts";
import type { Leader } from "../leaders.ts";

/** What routes find their answers with. */
export interface V1Sources {
  readonly fleet: IndexedFleet;
  /** Undefined when it cannot be found out. */
  readonly readLeaders: () => Promise<readonly Leader[] | undefined>;
  readonly explain: ExplainApp;
  /** By guid. */
  readonly listDeas: () => Promise<readonly SeenDea[]>;
  /** What is queued, due first first, as it is shown. */
  readonly listMessages: () => Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** What the decision log holds, the newest first. */
  readonly listDecisions: () => Promise<readonly Decision[]>;
}

/** A question, and what it can be answered from. */
export interface Question<Params, Query> {
  readonly sight: FleetSight;
  readonly params: Params;
  readonly query: Query;
  readonly sources: V1Sources;
}

/** A route. `Params` and `Query` are what its schemas read. */
export interface Route<Params = unknown, Query = unknown> {
  /** With parameters in braces, as OpenAPI has it: `/v1/apps/{guid}`. */
  readonly path: string;
  readonly operationId: string;
  /** One line. */
  readonly summary: string;
  readonly description?: string;
  readonly params: z.ZodType<Params>;
  readonly query: z.ZodType<Query>;
  /** What a 200 holds. */
  readonly answer: z.ZodType;
  /** Whether a 404 may say that the app is unknown. */
  readonly namesApp: boolean;
  readonly handle: (question: Question<Params, Query>) => Promise<unknown>;
}

/** Makes a route; its handler is given what its schemas read. */
export function route<Params, Query>(spec: Route<Params, Query>): Route {
  return spec as unknown as Route;
}

/** A guid in a path. */
export const guid = z.string().refine(isGuid, {
  error: "it is not a guid (1 to 200 of A-Z a-z 0-9 _ . : -)",
}).meta({ pattern: "^[A-Za-z0-9_.:-]{1,200}$" });

/** Of a route without parameters in its path. */
export const noParams = z.strictObject({});

/** Whether what is stale is wanted too. */
export const staleness = {
  "allow_stale": z.enum(["true", "false"]).default("false").describe(
    "`true`: answer from what is known although it is stale, and say so in `stale_because`; " +
      "otherwise that is a 503",
  ),
};

const PER_PAGE_MAX = 500;

/** Which page of a list. */
export const paging = {
  "page": z.coerce.number().int().min(1).max(1_000_000).default(1).describe("From 1"),
  "per_page": z.coerce.number().int().min(1).max(PER_PAGE_MAX).default(100).describe(
    "Most entries in one answer",
  ),
};

/** What every page of a list says of the list. */
export const pageShape = {
  "page": z.int().min(1),
  "per_page": z.int().min(1).max(PER_PAGE_MAX),
  "total": z.int().min(0).describe("Entries in the whole list"),
};

/** What every answer says of how current it is, beside its headers. */
export const staleShape = {
  "stale_because": z.string().nullable().describe(
    "Why nobody should act on this answer; null when it is fresh",
  ),
};

/** Where a page begins. */
export function offsetOf(query: { readonly page: number; readonly "per_page": number }): number {
  return (query.page - 1) * query["per_page"];
}
