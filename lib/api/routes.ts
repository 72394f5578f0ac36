/**
 * The API's HTTP routes: POST `/bulk_app_state` (API-11 to API-17), GET `/healthz` and `/readyz` (MET-02),
 * everything under `/v1`, and the status page at `/`.
 *
 * @module
 */

import { type Context, Hono, type MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { Logger } from "../helpers/logger.ts";
import type { Metrics } from "../helpers/metrics.ts";
import type { Access } from "../http_server/access.ts";
import { healthRoutes, type ReadyCheck } from "../http_server/readyz.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";
import type { Connection } from "../http_server/http_server.ts";
import { StoreUnavailableError } from "../store/store_errors.ts";
import { parseBulkAppStateRequest } from "./app_state_request.ts";
import type { ReadAppStates } from "./app_states.ts";
import { bulkAppStates } from "./bulk_app_state.ts";
import { emptyAnswerReason, REASON_HEADER } from "./empty_answer.ts";
import { createStatusPage } from "./page/status_page.ts";
import { stamp } from "./stamp.ts";
import { ProblemError, problemResponse } from "./v1/problem.ts";
import { createV1Routes, type V1Deps } from "./v1/v1_routes.ts";

/** Largest request body accepted, in bytes (S11). */
const BODY_BYTES_MAX = 1024 * 1024;
const WRONG_CREDENTIALS = "The credentials are missing or wrong";
const FOREIGN_HOST =
  "Without credentials only a Host of this machine is answered, such as localhost; " +
  "api_server_username or api_server_tokens open it to others";

/** What the routes need. */
export interface RoutesDeps {
  readonly readAppStates: ReadAppStates;
  /** What the routes under `/v1` answer from; without it there are none. */
  readonly v1?: Omit<V1Deps, "log" | "metrics"> | undefined;
  /** What must be so for the process to be ready. @default nothing */
  readonly ready?: readonly ReadyCheck[];
  readonly time: TimeProvider;
  /** Judges who may ask. */
  readonly access: Access;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** The HTTP application; `app.request(…)` tries it without a socket. */
export function createRoutes(deps: RoutesDeps): Hono {
  const app = new Hono();
  app.route("/", healthRoutes(deps.ready ?? [], deps.time));
  for (const path of ["/", "/page/*"]) app.use(path, problemUnless(deps));
  app.route("/", createStatusPage());
  app.use("/bulk_app_state", authentication(deps));
  app.use("/bulk_app_state", bodyLimit({ maxSize: BODY_BYTES_MAX, onError: tooLarge }));
  app.post("/bulk_app_state", (c) => answerBulk(c, deps));
  app.all("/bulk_app_state", (c) => c.text("Use POST", 405, { "Allow": "POST" }));
  app.use("/v1/*", problemUnless(deps));
  app.use("/v1/*", bodyLimit({ maxSize: BODY_BYTES_MAX, onError: tooLargeProblem }));
  const { v1, log, metrics } = deps;
  if (v1 !== undefined) app.route("/", createV1Routes({ ...v1, log, metrics }));
  app.onError((error, c) => {
    deps.log.error("Could not answer a request", { path: c.req.path, error });
    deps.metrics.increment("api_errors");
    return c.body(null, 500);
  });
  return app;
}

/** As the original has it: a 401 with an empty body (API-17). */
function authentication(deps: RoutesDeps): MiddlewareHandler {
  return async (c, next) => {
    const problem = refusal(c, deps);
    // The original asks no Host; nothing of ours that it does not have may be asked that way.
    if (problem === undefined || problem.kind === "forbidden") return await next();
    if (problem.kind !== "unauthorized") return problemResponse(problem);
    return c.body(null, 401, { "WWW-Authenticate": 'Basic realm="hm9000"' });
  };
}

function problemUnless(deps: RoutesDeps): MiddlewareHandler {
  return async (c, next) => {
    const problem = refusal(c, deps);
    return problem === undefined ? await next() : problemResponse(problem);
  };
}

/** Why the request is not looked at; undefined when it is. */
function refusal(c: Context, { access, metrics }: RoutesDeps): ProblemError | undefined {
  const verdict = access.judge({
    authorization: c.req.header("authorization"),
    host: c.req.header("host"),
    peer: (c.env as Partial<Connection> | undefined)?.peer ?? "",
  });
  if (verdict.kind === "granted") return undefined;
  metrics.increment("api_unauthorized");
  switch (verdict.kind) {
    case "refused":
      return new ProblemError("unauthorized", { detail: WRONG_CREDENTIALS });
    case "foreign":
      return new ProblemError("forbidden", { detail: FOREIGN_HOST });
    case "wait": {
      const detail = "Too many logins have failed; wait before the next";
      const retryAfterSeconds = verdict.seconds;
      return new ProblemError("too-many-requests", { detail, retryAfterSeconds });
    }
  }
}

async function answerBulk(c: Context, deps: RoutesDeps): Promise<Response> {
  deps.metrics.increment("api_bulk_requests");
  try {
    const requested = parseBulkAppStateRequest(new Uint8Array(await c.req.arrayBuffer()));
    const states = await deps.readAppStates();
    return c.body(bulkAppStates(requested, states), 200, {
      "Content-Type": "application/json",
      ...stamp(states),
    });
  } catch (error) {
    const reason = emptyAnswerReason(error);
    if (reason === undefined) throw error;
    deps.metrics.increment("api_empty_answers");
    deps.log.debug("Answered with an empty object", { reason });
    return c.body("{}", 200, {
      "Content-Type": "application/json",
      [REASON_HEADER]: reason,
      ...await knownAge(deps),
    });
  }
}

/** How old what is known is, for an answer that is not made from it. */
async function knownAge({ v1 }: RoutesDeps): Promise<Record<string, string>> {
  try {
    const sight = await v1?.look();
    return sight === undefined ? {} : stamp({ ...sight, revision: sight.view.revision });
  } catch (error) {
    if (error instanceof StoreUnavailableError) return {}; // Nothing is known at all.
    throw error;
  }
}

function tooLargeProblem(): Response {
  const detail = `The body is larger than ${BODY_BYTES_MAX} bytes`;
  return problemResponse(new ProblemError("too-large", { detail }));
}

function tooLarge(c: Context): Response {
  return c.text(`The body is larger than ${BODY_BYTES_MAX} bytes`, 413);
}
