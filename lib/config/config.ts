/**
 * The configuration as the program uses it: validated, typed, frozen, with every duration worked out.
 * The file's own keys (behaviour.md 24.4) are known to `schema.ts` and `parse_config.ts` alone.
 * Components are handed the slices they need, never the whole.
 *
 * @module
 */

import type { Credentials } from "../models/basic_auth.ts";

/** Everything that can be configured. Units are in the names. */
export interface Config {
  readonly heartbeatPeriodSeconds: number;
  /** How long a DEA counts as present after its last heartbeat. */
  readonly heartbeatTtlSeconds: number;
  /** How long actual freshness lasts, and how long it must have lasted before it counts. */
  readonly actualFreshnessTtlSeconds: number;
  readonly desiredFreshnessTtlSeconds: number;
  readonly gracePeriodSeconds: number;
  readonly actualFreshnessKey: string;
  readonly desiredFreshnessKey: string;
  readonly lockTtlSeconds: number;

  readonly sender: SenderConfig;
  readonly fetcher: FetcherConfig;
  readonly analyzer: AnalyzerConfig;
  readonly shredder: PollingConfig;
  readonly listener: ListenerConfig;
  readonly api: ApiConfig;

  readonly store: StoreConfig;
  readonly messageBus: MessageBusConfig;
  readonly log: LogConfig;
  readonly metricsServer: MetricsServerConfig;
}

/** How often a periodic component works, and how long it may take. */
export interface PollingConfig {
  readonly pollingIntervalSeconds: number;
  readonly timeoutSeconds: number;
}

/** What the sender needs to know. */
export interface SenderConfig extends PollingConfig {
  /** Starts published in one pass (SND-18); stops are not limited (SND-21). */
  readonly messageLimit: number;
  readonly startSubject: string;
  readonly stopSubject: string;
}

/** What the desired_state_listener needs to know. */
export interface FetcherConfig extends PollingConfig {
  /** Apps asked for in one page of the bulk API. */
  readonly batchSize: number;
  readonly networkTimeoutSeconds: number;
  readonly ccBaseUrl: string;
  readonly credentials: Credentials;
  readonly skipCertVerify: boolean;
  /** Obey a Cloud Controller that says nothing at all is desired. */
  readonly allowEmptyDesiredState: boolean;
  /** A fetch that loses more than this share of the stored apps (0 to 1) is not obeyed … */
  readonly shrinkFractionMax: number;
  /** … if it also loses more apps than this. */
  readonly shrinkAppsFloor: number;
}

/** What the analyzer needs to know. */
export interface AnalyzerConfig extends PollingConfig {
  readonly gracePeriodSeconds: number;
  readonly crashesBeforeBackoff: number;
  readonly startingBackoffSeconds: number;
  readonly maximumBackoffSeconds: number;
  /** How long a crash count outlives its last change (CRA-20). */
  readonly crashCountTtlSeconds: number;
}

/** What the actual_state_listener needs to know. */
export interface ListenerConfig {
  readonly heartbeatPeriodSeconds: number;
  readonly heartbeatTtlSeconds: number;
  readonly actualFreshnessTtlSeconds: number;
  /** Time from flush to flush, in milliseconds. */
  readonly syncIntervalMs: number;
  /** Age at which the listener's cache of the store is read anew, in milliseconds. */
  readonly cacheRefreshMs: number;
  readonly httpAddress: string;
  /** Undefined: heartbeats are not taken over HTTP. */
  readonly httpPort: number | undefined;
  /** Undefined: plain HTTP. */
  readonly tls: TlsFiles | undefined;
}

/** What the API needs to know. */
export interface ApiConfig {
  readonly address: string;
  readonly port: number;
  /** Undefined: no authentication, which is only allowed on loopback. */
  readonly credentials: Credentials | undefined;
}

/** PEM files. */
export interface TlsFiles {
  readonly keyFile?: string | undefined;
  readonly certFile?: string | undefined;
  readonly caFile?: string | undefined;
}

/** Which store, and how to reach it. */
export interface StoreConfig {
  readonly type: "etcd" | "sqlite" | "memory";
  readonly schemaVersion: number;
  /** etcd only: http(s) URLs of its members. */
  readonly urls: readonly string[];
  readonly maxConcurrentRequests: number;
  /** sqlite only. */
  readonly path: string;
  /** etcd only; undefined: `grpc`, or `http` on runtimes where gRPC is not sound. */
  readonly etcdTransport: "grpc" | "http" | undefined;
  /** etcd only: the server's `--max-txn-ops`. */
  readonly etcdMaxTransactionOperations: number;
  readonly etcdCredentials: Credentials | undefined;
  readonly etcdTls: TlsFiles | undefined;
  readonly skipCertVerify: boolean;
}

/** Which bus, and how to reach it. */
export interface MessageBusConfig {
  readonly type: "nats" | "in_process";
  readonly servers: readonly NatsServerConfig[];
  readonly pingIntervalSeconds: number;
  readonly tls: TlsFiles | undefined;
}

/** One member of the NATS cluster. */
export interface NatsServerConfig {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

/** How much to log, and where. */
export interface LogConfig {
  readonly level: "DEBUG" | "INFO" | "WARN" | "ERROR";
  /** `auto`: for people on a terminal, JSON lines otherwise. */
  readonly format: "auto" | "human" | "json";
  /** `udp://host:port` or `unix:///dev/log`; undefined: no syslog. */
  readonly syslogUrl: string | undefined;
}

/** Where figures are served; the port is undefined unless configured. */
export interface MetricsServerConfig {
  readonly address: string;
  readonly port: number | undefined;
  readonly user: string;
  readonly password: string;
}
