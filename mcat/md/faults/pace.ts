/**
 * How fast a platform of the fault suite lives: a heartbeat period is a second instead of ten, and all that
 * is counted in heartbeats is as much shorter. Seconds.
 *
 * @module
 */

import { freePort } from "../../../test_helpers/free_port.ts";
import type { NatsServerConfig } from "../../../lib/config/config.ts";
import { CREDENTIALS } from "../scenario_config.ts";

/** From heartbeat to heartbeat. */
export const HEARTBEAT_SECONDS = 1;
/** After which a silent DEA is gone. */
export const PRESENCE_SECONDS = 5;
/** For how long heartbeats must have been saved before anybody acts. */
export const FRESH_SECONDS = 5;
/** How long the missing may take to appear; the keep-alive of messages too. */
export const GRACE_SECONDS = 4;
/** How long a fetch is good for. */
export const DESIRED_SECONDS = 15;
/** From fetch to fetch. */
export const FETCH_SECONDS = 3;
/** How long a dead leader's lock is held. */
export const LOCK_SECONDS = 4;
/** The longest delay of a start whose instance crashes again and again. */
export const BACKOFF_SECONDS = 6;

/** Where the components of one machine find everything: through its own proxies. */
export interface MachineServers {
  readonly nats: readonly Pick<NatsServerConfig, "host" | "port">[];
  readonly etcdUrls: readonly string[];
  readonly cloudControllerUrl: string;
}

/** A machine's configuration file, and where its API will be; JSON is YAML. */
export function machineConfig(
  servers: MachineServers,
): { readonly text: string; readonly apiPort: number } {
  const apiPort = freePort();
  const text = JSON.stringify({
    "heartbeat_period_in_seconds": HEARTBEAT_SECONDS,
    "heartbeat_ttl_in_heartbeats": PRESENCE_SECONDS,
    "actual_freshness_ttl_in_heartbeats": FRESH_SECONDS,
    "grace_period_in_heartbeats": GRACE_SECONDS,
    "desired_freshness_ttl_in_heartbeats": DESIRED_SECONDS,
    "fetcher_polling_interval_in_heartbeats": FETCH_SECONDS,
    "fetcher_network_timeout_in_seconds": 3,
    "fetcher_timeout_in_heartbeats": 20,
    "analyzer_timeout_in_heartbeats": 20,
    "sender_timeout_in_heartbeats": 20,
    "shredder_polling_interval_in_heartbeats": 20,
    "shredder_timeout_in_heartbeats": 20,
    "analyzer_comparison_interval_in_passes": 10,
    "starting_backoff_delay_in_heartbeats": 1,
    "maximum_backoff_delay_in_heartbeats": BACKOFF_SECONDS,
    "listener_heartbeat_sync_interval_in_milliseconds": 250,
    "store_heartbeat_cache_refresh_interval_in_milliseconds": 10_000,
    "lock_ttl_in_seconds": LOCK_SECONDS,
    "nats_client_ping_interval": 1,
    "store_type": "etcd",
    "store_urls": servers.etcdUrls,
    "nats": servers.nats,
    "cc_base_url": servers.cloudControllerUrl,
    "cc_auth_user": CREDENTIALS.user,
    "cc_auth_password": CREDENTIALS.password,
    "api_server_address": "127.0.0.1",
    "api_server_port": apiPort,
    "api_server_username": CREDENTIALS.user,
    "api_server_password": CREDENTIALS.password,
    "log_format": "json",
  });
  return { text, apiPort };
}
