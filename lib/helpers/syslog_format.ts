/**
 * Syslog messages of RFC 5424: a header with the identity of the component [CLI-13], then the message
 * and its fields as JSON, for those who collect them parse nothing else of ours either.
 *
 * @module
 */

import type { LogRecord } from "logtape";
import { type LevelName, levelName } from "./log_format.ts";
import { logIdentity } from "./log_identity.ts";

/** What goes into every message's header. */
export interface SyslogHeader {
  readonly hostname: string;
  readonly processId: number;
}

/** The facility of daemons without one of their own. */
const facility = 3;

const severities: Readonly<Record<LevelName, number>> = { ERROR: 3, WARN: 4, INFO: 6, DEBUG: 7 };

/** What every receiver should take (RFC 5424, 6.1). Longer datagrams are lost, or cut anywhere. */
const bytesMax = 2_048;

/**
 * The record as one RFC 5424 message of at most 2,048 bytes. If it would be longer, fields are left out,
 * the last first, then the message is cut; its JSON stays whole and says `"truncated":true`.
 */
export function formatSyslog(
  record: LogRecord,
  header: SyslogHeader,
): Uint8Array<ArrayBuffer> {
  const start = formatHeader(record, header);
  return new TextEncoder().encode(start + formatMessage(record, bytesMax - byteLength(start)));
}

function formatHeader(record: LogRecord, { hostname, processId }: SyslogHeader): string {
  const priority = facility * 8 + severities[levelName(record.level)];
  const timestamp = new Date(record.timestamp).toISOString();
  const app = word(logIdentity(record.category.join(".")), 48);
  // No message id, no structured data: the JSON says it all.
  return `<${priority}>1 ${timestamp} ${word(hostname, 255)} ${app} ${processId} - - `;
}

/** A header value: printable ASCII without spaces, `-` for nothing. */
function word(text: string, lengthMax: number): string {
  return text.replace(/[^\x21-\x7e]/g, "_").slice(0, lengthMax) || "-";
}

function formatMessage(record: LogRecord, lengthMax: number): string {
  const message = record.message.join("");
  const whole = JSON.stringify({ message, data: record.properties });
  if (byteLength(whole) <= lengthMax) return whole;
  const room = lengthMax - byteLength(JSON.stringify({ message, data: {}, truncated: true }));
  if (room < 0) return cutMessage(message, lengthMax);
  const data = fieldsThatFit(record.properties, room);
  return JSON.stringify({ message, data, truncated: true });
}

function fieldsThatFit(fields: Record<string, unknown>, lengthMax: number): object {
  let length = 0;
  const entries = Object.entries(fields);
  const end = entries.findIndex(([name, value]) => {
    // Its two braces make room for the comma.
    length += byteLength(JSON.stringify({ [name]: value }));
    return length > lengthMax;
  });
  return Object.fromEntries(end < 0 ? entries : entries.slice(0, end));
}

function cutMessage(text: string, lengthMax: number): string {
  for (let length = text.length;; length = Math.floor(length / 2)) {
    const message = text.slice(0, length).toWellFormed();
    const json = JSON.stringify({ message, truncated: true });
    if (length === 0 || byteLength(json) <= lengthMax) return json;
  }
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
