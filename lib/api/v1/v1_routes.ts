/**
 * The `/v1` routes: each is served as its description in the OpenAPI document says, since both are made
 * from the same list. What every answer has in common is seen to here: credentials, parameters, staleness,
 * the headers that say how current it is, ETag, and problems (RFC 9457).
 *
 * @module
 */

import { createHash } from "node:crypto";
import { type Context, Hono } from "hono";
import type { z } from "zod";
import type { Logger } from "../../helpers/logger.ts";
import type { Metrics } from "../../helpers/metrics.ts";
import type { FleetSight } from "../fleet_sight.ts";
import { stamp } from "../stamp.ts";
import { getApp, getAppVersion, listApps } from "./apps.ts";
import { listDecisions } from "./decisions.ts";
import { listDeas } from "./deas.ts";
import { getFleet } from "./fleet.ts";
import { listMessages } from "./messages.ts";
import { openapiDocument } from "./openapi.ts";
import { ProblemError, problemOf, problemResponse } from "./problem.ts";
import type { Route, V1Sources } from "./route.ts";

/** Every route, as data. */
export const V1_ROUTES: readonly Route[] = [
  getFleet,
  listApps,
  getApp,
  getAppVersion,
  listDeas,
  listMessages,
  listDecisions,
];

const EVENT_HEADERS = {
  "Content-Type": "text/event-stream",
  "Cache-Control": "no-store",
  "X-Accel-Buffering": "no", // A proxy that gathers answers would keep events back.
};

/** What the routes need. */
export interface V1Deps extends V1Sources {
  /** Looks at the fleet. */
  readonly look: () => Promise<FleetSight>;
  /** What happens, as server-sent events, after the one that is named. */
  readonly follow: (lastEventId: string | undefined) => Promise<ReadableStream<Uint8Array>>;
  /** Of the program. */
  readonly version: string;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** The routes, to be put beside others. */
export function createV1Routes(deps: V1Deps): Hono {
  const app = new Hono();
  for (const route of V1_ROUTES) {
    app.get(route.path.replaceAll(/\{(\w+)\}/g, ":$1"), (c) => answer(c, { route, deps }));
  }
  const document = JSON.stringify(openapiDocument(V1_ROUTES, deps));
  app.get("/v1/openapi.json", (c) => withETag(c, document));
  app.get("/v1/events", async (c) => {
    deps.metrics.increment("api_requests");
    const stream = await deps.follow(c.req.header("last-event-id"));
    return c.body(stream, 200, EVENT_HEADERS);
  });
  app.all("/v1/*", (c) => {
    throw c.req.method === "GET"
      ? new ProblemError("not-found", { detail: `There is nothing at "${c.req.path}"` })
      : new ProblemError("method-not-allowed", { detail: `${c.req.method} is not` });
  });
  app.onError((error, c) => problemResponse(expected(error, { c, deps })));
  return app;
}

async function answer(
  c: Context,
  { route, deps }: { readonly route: Route; readonly deps: V1Deps },
): Promise<Response> {
  deps.metrics.increment("api_requests");
  const params = read(route.params, c.req.param());
  const query = read(route.query, c.req.query());
  const sight = await deps.look();
  if (sight.staleBecause !== undefined && c.req.query("allow_stale") !== "true") {
    throw new ProblemError("stale", {
      detail: `${sight.staleBecause}; ask with allow_stale=true for what is known nevertheless`,
      retryAfterSeconds: 1,
    });
  }
  // The revision is read first: what is looked at afterwards is of it, or of a later one.
  const { revision } = sight.view;
  const body = await route.handle({ sight, params, query, sources: deps });
  for (const [name, value] of Object.entries(stamp({ ...sight, revision }))) c.header(name, value);
  // Not in the body, which would be another one every second.
  c.header("X-HM9000-Time", String(sight.now));
  return withETag(c, JSON.stringify(body));
}

/** An answer of JSON, unless the client has it already. */
function withETag(c: Context, body: string): Response {
  const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
  c.header("ETag", etag);
  c.header("Cache-Control", "no-cache");
  if (names(c.req.header("if-none-match"), etag)) return c.body(null, 304);
  return c.body(body, 200, { "Content-Type": "application/json" });
}

function names(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(",").some((tag) => ["*", etag].includes(tag.trim().replace(/^W\//, "")));
}

function read(schema: z.ZodType, value: unknown): unknown {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const detail = error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join(
    "; ",
  );
  throw new ProblemError("bad-request", { detail: detail.slice(0, 500) });
}

function expected(
  error: unknown,
  { c, deps }: { readonly c: Context; readonly deps: Pick<V1Deps, "log" | "metrics"> },
): ProblemError {
  const problem = problemOf(error);
  if (problem !== undefined) return problem;
  deps.log.error("Could not answer a request", { path: c.req.path, error });
  deps.metrics.increment("api_errors");
  return new ProblemError("internal", { detail: "It was logged" });
}
