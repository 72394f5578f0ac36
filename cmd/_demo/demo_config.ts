/**
 * The configuration of the embedded system: the real keys, with a heartbeat period that is short enough
 * to watch. The environment is left out of it: the demo must not reach for anybody's real servers.
 *
 * @module
 */

import type { Config } from "../../lib/config/config.ts";
import { parseConfig } from "../../lib/config/parse_config.ts";
import type { Credentials } from "../../lib/models/basic_auth.ts";

/** Seconds between two heartbeats. */
export const HEARTBEAT_PERIOD_SECONDS = 1;

/** Starts in one pass of the sender, at least: the default. */
const MESSAGE_LIMIT_MIN = 60;
/** However many instances there are, so many passes can start them all. */
const PASSES_TO_START_ALL = 10;

/** What the configuration depends on. */
export interface DemoConfigOptions {
  /** Where the store is put. */
  readonly folder: string;
  readonly cloudControllerUrl: string;
  readonly credentials: Credentials;
  /** How many instances there are about. */
  readonly instances: number;
}

/** The configuration of the demo. */
export function demoConfig(options: DemoConfigOptions): Config {
  const { folder, cloudControllerUrl, credentials, instances } = options;
  const limit = Math.max(MESSAGE_LIMIT_MIN, Math.ceil(instances / PASSES_TO_START_ALL));
  const text = `
heartbeat_period_in_seconds: ${HEARTBEAT_PERIOD_SECONDS}
fetcher_polling_interval_in_heartbeats: 2
desired_freshness_ttl_in_heartbeats: 20
analyzer_timeout_in_heartbeats: 60
sender_timeout_in_heartbeats: 60
shredder_timeout_in_heartbeats: 60
sender_message_limit: ${limit}
message_bus_type: in_process
store_type: sqlite
store_path: hm9000.sqlite
cc_base_url: ${JSON.stringify(cloudControllerUrl)}
cc_auth_user: ${JSON.stringify(credentials.user)}
cc_auth_password: ${JSON.stringify(credentials.password)}
api_server_address: 127.0.0.1
api_server_port: 0
`;
  return parseConfig({ text, path: `${folder}/demo.yml`, env: {} }).config;
}
