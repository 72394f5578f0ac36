/**
 * The API's HTTP routes: POST `/bulk_app_state` and GET `/healthz` (API-11 to API-17, MET-02).
 *
 * @module
 */

import { type Context, Hono, type MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { isAuthentic } from "../helpers/authenticate.ts";
import type { Logger } from "../helpers/logger.ts";
import type { Metrics } from "../helpers/metrics.ts";
import type { Credentials } from "../models/basic_auth.ts";
import { parseBulkAppStateRequest } from "./app_state_request.ts";
import type { ReadAppStates } from "./app_states.ts";
import { bulkAppStates } from "./bulk_app_state.ts";
import { emptyAnswerReason, REASON_HEADER } from "./empty_answer.ts";

/** Says which revision of the store an answer is of. */
export const REVISION_HEADER = "X-HM9000-Revision";
/** Largest request body accepted, in bytes (S11). */
const BODY_BYTES_MAX = 1024 * 1024;

/** What the routes need. */
export interface RoutesDeps {
  readonly readAppStates: ReadAppStates;
  /** Undefined: whoever connects may ask; only for loopback. */
  readonly credentials: Credentials | undefined;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** The HTTP application; `app.request(…)` tries it without a socket. */
export function createRoutes(deps: RoutesDeps): Hono {
  const app = new Hono();
  app.get("/healthz", (c) => c.text("ok"));
  app.use("/bulk_app_state", authentication(deps));
  app.use("/bulk_app_state", bodyLimit({ maxSize: BODY_BYTES_MAX, onError: tooLarge }));
  app.post("/bulk_app_state", (c) => answerBulk(c, deps));
  app.all("/bulk_app_state", (c) => c.text("Use POST", 405, { "Allow": "POST" }));
  app.onError((error, c) => {
    deps.log.error("Could not answer a request", { path: c.req.path, error });
    deps.metrics.increment("api_errors");
    return c.body(null, 500);
  });
  return app;
}

function authentication({ credentials, metrics }: RoutesDeps): MiddlewareHandler {
  return async (c, next) => {
    if (credentials !== undefined && !isAuthentic(c.req.header("authorization"), credentials)) {
      metrics.increment("api_unauthorized");
      return c.body(null, 401, { "WWW-Authenticate": 'Basic realm="hm9000"' });
    }
    return await next();
  };
}

async function answerBulk(c: Context, deps: RoutesDeps): Promise<Response> {
  deps.metrics.increment("api_bulk_requests");
  try {
    const requested = parseBulkAppStateRequest(new Uint8Array(await c.req.arrayBuffer()));
    const states = await deps.readAppStates();
    return c.body(bulkAppStates(requested, states), 200, {
      "Content-Type": "application/json",
      [REVISION_HEADER]: String(states.revision),
    });
  } catch (error) {
    const reason = emptyAnswerReason(error);
    if (reason === undefined) throw error;
    deps.metrics.increment("api_empty_answers");
    deps.log.debug("Answered with an empty object", { reason });
    return c.body("{}", 200, { "Content-Type": "application/json", [REASON_HEADER]: reason });
  }
}

function tooLarge(c: Context): Response {
  return c.text(`The body is larger than ${BODY_BYTES_MAX} bytes`, 413);
}
