/**
 * Serves the figures of a process over HTTP, and makes itself known to collectors over the message bus
 * (MET-01). It is run beside components and never in their way: an address that cannot be listened on is
 * said, with what to do about it, and tried again, while the work goes on (as SND-14 has it of storing).
 *
 * @module
 */

import type { TlsFiles } from "../config/config.ts";
import { LogLimiter } from "../helpers/log_limiter.ts";
import type { Random } from "../helpers/random.ts";
import { Access } from "../http_server/access.ts";
import { type RunningServer, SERVER_LIMITS } from "../http_server/http_server.ts";
import { serveHttp } from "../http_server/serve_http.ts";
import { BusUnavailableError, type MessageBus } from "../message_bus/message_bus.ts";
import { COMPONENT_ANNOUNCE_SUBJECT, COMPONENT_DISCOVER_SUBJECT } from "../message_bus/subjects.ts";
import type { Credentials } from "../models/basic_auth.ts";
import { announcementToJson, reachableHost } from "./announcement.ts";
import { createMetricsRoutes, type MetricsRoutesDeps } from "./routes.ts";

/** How long until an address that cannot be listened on is tried again, in milliseconds. */
const RETRY_MS = 10_000;
/** Those who collect figures and look after health are few. */
const CONNECTIONS_MAX = 200;
/** Failed logins of one address in a minute after which it has to wait (S12). */
const FAILED_LOGINS_MAX = 20;

/** What a metrics server is handed. */
export interface MetricsServerDeps extends Omit<MetricsRoutesDeps, "host" | "access"> {
  /** What `/varz` asks for. Undefined: whoever connects may ask; only for loopback or with a CA. */
  readonly credentials: Credentials | undefined;
  readonly address: string;
  /** 0: any free one. */
  readonly port: number;
  /** Undefined: plain HTTP. With a CA, clients must present a certificate that it signed. */
  readonly tls?: TlsFiles | undefined;
  /** Undefined: nobody is told. */
  readonly bus: Pick<MessageBus, "publish" | "subscribe"> | undefined;
  readonly random: Random;
  /** Told the port once requests are accepted; for who asked for port 0. */
  readonly onListen?: (port: number) => void;
}

/** Serves figures. */
export class MetricsServer {
  readonly #deps: MetricsServerDeps;
  readonly #host: string;

  constructor(deps: MetricsServerDeps) {
    this.#deps = deps;
    this.#host = reachableHost(deps.address, deps.process.hostname);
  }

  /** Serves until `signal` aborts, then finishes what it has begun. */
  async run(signal: AbortSignal): Promise<void> {
    const server = await this.#listen(signal);
    if (server === undefined) return;
    const stopMakingKnown = this.#makeKnown(server.port);
    this.#deps.onListen?.(server.port);
    await aborted(signal);
    await Promise.all([stopMakingKnown(), server.shutdown()]);
  }

  /** The server, or undefined when `signal` aborted before the address could be listened on. */
  async #listen(signal: AbortSignal): Promise<RunningServer | undefined> {
    const { time, log, address, port } = this.#deps;
    const limiter = new LogLimiter({ time });
    while (!signal.aborted) {
      try {
        return await this.#serve();
      } catch (error) {
        const admission = limiter.admit("listen");
        if (admission.admitted) log.error(cannotListen(address, port), { error });
        await time.sleep(RETRY_MS, { signal });
      }
    }
    return undefined;
  }

  async #serve(): Promise<RunningServer> {
    const { address, log } = this.#deps;
    const { tls, time, credentials } = this.#deps;
    const hasCertificate = tls?.caFile !== undefined;
    const failedLoginsMax = FAILED_LOGINS_MAX;
    const access = new Access({ credentials, hasCertificate, failedLoginsMax, time });
    const routes = createMetricsRoutes({ ...this.#deps, host: this.#host, access });
    const limits = { ...SERVER_LIMITS, connectionsMax: CONNECTIONS_MAX };
    const server = await serveHttp(routes.fetch, { ...this.#deps, tls, limits });
    log.info("Serving figures", { address, port: server.port });
    return server;
  }

  /** A collector that was not there yet asks; one that was is told. Returns what stops it. */
  #makeKnown(port: number): () => Promise<void> {
    const { bus, credentials, random } = this.#deps;
    if (bus === undefined || credentials === undefined) return () => Promise.resolve();
    const message = announcementToJson({
      ...{ host: this.#host, port, credentials },
      uuid: random.uuid(),
    });
    const subscription = bus.subscribe(
      COMPONENT_DISCOVER_SUBJECT,
      (question) => question.respond(message),
    );
    this.#announce(bus, message);
    return () => subscription.drain();
  }

  #announce(bus: Pick<MessageBus, "publish">, message: string): void {
    try {
      bus.publish(COMPONENT_ANNOUNCE_SUBJECT, message);
    } catch (error) {
      if (!(error instanceof BusUnavailableError)) throw error;
      this.#deps.log.warn("Cannot announce where figures are served; collectors have to ask", {
        error,
      });
    }
  }
}

function cannotListen(address: string, port: number): string {
  return `Cannot serve figures on ${address}:${port}, trying again: give each process on this ` +
    `machine a metrics_server_port of its own (HM9000_METRICS_SERVER_PORT), 0 for any free one, ` +
    `and an address of this machine as metrics_server_address`;
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) =>
    signal.addEventListener("abort", () => resolve(), { once: true })
  );
}
