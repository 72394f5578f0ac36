/**
 * The first connection to NATS. A server that is not there yet is no reason to die, and neither is one
 * that refuses us: its users can be put right while we wait. So every server is tried in turn, for ever,
 * until one takes us or we are told to stop; what is missing is said at once and then once a minute.
 * That the first server is down does not matter if another is up (REG-53).
 *
 * @module
 */

import { AuthorizationError, NatsConnectionImpl, setTransportFactory } from "nats-transport";
import type { NatsServerConfig } from "../config/config.ts";
import { LogLimiter } from "../helpers/log_limiter.ts";
import type { Logger } from "../helpers/logger.ts";
import type { Metrics } from "../helpers/metrics.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";
import { natsLogin } from "./nats_login.ts";
import { natsOptions, type NatsSettings, remedyFor, serverAddress } from "./nats_options.ts";
import { NatsSocketTransport } from "./nats_socket_transport.ts";

/** Waits between rounds of attempts grow from the one to the other, in milliseconds. */
const BACKOFF_MS_MIN = 250;
const BACKOFF_MS_MAX = 5_000;

/** What connecting needs. */
export interface NatsConnectOptions extends NatsSettings {
  readonly time: TimeProvider;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Ends the attempts. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Connects to the first of the servers that takes us.
 *
 * @throws {TypeError} when no server is named
 * @throws the reason of `signal` once that is aborted
 */
export async function connectToNats(options: NatsConnectOptions): Promise<NatsConnectionImpl> {
  const { servers, time, signal } = options;
  if (servers.length === 0) {
    throw new TypeError(
      "Cannot connect to NATS: no server is named, give nats in the configuration",
    );
  }
  setTransportFactory({ factory: () => new NatsSocketTransport() });
  const limiter = new LogLimiter({ time });
  for (let round = 0;; round += 1) {
    for (const server of servers) {
      signal?.throwIfAborted();
      const connection = await attempt(server, options, limiter);
      if (connection !== undefined) return connection;
    }
    const waitMs = Math.min(BACKOFF_MS_MAX, BACKOFF_MS_MIN * 2 ** round);
    await time.sleep(waitMs, { signal });
  }
}

async function attempt(
  server: NatsServerConfig,
  options: NatsConnectOptions,
  limiter: LogLimiter,
): Promise<NatsConnectionImpl | undefined> {
  try {
    const connection = await dial(server, options);
    connection.setServers(rotatedTo(server, options.servers).map(serverAddress));
    options.log.info("Connected to NATS", { server: serverAddress(server) });
    return connection;
  } catch (error) {
    options.signal?.throwIfAborted();
    options.metrics.increment("message_bus_connect_errors");
    report(error, { server, log: options.log, limiter });
    return undefined;
  }
}

/** One attempt. When we are told to stop meanwhile, nobody waits for it, but what it opens is closed. */
async function dial(
  server: NatsServerConfig,
  options: NatsConnectOptions,
): Promise<NatsConnectionImpl> {
  const { signal } = options;
  natsLogin(server).check();
  const dialling = NatsConnectionImpl.connect(natsOptions(options, server));
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal?.reason);
  signal?.addEventListener("abort", abort, { once: true });
  try {
    const connection = await Promise.race([dialling, aborted.promise]);
    if (connection instanceof NatsConnectionImpl) return connection;
    throw new TypeError("Cannot connect to NATS: its client is not the one that was asked for");
  } catch (error) {
    void dialling.then((connection) => connection.close(), () => undefined); // Its failure is of no use.
    throw error;
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}

function report(
  error: unknown,
  { server, log, limiter }: { server: NatsServerConfig; log: Logger; limiter: LogLimiter },
): void {
  const address = serverAddress(server);
  const refused = error instanceof AuthorizationError;
  if (!limiter.admit(`${address} ${refused}`).admitted) return;
  const remedy = remedyFor(error);
  if (refused) {
    log.error("NATS refuses us, will try again", {
      server: address,
      user: server.user,
      error,
      remedy,
    });
  } else {
    log.warn("Cannot reach NATS, will try again", { server: address, error, remedy });
  }
}

/** The list with `first` in front: the client takes its current server to be the first. */
function rotatedTo(first: NatsServerConfig, servers: readonly NatsServerConfig[]) {
  const at = servers.indexOf(first);
  return [...servers.slice(at), ...servers.slice(0, at)];
}
