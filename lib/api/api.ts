/**
 * The API: answers what is asked about apps from the store, over HTTP and over the message bus. It takes
 * no leadership: every replica answers (I16, API-01).
 *
 * @module
 */

import type { ApiConfig } from "../config/config.ts";
import type { Logger } from "../helpers/logger.ts";
import type { Metrics } from "../helpers/metrics.ts";
import { aborted } from "../helpers/aborted.ts";
import type { MessageBus } from "../message_bus/message_bus.ts";
import { API_QUEUE_GROUP, APP_STATE_SUBJECT } from "../message_bus/subjects.ts";
import { respondToAppState } from "./app_state_responder.ts";
import type { ReadAppStates } from "./app_states.ts";
import { createRoutes } from "./routes.ts";

/** What the API is handed. */
export interface ApiDeps {
  readonly config: ApiConfig;
  readonly bus: MessageBus;
  readonly readAppStates: ReadAppStates;
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
    const server = this.#serve();
    const subscription = this.#deps.bus.subscribe(
      APP_STATE_SUBJECT,
      (message) => respondToAppState(message, this.#deps),
      { queue: API_QUEUE_GROUP },
    );
    await aborted(signal);
    await Promise.all([subscription.drain(), server.shutdown()]);
  }

  #serve(): Deno.HttpServer<Deno.NetAddr> {
    const { config, log, onListen } = this.#deps;
    const routes = createRoutes({ ...this.#deps, credentials: config.credentials });
    return Deno.serve({
      hostname: config.address,
      port: config.port,
      onListen: (address) => {
        log.info("Answering HTTP requests", { address: address.hostname, port: address.port });
        onListen?.(address);
      },
    }, routes.fetch);
  }
}
