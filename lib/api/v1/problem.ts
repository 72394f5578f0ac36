/**
 * What went wrong, for programs and for people (RFC 9457): every error of the `/v1` routes has this form.
 *
 * @module
 */

import { z } from "zod";
import { ParseError } from "../../models/parse_error.ts";
import { StoreUnavailableError } from "../../store/store_errors.ts";

/** The media type of a problem. */
export const PROBLEM_TYPE = "application/problem+json";

/** Every kind of problem: its status and what it is called. */
export const PROBLEMS = {
  "bad-request": { status: 400, title: "The request is not understood" },
  "unauthorized": { status: 401, title: "Credentials are needed" },
  "forbidden": { status: 403, title: "Not for you" },
  "not-found": { status: 404, title: "There is no such page" },
  "unknown-app": { status: 404, title: "Nothing is known of this app" },
  "method-not-allowed": { status: 405, title: "Only GET and HEAD are allowed here" },
  "too-large": { status: 413, title: "The request's body is too large" },
  "too-many-requests": { status: 429, title: "Too many requests" },
  "internal": { status: 500, title: "Something unexpected went wrong" },
  "stale": { status: 503, title: "What is known is stale" },
  "store-unavailable": { status: 503, title: "The store cannot be reached" },
  "too-many-clients": { status: 503, title: "Too many follow the events already" },
} as const;

/** A kind of problem. */
export type ProblemKind = keyof typeof PROBLEMS;

/** The body of an answer that tells of a problem. */
export const problemSchema = z.strictObject({
  "type": z.string().describe("`urn:hm9000:problem:` and the kind"),
  "title": z.string().describe("The kind, for people"),
  "status": z.int().describe("The HTTP status"),
  "detail": z.string().describe("What was wrong this time, and what to do about it"),
}).describe("What went wrong (RFC 9457)");

/** A problem to answer with. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly kind: ProblemKind;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    kind: ProblemKind,
    options: { readonly detail: string; readonly retryAfterSeconds?: number },
  ) {
    super(options.detail);
    this.kind = kind;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** The problem that an error comes to; undefined for an error nobody expects. */
export function problemOf(error: unknown): ProblemError | undefined {
  if (error instanceof ProblemError) return error;
  if (error instanceof ParseError) {
    return new ProblemError("bad-request", { detail: error.message });
  }
  if (error instanceof StoreUnavailableError) {
    return new ProblemError("store-unavailable", { detail: error.message, retryAfterSeconds: 1 });
  }
  return undefined;
}

/** The answer that tells of a problem. */
export function problemResponse(problem: ProblemError): Response {
  const { status, title } = PROBLEMS[problem.kind];
  const body = {
    "type": `urn:hm9000:problem:${problem.kind}`,
    "title": title,
    "status": status,
    "detail": problem.message,
  };
  const headers = new Headers({ "Content-Type": PROBLEM_TYPE, "Cache-Control": "no-store" });
  if (problem.retryAfterSeconds !== undefined) {
    headers.set("Retry-After", String(Math.ceil(problem.retryAfterSeconds)));
  }
  if (status === 401) headers.set("WWW-Authenticate", 'Basic realm="hm9000", Bearer');
  if (status === 405) headers.set("Allow", "GET, HEAD");
  return new Response(JSON.stringify(body), { status, headers });
}
