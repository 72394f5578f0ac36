/**
 * What a server is given and what it gives back, whether it speaks TLS or not.
 *
 * @module
 */

import type { TlsFiles } from "../config/config.ts";
import type { Logger } from "../helpers/logger.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";

/** Who asks. */
export interface Connection {
  /** The address of the other side. */
  readonly peer: string;
}

/** Answers one request. */
export type FetchHandler = (
  request: Request,
  connection: Connection,
) => Response | Promise<Response>;

/** What a server lets clients take of it (S11). */
export interface ServerLimits {
  /** Bytes of a body that a handler is given: of a longer one it is given one more, and no more is read. */
  readonly bodyBytesMax: number;
  /** Connections at one time; one more is closed at once. */
  readonly connectionsMax: number;
  /** How long a client may take to send its headers, and how long for all of its request. */
  readonly requestSeconds: number;
  /** How long a connection may stay open on which nothing is asked. */
  readonly idleSeconds: number;
}

/** Limits of a server that a few clients talk to. */
export const SERVER_LIMITS: ServerLimits = {
  bodyBytesMax: 1024 * 1024,
  connectionsMax: 1_000,
  requestSeconds: 10,
  idleSeconds: 60,
};

/** Where and how to serve. */
export interface ServeOptions {
  readonly address: string;
  /** 0: any free port. */
  readonly port: number;
  /** Undefined: plain HTTP. With a CA, clients must present a certificate that it signed. */
  readonly tls: TlsFiles | undefined;
  readonly limits: ServerLimits;
  /** Paces looks at the TLS files. */
  readonly time: TimeProvider;
  /** Told what goes wrong with single requests and connections. */
  readonly log: Logger;
}

/** A server that accepts connections. */
export interface RunningServer {
  readonly port: number;
  /** Takes no more requests and resolves when those in progress are answered. */
  shutdown(): Promise<void>;
}
