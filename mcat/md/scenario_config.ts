/**
 * What the components of a scenario are configured with: the original's suite's own values
 * (behaviour.md 23), and where the servers are.
 *
 * @module
 */

import type { NatsServerConfig } from "../../lib/config/config.ts";
import type { Credentials } from "../../lib/models/basic_auth.ts";

/** From flush to flush. Scenarios wait for it in real time, so it is shorter than the original suite's. */
const FLUSH_INTERVAL_MS = 10;

/** What the Cloud Controller and the API ask for. */
export const CREDENTIALS: Credentials = { user: "mcat", password: "testing" };

/** A store to run over. */
export type StoreName = "etcd" | "SQLite";

/** Where a scenario's servers are. */
export interface ScenarioServers {
  readonly nats: NatsServerConfig;
  readonly cloudControllerUrl: string;
  /** etcd's URL; undefined for SQLite. */
  readonly etcdUrl: string | undefined;
  /** Sets scenarios of one etcd apart. */
  readonly schemaVersion: number;
}

/** Keys of the configuration file, and what a scenario wants them to be. */
export type ConfigValues = Readonly<Record<string, unknown>>;

/** The configuration file of a scenario; JSON is YAML. */
export function scenarioConfigText(servers: ScenarioServers, differing: ConfigValues = {}): string {
  const { nats, cloudControllerUrl, etcdUrl, schemaVersion } = servers;
  const store = etcdUrl === undefined
    ? { "store_type": "sqlite", "store_path": "hm9000.sqlite" }
    : { "store_type": "etcd", "store_urls": [etcdUrl] };
  return JSON.stringify({
    "heartbeat_period_in_seconds": 10,
    "sender_message_limit": 8,
    "maximum_backoff_delay_in_heartbeats": 6,
    "listener_heartbeat_sync_interval_in_milliseconds": FLUSH_INTERVAL_MS,
    "store_max_concurrent_requests": 10,
    "store_schema_version": schemaVersion,
    ...store,
    "nats": [{ "host": nats.host, "port": nats.port }],
    "cc_base_url": cloudControllerUrl,
    "cc_auth_user": CREDENTIALS.user,
    "cc_auth_password": CREDENTIALS.password,
    "api_server_address": "127.0.0.1",
    "api_server_port": 0,
    "api_server_username": CREDENTIALS.user,
    "api_server_password": CREDENTIALS.password,
    "http_heartbeat_server_address": "127.0.0.1",
    ...differing,
  });
}
