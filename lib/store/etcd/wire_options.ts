/**
 * What a transport needs to know to reach one member.
 *
 * @module
 */

import type { Credentials } from "../../models/basic_auth.ts";

/** PEM texts. */
export interface TlsPem {
  /** Authorities to trust instead of the system's. */
  readonly ca: string | undefined;
  /** Our certificate and its key; undefined when the server asks for none. */
  readonly cert: string | undefined;
  readonly key: string | undefined;
}

/** Options of both transports. */
export interface WireOptions {
  /** `http://` or `https://`, host and port. */
  readonly url: string;
  readonly credentials: Credentials | undefined;
  readonly tls: TlsPem | undefined;
  /** How long one call may take, in milliseconds. */
  readonly requestTimeoutMs: number;
}
