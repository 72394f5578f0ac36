/**
 * Heartbeats over HTTP: POST `/dea/heartbeat`, answered 202 when the heartbeat waits for the next flush
 * and 400 when it is none (LIS-31 to LIS-34, LIS-36). Bodies have a limit (413), other methods are
 * refused (405), other paths are unknown (404).
 *
 * @module
 */

import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { Logger } from "../helpers/logger.ts";
import type { HeartbeatInbox } from "./heartbeat_inbox.ts";
import { HEARTBEAT_BYTES_MAX } from "./heartbeat_inbox.ts";

/** Where DEAs post their heartbeats. */
export const HEARTBEAT_PATH = "/dea/heartbeat";

/** The routes, over any inbox. */
export function heartbeatRoutes(inbox: Pick<HeartbeatInbox, "receive">, log: Logger): Hono {
  const routes = new Hono();
  routes.onError((error, context) => {
    log.warn("Cannot take a heartbeat over HTTP", { error });
    return context.json({ "error": "The body cannot be read" }, 400);
  });
  const limit = bodyLimit({
    maxSize: HEARTBEAT_BYTES_MAX,
    onError: (context) =>
      context.json({ "error": `A heartbeat may have ${HEARTBEAT_BYTES_MAX} bytes` }, 413),
  });
  routes.post(HEARTBEAT_PATH, limit, async (context) => {
    const reception = inbox.receive(new Uint8Array(await context.req.arrayBuffer()));
    if (reception.accepted) return context.body(null, 202);
    return context.json({ "error": reception.error.message }, 400);
  });
  routes.all(HEARTBEAT_PATH, (context) => {
    context.header("Allow", "POST");
    return context.json({ "error": "Only POST is allowed here" }, 405);
  });
  return routes;
}
