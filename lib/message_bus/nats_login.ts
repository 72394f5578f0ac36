/**
 * How we log in to a NATS server: with user and password, a token, an nkey, or a credentials file that
 * holds a JWT and its nkey. The client closes for good when it cannot say who it is, so that what is asked
 * here never throws: what cannot be used is found out before a server is dialled. A credentials file is read
 * again at every connection; while it cannot be, the last one that could is used (S9, S14).
 *
 * @module
 */

import {
  type Auth,
  credsAuthenticator,
  nkeyAuthenticator,
  tokenAuthenticator,
  usernamePasswordAuthenticator,
} from "nats-transport";
import type { NatsServerConfig } from "../config/config.ts";

/** Answers the challenge of one server. */
export interface NatsLogin {
  /** Makes sure that there is something to log in with, as of now. @throws {TypeError} when there is not */
  readonly check: () => void;
  /** Who we are; undefined where nobody needs to be anybody. */
  readonly answer: (nonce?: string) => Auth;
}

/** What logs us in to `server`. */
export function natsLogin(server: NatsServerConfig): NatsLogin {
  const { user, password, token, nkeySeed, credentialsFile } = server;
  if (credentialsFile !== undefined) return credentialsLogin(credentialsFile);
  if (nkeySeed !== undefined) return nkeyLogin(nkeySeed);
  if (token !== undefined) return { check() {}, answer: tokenAuthenticator(token) };
  if (user === "") return { check() {}, answer: () => undefined };
  return { check() {}, answer: usernamePasswordAuthenticator(user, password) };
}

function nkeyLogin(seed: string): NatsLogin {
  const answer = nkeyAuthenticator(new TextEncoder().encode(seed));
  return {
    check: () => tried(answer, "nkey_seed under nats is not the seed of an nkey"),
    answer,
  };
}

function credentialsLogin(file: string): NatsLogin {
  let usable: Uint8Array | undefined;
  const read = (): Uint8Array => {
    try {
      const bytes = Deno.readFileSync(file);
      credsAuthenticator(bytes)("");
      usable = bytes;
    } catch (error) {
      if (usable === undefined) throw error;
    }
    return usable;
  };
  return {
    check: () => tried(read, `the credentials file "${file}" cannot be read, or is none`),
    answer: (nonce) => credsAuthenticator(read())(nonce),
  };
}

/** The cause is left out where it could quote what it stumbled over. */
function tried(attempt: () => unknown, why: string): void {
  try {
    attempt();
  } catch (error) {
    const reason = error instanceof Error ? `: ${error.name}` : "";
    throw new TypeError(`Cannot log in to NATS: ${why}${reason}`);
  }
}
