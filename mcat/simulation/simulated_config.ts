/**
 * What every simulated component is configured with: the defaults, but for the longest back-off, which
 * would make a run wait a quarter of an hour for one app. How often the listener flushes is drawn for each
 * world: as often as by default in one of four, and in the others in larger portions, which simulates
 * more hours in a minute. In one of two worlds breakers trip as early on a few DEAs and apps as they do by
 * default on hundreds; in the others they never do.
 *
 * @module
 */

import type { SeededRandom } from "./seeded_random.ts";

/** Seconds throughout. */
export const SIMULATED_CONFIG = {
  schemaVersion: 1,
  lockTtlSeconds: 10,
  heartbeatPeriodSeconds: 10,
  gracePeriodSeconds: 30,
  actualFreshnessTtlSeconds: 30,
  desiredFreshnessTtlSeconds: 120,
  decisionLog: { maxDecisions: 200, maxAgeSeconds: 120 },
  listener: {
    heartbeatPeriodSeconds: 10,
    heartbeatTtlSeconds: 30,
    actualFreshnessTtlSeconds: 30,
    syncIntervalMs: 1_000,
    cacheRefreshMs: 20_000,
    httpAddress: "",
    httpPort: undefined,
    httpConnectionsMax: 100,
    tls: undefined,
  },
  fetcher: {
    pollingIntervalSeconds: 60,
    // No pass is ended before a world is over: what ends a request that hangs is its own time limit.
    timeoutSeconds: 3_600,
    batchSize: 50,
    networkTimeoutSeconds: 10,
    ccBaseUrl: "http://cloud-controller",
    credentials: { user: "user", password: "password" },
    skipCertVerify: false,
    allowEmptyDesiredState: false,
    shrinkFractionMax: 0.3,
    shrinkAppsFloor: 20,
    shrinkConfirmations: 0,
  },
  analyzer: {
    pollingIntervalSeconds: 10,
    timeoutSeconds: 100,
    gracePeriodSeconds: 30,
    crashesBeforeBackoff: 3,
    startingBackoffSeconds: 30,
    maximumBackoffSeconds: 120,
    crashCountTtlSeconds: 240,
  },
  breakers: {
    deaShareMin: 0.6,
    deaFloor: 10,
    deaWindowSeconds: 600,
    stopShareMax: 0.1,
    stopFloor: 50,
  },
  sender: {
    pollingIntervalSeconds: 10,
    timeoutSeconds: 100,
    messageLimit: 60,
    startSubject: "hm9000.start",
    stopSubject: "hm9000.stop",
  },
  shredder: { pollingIntervalSeconds: 3_600, timeoutSeconds: 60 },
};

/** What the components of one world are configured with. */
export type SimulatedConfig = typeof SIMULATED_CONFIG;

/** Draws the configuration of a world. */
export function drawConfig(random: SeededRandom): SimulatedConfig {
  const syncIntervalMs = random.pick([1_000, 5_000, 5_000, 5_000]) ?? 1_000;
  const listener = { ...SIMULATED_CONFIG.listener, syncIntervalMs };
  const world = { ...SIMULATED_CONFIG, listener };
  if (random.chance(0.5)) return world;
  return {
    ...world,
    fetcher: { ...world.fetcher, shrinkAppsFloor: 3 },
    breakers: { ...world.breakers, deaFloor: 2, stopFloor: 4 },
  };
}
