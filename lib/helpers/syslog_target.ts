/**
 * Where syslog is: what `log_syslog_url` may say.
 *
 * @module
 */

import { redactText } from "./redact_text.ts";

/** A syslog server to send datagrams to. */
export type SyslogTarget =
  | { readonly kind: "udp"; readonly host: string; readonly port: number }
  | { readonly kind: "unix"; readonly path: string };

/** The port of syslog over UDP (RFC 5426). */
const defaultPort = 514;

/**
 * Reads `udp://host:port` (the port may be left out) or `unix:///path/of/socket`.
 *
 * @throws {TypeError} for anything else.
 */
export function parseSyslogTarget(text: string): SyslogTarget {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "unix:" && url.host === "" && url.pathname.length > 1) {
    return { kind: "unix", path: decodeURIComponent(url.pathname) };
  }
  if (url?.protocol === "udp:" && url.hostname !== "" && url.username === "") {
    const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
    return { kind: "udp", host, port: url.port === "" ? defaultPort : Number(url.port) };
  }
  throw new TypeError(
    `Cannot use the syslog URL "${
      redactText(text)
    }", needed is "udp://host:port" or "unix:///path"`,
  );
}
