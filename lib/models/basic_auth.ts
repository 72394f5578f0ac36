/**
 * HTTP basic authentication, both directions. The password is what follows the first colon, so that it
 * may hold colons itself (MOD-23, MOD-24, HAZ-21).
 *
 * @module
 */

import { ParseError } from "./parse_error.ts";

/** A user and a password, both secret. */
export interface Credentials {
  /** Cannot hold a colon when sent as an `Authorization` header. */
  readonly user: string;
  /** Empty is a password too. */
  readonly password: string;
}

/** The value of an `Authorization` header. */
export function encodeBasicAuth(credentials: Credentials): string {
  const bytes = new TextEncoder().encode(`${credentials.user}:${credentials.password}`);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}

/**
 * The credentials in an `Authorization` header.
 *
 * @throws {ParseError} when the header is not `Basic <base64 of user:password>`; the error quotes nothing
 */
export function decodeBasicAuth(header: string): Credentials {
  const match = /^Basic ([A-Za-z0-9+/]+={0,2})$/i.exec(header);
  const text = match?.[1] === undefined ? undefined : decodeBase64(match[1]);
  const colon = text?.indexOf(":") ?? -1;
  if (text === undefined || colon < 0) {
    throw new ParseError("authorization header", "", 'it is not "Basic <base64 of user:password>"');
  }
  return { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

function decodeBase64(text: string): string | undefined {
  try {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined; // Not base64 or not UTF-8: to the caller both are just not credentials.
  }
}
