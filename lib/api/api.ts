/**
 * The API: answers what is asked about apps from the store, over HTTP and over the message bus. It takes
 * no leadership: every replica answers (I16, API-01).
 *
 * @module
 */

import type { ApiConfig } from "../config/config.ts";
import type { Logger } from "../helpers/logger.ts";
import type { Metrics } from "../helpers/metrics.ts";
import { runTaskGroup } from "../helpers/task_group.ts";
import { aborted } from "../helpers/aborted.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";
import { Access } from "../http_server/access.ts";
import { type RunningServer, SERVER_LIMITS } from "../http_server/http_server.ts";
import type { ReadyCheck } from "../http_server/readyz.ts";
import { serveHttp } from "../http_server/serve_http.ts";
import type { MessageBus } from "../message_bus/message_bus.ts";
import { API_QUEUE_GROUP, APP_STATE_SUBJECT } from "../message_bus/subjects.ts";
import { respondToAppState } from "./app_state_responder.ts";
import type { ReadAppStates } from "./app_states.ts";
import { createRoutes, type RoutesDeps } from "./routes.ts";
import { type ApiFleet, V1Sources } from "./v1_sources.ts";

/** What the API is handed. */
export interface ApiDeps {
  readonly config: ApiConfig;
  readonly bus: MessageBus;
  readonly readAppStates: ReadAppStates;
  /** What the routes under `/v1` take. @default they are not served */
  readonly fleet?: ApiFleet | undefined;
  /** What must be so for the process to be ready. @default nothing */
  readonly ready?: readonly ReadyCheck[];
  readonly time: TimeProvider;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Told the address once requests are accepted; for who asked for port 0. */
  readonly onListen?: (address: { readonly hostname: string; readonly port: number }) => void;
}

/** Serves answers until told to stop. */
export class Api {
  readonly #deps: ApiDeps;

  /** Listens to nothing until it is run. */
  constructor(deps: ApiDeps) {
    this.#deps = deps;
  }

  /**
   * Answers until `signal` aborts, then finishes what it has begun.
   *
   * @throws {Error} when the address cannot be listened on
   */
  async run(signal: AbortSignal): Promise<void> {
    const { fleet } = this.#deps;
    if (fleet === undefined) return await this.#answer(signal, undefined);
    using sources = new V1Sources(fleet, this.#deps);
    const { indexed, hub, routes } = sources;
    await runTaskGroup({
      tasks: [
        { name: "api", run: (running) => this.#answer(running, routes) },
        { name: "api index", run: (running) => indexed.run(running) },
        { name: "api events", run: (running) => hub.run(running) },
      ],
      signal,
      log: this.#deps.log,
    });
  }

  async #answer(signal: AbortSignal, v1: RoutesDeps["v1"]): Promise<void> {
    const subscription = this.#deps.bus.subscribe(
      APP_STATE_SUBJECT,
      (message) => respondToAppState(message, this.#deps),
      { queue: API_QUEUE_GROUP },
    );
    let server: RunningServer | undefined;
    try {
      server = await this.#serve(v1);
      await aborted(signal);
    } finally {
      await Promise.all([subscription.drain(), server?.shutdown()]);
    }
  }

  async #serve(v1: RoutesDeps["v1"]): Promise<RunningServer> {
    const { config, time, log, onListen } = this.#deps;
    const { address, tls, connectionsMax } = config;
    const access = new Access({ ...config, hasCertificate: tls?.caFile !== undefined, time });
    const routes = createRoutes({ ...this.#deps, v1, access });
    const limits = { ...SERVER_LIMITS, connectionsMax };
    const server = await serveHttp(routes.fetch, { ...config, limits, time, log });
    const { port } = server;
    log.info("Answering HTTP requests", { address, port, tls: tls !== undefined });
    onListen?.({ hostname: address, port });
    return server;
  }
}
