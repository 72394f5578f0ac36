/**
 * How a gRPC call ended, by its headers: gRPC's own status, or HTTP's when whoever answered does not speak
 * gRPC. Pure.
 *
 * @module
 */

import { WireCode, WireError } from "../wire_error.ts";
import type { Header } from "./static_table.ts";

/** What HTTP's status means where there is no other. */
const BY_HTTP_STATUS: Readonly<Record<string, number>> = {
  "400": WireCode.internal,
  "401": WireCode.unauthenticated,
  "403": WireCode.permissionDenied,
  "404": WireCode.unimplemented,
  "429": WireCode.unavailable,
  "502": WireCode.unavailable,
  "503": WireCode.unavailable,
  "504": WireCode.unavailable,
};

/** The error that a call ended with, by all the headers that came; undefined when it ended well. */
export function statusError(headers: readonly Header[], url: string): WireError | undefined {
  const found = new Map(headers);
  const status = found.get("grpc-status");
  if (status === "0") return undefined;
  if (status !== undefined) {
    const message = percentDecoded(found.get("grpc-message") ?? "");
    return new WireError(
      /^(1[0-6]|[1-9])$/.test(status) ? Number(status) : WireCode.unknown,
      message,
      { url },
    );
  }
  const http = found.get(":status") ?? "no status";
  const code = BY_HTTP_STATUS[http] ?? WireCode.unknown;
  return new WireError(code, `the answer is not gRPC's (HTTP ${http})`, { url });
}

/** A message that is not coded as it should be is better than none. */
function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
