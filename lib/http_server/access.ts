/**
 * Who may ask: whoever shows the right user and password, or one of the tokens; anybody, where neither is
 * configured, which is only so on loopback or behind client certificates. Then a browser must not be made
 * to ask for somebody else: a page that has its own name point at this machine is known by the Host that it
 * asks for.
 *
 * @module
 */

import { isLoopback } from "../config/require_for.ts";
import { isAuthentic, isOneOfTokens } from "../helpers/authenticate.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";
import type { Credentials } from "../models/basic_auth.ts";
import { FailedLogins } from "./failed_logins.ts";

/** Who is let in. */
export interface AccessOptions {
  /** Undefined: no user and password are accepted. */
  readonly credentials: Credentials | undefined;
  /** Bearer tokens. @default none */
  readonly tokens?: readonly string[];
  /** Whether whoever could connect has shown a certificate. @default {false} */
  readonly hasCertificate?: boolean;
  /** Failed logins of one peer in a minute; 0 for no limit. @default {0} */
  readonly failedLoginsMax?: number;
  readonly time: TimeProvider;
}

/** What a request shows. */
export interface Shown {
  /** Its `Authorization` header. */
  readonly authorization: string | undefined;
  /** Its `Host` header. */
  readonly host: string | undefined;
  readonly peer: string;
}

/** Whether a request is looked at. */
export type Verdict =
  | { readonly kind: "granted" }
  /** The credentials are missing or wrong. */
  | { readonly kind: "refused" }
  /** It is not meant for this server. */
  | { readonly kind: "foreign" }
  /** Too many logins have failed. */
  | { readonly kind: "wait"; readonly seconds: number };

const GRANTED: Verdict = { kind: "granted" };

/** Judges requests. */
export class Access {
  readonly #options: AccessOptions;
  readonly #failed: FailedLogins;

  constructor(options: AccessOptions) {
    this.#options = options;
    this.#failed = new FailedLogins({ ...options, failuresMax: options.failedLoginsMax ?? 0 });
  }

  /** Whether a request is looked at. */
  judge({ authorization, host, peer }: Shown): Verdict {
    const { credentials, tokens = [], hasCertificate = false } = this.#options;
    if (credentials === undefined && tokens.length === 0) {
      return hasCertificate || isLoopbackHost(host) ? GRANTED : { kind: "foreign" };
    }
    const seconds = this.#failed.waitSeconds(peer);
    if (seconds > 0) return { kind: "wait", seconds };
    const isUser = credentials !== undefined && isAuthentic(authorization, credentials);
    const isBearer = isOneOfTokens(authorization, tokens);
    if (isUser || isBearer) return GRANTED;
    // Who shows nothing has not tried yet: a browser asks first, and then its user.
    if (authorization !== undefined) this.#failed.note(peer);
    return { kind: "refused" };
  }
}

function isLoopbackHost(host: string | undefined): boolean {
  if (host === undefined) return true;
  const url = URL.parse(`http://${host}`);
  return url !== null && isLoopback(url.hostname);
}
