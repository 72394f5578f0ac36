/**
 * How a metrics server makes itself known to collectors over the message bus (MET-01). Pure.
 *
 * @module
 */

import type { Credentials } from "../models/basic_auth.ts";
import { COLLECTOR_NAME } from "./varz.ts";

/** What is made known. */
export interface Announcement {
  /** Where the server is reached. */
  readonly host: string;
  readonly port: number;
  readonly credentials: Credentials;
  /** Of the process. */
  readonly uuid: string;
}

/** The message, as collectors read it. */
export function announcementToJson(announcement: Announcement): string {
  const { host, port, credentials, uuid } = announcement;
  return JSON.stringify({
    "type": COLLECTOR_NAME,
    "index": 0,
    "host": `${host.includes(":") ? `[${host}]` : host}:${port}`,
    "uuid": `0-${uuid}`,
    "credentials": [credentials.user, credentials.password],
  });
}

/** The host that others reach this one by, when it listens on `address`. */
export function reachableHost(address: string, hostname: string): string {
  const bare = address.replace(/^\[|\]$/g, "");
  return ["0.0.0.0", "::", ""].includes(bare) ? hostname : bare;
}
