/**
 * Says what happens to a NATS connection in an operator's words, each thing once: the client tells of a
 * disconnection again for every failed attempt to come back (REG-32, DMN-24).
 *
 * @module
 */

import { AuthorizationError, PermissionViolationError, type Status } from "nats-transport";
import { LogLimiter } from "../helpers/log_limiter.ts";
import type { Logger } from "../helpers/logger.ts";
import type { Metrics } from "../helpers/metrics.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";
import type { NatsServerConfig } from "../config/config.ts";
import { remedyFor, serverAddress } from "./nats_options.ts";

/** What a {@linkcode NatsStatusLog} reports to, and which servers it speaks of. */
export interface NatsStatusLogDeps {
  readonly servers: readonly NatsServerConfig[];
  readonly time: TimeProvider;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** Follows the status of one connection. */
export class NatsStatusLog {
  readonly #deps: NatsStatusLogDeps;
  readonly #limiter: LogLimiter;
  #up = true;
  #downSinceMs = 0;

  constructor(deps: NatsStatusLogDeps) {
    this.#deps = deps;
    this.#limiter = new LogLimiter({ time: deps.time });
  }

  /** Logs what comes until the connection is closed for good. */
  async follow(statuses: AsyncIterable<Status>): Promise<void> {
    for await (const status of statuses) this.report(status);
  }

  /** Logs one change, if it is one. */
  report(status: Status): void {
    if (status.type === "disconnect") this.#disconnected(status.server);
    else if (status.type === "reconnect") this.#reconnected(status.server);
    else if (status.type === "error") this.#failed(status.error);
    else if (status.type === "staleConnection") {
      this.#deps.log.warn("NATS does not answer pings, connecting anew");
    }
  }

  #disconnected(server: string): void {
    if (!this.#up) return;
    this.#up = false;
    this.#downSinceMs = this.#deps.time.monotonicMs();
    this.#deps.metrics.increment("message_bus_disconnects");
    const servers = this.#deps.servers.map(serverAddress);
    this.#deps.log.warn("Disconnected from NATS, will reconnect", { server, servers });
  }

  #reconnected(server: string): void {
    if (this.#up) return;
    this.#up = true;
    this.#deps.metrics.increment("message_bus_reconnects");
    const awayMs = Math.round(this.#deps.time.monotonicMs() - this.#downSinceMs);
    this.#deps.log.info("Reconnected to NATS", { server, awayMs });
  }

  #failed(error: Error): void {
    this.#deps.metrics.increment("message_bus_errors");
    if (!this.#limiter.admit(error.message).admitted) return;
    if (error instanceof AuthorizationError) {
      const users = this.#deps.servers.map((server) => ({
        server: serverAddress(server),
        user: server.user,
      }));
      const remedy = remedyFor(error);
      this.#deps.log.error("NATS refuses us, will try again", { users, error, remedy });
    } else if (error instanceof PermissionViolationError) {
      this.#deps.log.error("NATS does not permit this", {
        operation: error.operation,
        subject: error.subject,
        remedy: "grant it to our user in the server's configuration, then start again",
      });
    } else {
      this.#deps.log.warn("NATS reports an error", { error });
    }
  }
}
