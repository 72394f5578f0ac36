/**
 * The keys that say when: the heartbeat period, what is counted in it, and back-off (CFG-02..CFG-07).
 *
 * @module
 */

import { storeKey, wholeNumber } from "./field_types.ts";

/** Keys of time, with their defaults. */
export const timingKeys = {
  "heartbeat_period_in_seconds": wholeNumber().default(10).describe(
    "Seconds between two heartbeats of a DEA; the unit of every key that ends in _in_heartbeats",
  ),
  "heartbeat_ttl_in_heartbeats": wholeNumber().default(3).describe(
    "How long a DEA counts as present after its last heartbeat, in heartbeats",
  ),
  "actual_freshness_ttl_in_heartbeats": wholeNumber().default(3).describe(
    "How long the actual state stays fresh, and how long it must have been so before it is trusted",
  ),
  "grace_period_in_heartbeats": wholeNumber().default(3).describe(
    "How long a missing instance may take to appear before it is started, in heartbeats",
  ),
  "desired_freshness_ttl_in_heartbeats": wholeNumber().default(12).describe(
    "How long the desired state stays fresh after a fetch, in heartbeats",
  ),
  "sender_polling_interval_in_heartbeats": wholeNumber().default(1).describe(
    "From start to start of two passes of the sender, in heartbeats",
  ),
  "sender_timeout_in_heartbeats": wholeNumber().default(10).describe(
    "Longest pass of the sender, in heartbeats",
  ),
  "fetcher_polling_interval_in_heartbeats": wholeNumber().default(6).describe(
    "From start to start of two fetches of the desired state, in heartbeats",
  ),
  "fetcher_timeout_in_heartbeats": wholeNumber().default(60).describe(
    "Longest fetch of the desired state, in heartbeats",
  ),
  "shredder_polling_interval_in_heartbeats": wholeNumber().default(360).describe(
    "From start to start of two passes of the shredder, in heartbeats",
  ),
  "shredder_timeout_in_heartbeats": wholeNumber().default(6).describe(
    "Longest pass of the shredder, in heartbeats",
  ),
  "analyzer_polling_interval_in_heartbeats": wholeNumber().default(1).describe(
    "From start to start of two passes of the analyzer, in heartbeats",
  ),
  "analyzer_comparison_interval_in_passes": wholeNumber(0).default(60).describe(
    "Passes of the analyzer after which its view is compared with the whole store, 0 for never",
  ),
  "analyzer_timeout_in_heartbeats": wholeNumber().default(10).describe(
    "Longest pass of the analyzer, in heartbeats",
  ),
  "number_of_crashes_before_backoff_begins": wholeNumber(0).default(3).describe(
    "Crashes of an instance that are restarted at once",
  ),
  "starting_backoff_delay_in_heartbeats": wholeNumber().default(3).describe(
    "Delay of the first restart that is delayed, in heartbeats; it doubles with every crash",
  ),
  "maximum_backoff_delay_in_heartbeats": wholeNumber().default(96).describe(
    "Longest delay of a restart, in heartbeats; a crash count is kept for twice this long",
  ),
  "listener_heartbeat_sync_interval_in_milliseconds": wholeNumber().default(1000).describe(
    "How often the actual_state_listener writes the heartbeats it has gathered, in milliseconds",
  ),
  "store_heartbeat_cache_refresh_interval_in_milliseconds": wholeNumber().default(20_000).describe(
    "Age at which the actual_state_listener reads its cache of the store anew, in milliseconds",
  ),
  "lock_ttl_in_seconds": wholeNumber().default(10).describe(
    "How long the leadership of a component outlives its last sign of life, in seconds",
  ),
  "actual_freshness_key": storeKey().default("/actual-fresh").describe(
    "Where the freshness of the actual state is kept, below the root of the store",
  ),
  "desired_freshness_key": storeKey().default("/desired-fresh").describe(
    "Where the freshness of the desired state is kept, below the root of the store",
  ),
};
