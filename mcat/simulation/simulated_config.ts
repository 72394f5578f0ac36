/**
 * What every simulated component is configured with: the defaults, but for the longest back-off, which
 * would make a run wait a quarter of an hour for one app, and for the limit of starts.
 *
 * @module
 */

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
    timeoutSeconds: 600,
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
} as const;
