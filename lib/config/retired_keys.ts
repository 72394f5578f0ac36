/**
 * Keys that stand in files of the Go original and mean nothing here. They are accepted with a warning
 * that says what to do, so that such a file loads unchanged (replaces CFG-15, CFG-18, CFG-19).
 *
 * @module
 */

/** What became of a key. */
export interface RetiredKey {
  /** Advice, the second half of a sentence that begins "is no longer used". */
  readonly advice: string;
  /** The key that takes its value, unless that key is set itself. */
  readonly renamedTo?: string | undefined;
}

const NO_CONSUL = "components take leadership in the store";

/** The original's retired keys. */
export const retiredKeys: Readonly<Record<string, RetiredKey>> = {
  "api_server_user": {
    advice: "its value is taken as api_server_username",
    renamedTo: "api_server_username",
  },
  "cassandra_consistency": { advice: "see store_type for the stores there are" },
  "cc_internal_url": { advice: "starts and stops go over NATS" },
  "config_cluster": { advice: NO_CONSUL },
  "consul_cluster": { advice: NO_CONSUL },
  "desired_state_ttl_in_heartbeats": {
    advice: "what is no longer desired is removed by the fetch that notices it",
  },
  "dropsonde_port": { advice: "see metrics_server_port for figures" },
  "http_heartbeat": {
    advice: "set http_heartbeat_server_address and http_heartbeat_port instead",
  },
  "skip_ssl_verification": {
    advice: "certificates are verified unless skip_cert_verify says otherwise",
  },
};

/** What became of the key called `name`; undefined when it is not a retired one. */
export function retiredKey(name: string): RetiredKey | undefined {
  return Object.hasOwn(retiredKeys, name) ? retiredKeys[name] : undefined;
}
