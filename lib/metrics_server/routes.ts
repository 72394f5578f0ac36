/**
 * What a metrics server answers: `/metrics` with this process's figures for Prometheus, `/healthz` and
 * `/readyz`, and `/varz` with the platform's figures for collectors, who show credentials (MET-01, MET-02).
 * The first three ask for none: they name no app and hold no secret.
 *
 * @module
 */

import { type Context, Hono } from "hono";
import type { MetricName } from "../helpers/metric_catalog.ts";
import type { Logger } from "../helpers/logger.ts";
import type { MetricsSource } from "../helpers/metrics.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";
import type { Access } from "../http_server/access.ts";
import type { Connection } from "../http_server/http_server.ts";
import { healthRoutes, type ReadyCheck } from "../http_server/readyz.ts";
import type { PlatformMetrics } from "../store/collections/platform_metrics.ts";
import type { Observer } from "./observer.ts";
import type { ProcessInfo } from "./process_info.ts";
import { prometheusText } from "./prometheus_text.ts";
import { varz } from "./varz.ts";

/** What the routes need. */
export interface MetricsRoutesDeps {
  readonly metrics: MetricsSource;
  /** The figures that the process is there to store. */
  readonly own: readonly MetricName[];
  /** Brings figures up to date that nobody reports. */
  readonly observer: Pick<Observer, "look">;
  readonly readPlatformMetrics: () => Promise<PlatformMetrics>;
  /** What must be so for the process to be ready. */
  readonly ready: readonly ReadyCheck[];
  readonly time: TimeProvider;
  readonly process: ProcessInfo;
  /** The host that others reach this one by. */
  readonly host: string;
  /** Judges who may ask for `/varz`. */
  readonly access: Access;
  readonly log: Logger;
}

/** The HTTP application; `app.request(…)` tries it without a socket. */
export function createMetricsRoutes(deps: MetricsRoutesDeps): Hono {
  const app = new Hono();
  app.route("/", healthRoutes(deps.ready, deps.time));
  app.get("/metrics", (c) => answerMetrics(c, deps));
  app.get("/varz", (c) => answerVarz(c, deps));
  app.onError((error, c) => {
    deps.log.error("Could not answer a request", { path: c.req.path, error });
    return c.body(null, 500);
  });
  return app;
}

async function answerMetrics(c: Context, deps: MetricsRoutesDeps): Promise<Response> {
  const { metrics, own, process, observer } = deps;
  await observer.look();
  const { series } = metrics;
  const text = await prometheusText({ touched: metrics.snapshot(), own, series, process });
  return c.body(text.body, 200, { "Content-Type": text.contentType });
}

async function answerVarz(c: Context, deps: MetricsRoutesDeps): Promise<Response> {
  const { access, readPlatformMetrics, process, host } = deps;
  const verdict = access.judge({
    authorization: c.req.header("authorization"),
    host: c.req.header("host"),
    peer: (c.env as Partial<Connection> | undefined)?.peer ?? "",
  });
  switch (verdict.kind) {
    case "refused":
      return c.body(null, 401, { "WWW-Authenticate": 'Basic realm="hm9000"' });
    case "foreign":
      return c.body(null, 403);
    case "wait":
      return c.body(null, 429, { "Retry-After": String(Math.ceil(verdict.seconds)) });
  }
  return c.json(varz(await readPlatformMetrics(), { process, ip: host }));
}
