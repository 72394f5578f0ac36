/**
 * What a server for heartbeats is given and what it gives back, whether it speaks TLS or not.
 *
 * @module
 */

import type { TlsFiles } from "../config/config.ts";
import type { Logger } from "../helpers/logger.ts";

/** Answers one request. */
export type FetchHandler = (request: Request) => Response | Promise<Response>;

/** Where and how to serve. */
export interface ServeOptions {
  readonly address: string;
  /** 0: any free port. */
  readonly port: number;
  /** Undefined: plain HTTP. With a CA, clients must present a certificate that it signed. */
  readonly tls: TlsFiles | undefined;
  /** Told what goes wrong with single requests. */
  readonly log: Logger;
}

/** A server that accepts connections. */
export interface RunningServer {
  readonly port: number;
  /** Takes no more requests and resolves when those in progress are answered. */
  shutdown(): Promise<void>;
}
