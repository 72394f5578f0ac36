/**
 * `/v1/decisions`: what was decided of late and why, the newest first.
 *
 * @module
 */

import { z } from "zod";
import { DECIDERS, type Decision, DECISION_KINDS, decisionToWire } from "../../models/decision.ts";
import { StoreUnavailableError } from "../../store/store_errors.ts";
import { guid, noParams, route, staleness, staleShape } from "./route.ts";

const LIMIT_MAX = 1_000;

/** A decision as it is shown. */
export const decisionShape: z.ZodType = z.strictObject({
  "at": z.int().describe("Unix seconds"),
  "component": z.enum(DECIDERS),
  "kind": z.enum(DECISION_KINDS),
  "droplet": z.string().describe("Empty when it is about no single app"),
  "version": z.string(),
  "index": z.int().optional(),
  "instance": z.string().optional(),
  "reason": z.string().describe("One word, for machines"),
  "why": z.string().describe("A sentence, for people; may be empty"),
  "due_at": z.int().optional().describe("Unix seconds from which the message may be sent"),
  "message_id": z.string().optional(),
  "count": z.int().optional().describe("Of `omitted`: how many decisions were left out"),
});

/** `/v1/decisions` */
export const listDecisions = route({
  path: "/v1/decisions",
  operationId: "listDecisions",
  summary: "What was decided of late and why, the newest first",
  description: "The log is bounded in size and age: what it does not hold any more is not here.",
  params: noParams,
  query: z.strictObject({
    "app": guid.optional().describe("Only what was decided about this app"),
    "version": guid.optional().describe("Only what was decided about this version of `app`"),
    "kind": z.enum(DECISION_KINDS).optional(),
    "since": z.coerce.number().int().min(0).max(1e12).default(0).describe("Unix seconds"),
    "limit": z.coerce.number().int().min(1).max(LIMIT_MAX).default(100),
    ...staleness,
  }),
  answer: z.strictObject({
    ...staleShape,
    "total": z.int().describe("How many are kept that fit the question"),
    "decisions": z.array(decisionShape),
  }),
  namesApp: false,
  handle: async ({ sight, query, sources }) => {
    if (!sight.reachable) throw new StoreUnavailableError(sight.staleBecause ?? "");
    const fitting = (await sources.listDecisions()).filter((decision) => fits(decision, query));
    return {
      "stale_because": sight.staleBecause ?? null,
      "total": fitting.length,
      "decisions": fitting.slice(0, query.limit).map(decisionToWire),
    };
  },
});

function fits(
  decision: Decision,
  query: {
    readonly app?: string | undefined;
    readonly version?: string | undefined;
    readonly kind?: string | undefined;
    readonly since: number;
  },
): boolean {
  const { app, version, kind, since } = query;
  return (app === undefined || decision.appGuid === app) &&
    (version === undefined || decision.appVersion === version) &&
    (kind === undefined || decision.kind === kind) && decision.at >= since;
}
