/**
 * How the NATS client is set up, and how its failures read to an operator.
 *
 * @module
 */

import { AuthorizationError, type ConnectionOptions, TimeoutError } from "nats-transport";
import type { NatsServerConfig, TlsFiles } from "../config/config.ts";
import { natsLogin } from "./nats_login.ts";

/** How long one attempt may take, in milliseconds. */
export const DIAL_MS_MAX = 5_000;
/** How long to wait between attempts to come back, in milliseconds, per server. */
const RECONNECT_WAIT_MS = 1_000;
/** Pings without an answer after which the connection counts as dead; the next one ends it. */
const UNANSWERED_PINGS_MAX = 2;

/** What a connection is set up from. */
export interface NatsSettings {
  readonly servers: readonly NatsServerConfig[];
  readonly pingIntervalSeconds: number;
  readonly tls: TlsFiles | undefined;
  /** Who we are, as the server's monitoring shows it. */
  readonly name: string;
}

/** The server as the client names it: `host:port`. */
export function serverAddress({ host, port }: NatsServerConfig): string {
  return host.includes(":") && !host.startsWith("[") ? `[${host}]:${port}` : `${host}:${port}`;
}

/**
 * The client's options for an attempt that begins with `first`.
 *
 * A client has one set of credentials, our servers have one each; so the client says which server it is
 * about to dial, and its authenticator answers with that one's. Servers that a cluster announces but the
 * configuration does not name are left alone: we have no credentials for them, and no permission to
 * reach them.
 */
export function natsOptions(settings: NatsSettings, first: NatsServerConfig): ConnectionOptions {
  const logins = new Map(
    settings.servers.map((server) => [serverAddress(server), natsLogin(server)]),
  );
  let dialled = natsLogin(first);
  return {
    servers: [serverAddress(first)],
    name: settings.name,
    authenticator: (nonce) => dialled.answer(nonce),
    reconnectToServer: ([next]) => {
      dialled = logins.get(next?.src ?? "") ?? dialled;
      return null;
    },
    ...(settings.tls === undefined ? {} : { tls: definedFiles(settings.tls) }),
    timeout: DIAL_MS_MAX,
    pingInterval: settings.pingIntervalSeconds * 1000,
    maxPingOut: UNANSWERED_PINGS_MAX,
    reconnectTimeWait: RECONNECT_WAIT_MS,
    maxReconnectAttempts: -1,
    ignoreAuthErrorAbort: true,
    ignoreClusterUpdates: true,
    noRandomize: true,
    noAsyncTraces: true,
  };
}

/** What to do about a failure to connect. */
export function remedyFor(error: unknown): string {
  if (error instanceof AuthorizationError) {
    return "check user and password, token, nkey_seed or credentials_file of this server under nats " +
      "in the configuration, and that the server knows them";
  }
  if (error instanceof TimeoutError) {
    return "it does not answer: check that host and port are those of a NATS server that is up, and, " +
      "with TLS, that it accepts our certificate";
  }
  return "start it, or check host, port and TLS files under nats in the configuration";
}

function definedFiles({ caFile, certFile, keyFile }: TlsFiles) {
  return {
    ...(caFile === undefined ? {} : { caFile }),
    ...(certFile === undefined ? {} : { certFile }),
    ...(keyFile === undefined ? {} : { keyFile }),
  };
}
