/**
 * Checks an `Authorization` header in constant time: both sides are hashed first, so that neither their
 * length nor the place of their first difference can be timed; user and password are both always compared,
 * and so are all tokens (API-17, MET-01, S10).
 *
 * @module
 */

import { createHash, timingSafeEqual } from "node:crypto";
import { type Credentials, decodeBasicAuth } from "../models/basic_auth.ts";
import { ParseError } from "../models/parse_error.ts";

/** Whether `header` carries exactly these credentials. */
export function isAuthentic(header: string | undefined, expected: Credentials): boolean {
  const given = credentialsIn(header ?? "");
  const sameUser = equals(given?.user ?? "", expected.user);
  const samePassword = equals(given?.password ?? "", expected.password);
  return sameUser && samePassword && given !== undefined;
}

/** Whether `header` carries one of these bearer tokens. */
export function isOneOfTokens(header: string | undefined, tokens: readonly string[]): boolean {
  const given = /^Bearer ([^ ]+)$/i.exec(header ?? "")?.[1];
  let found = false;
  for (const token of tokens) found = equals(given ?? "", token) || found;
  return found && given !== undefined;
}

function credentialsIn(header: string): Credentials | undefined {
  try {
    return decodeBasicAuth(header);
  } catch (error) {
    if (error instanceof ParseError) return undefined; // To the client it is a 401 like any other.
    throw error;
  }
}

function equals(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

function digest(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}
