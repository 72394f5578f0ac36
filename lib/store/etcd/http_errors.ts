/**
 * What goes wrong with HTTP, in gRPC's terms.
 *
 * @module
 */

import { describeError } from "../../helpers/describe_error.ts";
import { WireCode, WireError } from "./wire_error.ts";

/** How much of an answer that is not the gateway's is quoted, in characters. */
const QUOTE_MAX = 200;

/** An answer, read to its end. */
export interface GatewayAnswer {
  readonly status: number;
  readonly text: string;
}

/** The error in an answer with a status other than 200. */
export function gatewayError(answer: GatewayAnswer, url: string): WireError {
  const { status, text } = answer;
  const found = parseGatewayError(text);
  if (found) return new WireError(found.code, found.message, { url });
  if (status === 404) {
    return new WireError(WireCode.unimplemented, "etcd's JSON gateway is not there", { url });
  }
  const code = status >= 500 ? WireCode.unavailable : WireCode.unknown;
  return new WireError(code, `HTTP status ${status}: ${text.slice(0, QUOTE_MAX)}`, { url });
}

/** An error of `fetch`, of a body that broke off, or one that is a {@linkcode WireError} already. */
export function networkError(error: unknown, url: string): WireError {
  if (error instanceof WireError) return error;
  const message = describeError(error);
  // hyper's word for a connection that was never made, so that nothing can have been sent on it.
  const unsent = message.includes("client error (Connect)");
  return new WireError(WireCode.unavailable, message, { url, unsent, cause: error });
}

function parseGatewayError(text: string): { code: number; message: string } | undefined {
  try {
    const { code, message, error } = JSON.parse(text);
    if (typeof code !== "number") return undefined;
    return { code, message: String(message ?? error) };
  } catch {
    return undefined; // Not the gateway's: quoted as it is.
  }
}
