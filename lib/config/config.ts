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
  /** Time from one heartbeat of a DEA to its next. */
  readonly heartbeatPeriodSeconds: number;
  /** How long a DEA counts as present after its last heartbeat. */
  readonly heartbeatTtlSeconds: number;
  /** How long actual freshness lasts, and how long it must have lasted before it counts. */
  readonly actualFreshnessTtlSeconds: number;
  /** How long desired freshness lasts after a fetch. */
  readonly desiredFreshnessTtlSeconds: number;
  /** How long a missing instance may take to appear before it is started. */
  readonly gracePeriodSeconds: number;
  /** Where actual freshness is kept, below the root of the store. */
  readonly actualFreshnessKey: string;
  /** Where desired freshness is kept, below the root of the store. */
  readonly desiredFreshnessKey: string;
  /** How long the leadership of a component outlives its last sign of life. */
  readonly lockTtlSeconds: number;

  /** Passes, their limit and their subjects. */
  readonly sender: LiveSenderConfig;
  /** Fetches of the desired state, and what they may lose. */
  readonly fetcher: FetcherConfig;
  /** Passes, grace period and back-off. */
  readonly analyzer: LiveAnalyzerConfig;
  /** Passes over obsolete schema versions. */
  readonly shredder: PollingConfig;
  /** Intake of heartbeats, over the bus and over HTTP. */
  readonly listener: ListenerConfig;
  /** How long operators' holds last. */
  readonly holds: HoldsConfig;
  /** When what is to be sent looks like a mistake. */
  readonly breakers: BreakerConfig;
  /** Where the API is served, and to whom. */
  readonly api: ApiConfig;

  /** Which store, and how to reach it. */
  readonly store: StoreConfig;
  /** How much is kept of what was decided and why. */
  readonly decisionLog: DecisionLogConfig;
  /** Which message bus, and how to reach it. */
  readonly messageBus: MessageBusConfig;
  /** How much to log, and where. */
  readonly log: LogConfig;
  /** Where traces go; undefined: none are made. */
  readonly traceEndpoint: string | undefined;
  /** Where figures are served, and to whom. */
  readonly metricsServer: MetricsServerConfig;
}

/** How often a periodic component works, and how long it may take. */
export interface PollingConfig {
  /** From the start of one pass to the start of the next. */
  readonly pollingIntervalSeconds: number;
  /** A pass that takes longer is given up. */
  readonly timeoutSeconds: number;
}

/** What the sender needs to know. */
export interface SenderConfig extends PollingConfig {
  /** Starts published in one pass (SND-18); stops are not limited (SND-21). */
  readonly messageLimit: number;
  /** Subject on which start messages are published. */
  readonly startSubject: string;
  /** Subject on which stop messages are published. */
  readonly stopSubject: string;
}

/** What the sender needs to know when it runs for long. */
export interface LiveSenderConfig extends SenderConfig {
  /** Let the limit of starts follow what is seen to start, instead of `messageLimit` alone. */
  readonly adaptiveLimit: boolean;
  /** Most starts under way at once that are not seen to start or run yet, when the limit adapts. */
  readonly inFlightMax: number;
  /** How long a start may take to be seen before it counts as lost, when the limit adapts. */
  readonly inFlightSeconds: number;
}

/** How long operators' holds and waivers last. */
export interface HoldsConfig {
  /** How long a hold lasts that does not say. */
  readonly defaultSeconds: number;
  /** The longest that hold and waiver may last. */
  readonly maxSeconds: number;
  /** How long a breaker that is resumed holds nothing, unless it is said. */
  readonly waiverSeconds: number;
}

/** When the sender's breakers hold starts or stops. */
export interface BreakerConfig {
  /** Share of the recent peak of DEAs below which starts are held; 0 for never. */
  readonly deaShareMin: number;
  /** As many DEAs must be gone at least. */
  readonly deaFloor: number;
  /** How long a peak of DEAs counts as recent. */
  readonly deaWindowSeconds: number;
  /** Share of the reported instances above which the stops of a pass are held; 1 for never. */
  readonly stopShareMax: number;
  /** As many stops a pass may send whatever their share. */
  readonly stopFloor: number;
}

/** What the desired_state_listener needs to know. */
export interface FetcherConfig extends PollingConfig {
  /** Apps asked for in one page of the bulk API. */
  readonly batchSize: number;
  /** Longest single request to the Cloud Controller. */
  readonly networkTimeoutSeconds: number;
  /** Base URL of the Cloud Controller, without user and query; empty when it is not configured. */
  readonly ccBaseUrl: string;
  /** What the bulk API is asked with. */
  readonly credentials: Credentials;
  /** Accept any certificate of the Cloud Controller: for tests only. */
  readonly skipCertVerify: boolean;
  /** Undefined: the system's authorities, and no certificate of ours. @default {undefined} */
  readonly tls?: TlsFiles | undefined;
  /** Obey a Cloud Controller that says nothing at all is desired. */
  readonly allowEmptyDesiredState: boolean;
  /** A fetch that loses more than this share of the stored apps (0 to 1) is not obeyed … */
  readonly shrinkFractionMax: number;
  /** … if it also loses more apps than this. */
  readonly shrinkAppsFloor: number;
  /** Fetches in a row that must lose the same apps before they are obeyed; 0 for never. */
  readonly shrinkConfirmations: number;
}

/** What the analyzer needs to know. */
export interface AnalyzerConfig extends PollingConfig {
  /** How long a missing instance may take to appear before it is started. */
  readonly gracePeriodSeconds: number;
  /** Crashes of an instance that are restarted at once. */
  readonly crashesBeforeBackoff: number;
  /** Delay of the first restart that is delayed; it doubles with every crash. */
  readonly startingBackoffSeconds: number;
  /** Longest delay of a restart. */
  readonly maximumBackoffSeconds: number;
  /** How long a crash count outlives its last change (CRA-20). */
  readonly crashCountTtlSeconds: number;
}

/** What the analyzer needs to know when it runs for long. */
export interface LiveAnalyzerConfig extends AnalyzerConfig {
  /** From one comparison of the mirror with the store to the next, in passes; 0 for never. */
  readonly comparisonPasses: number;
}

/** What the actual_state_listener needs to know. */
export interface ListenerConfig {
  /** Time from one heartbeat of a DEA to its next. */
  readonly heartbeatPeriodSeconds: number;
  /** How long a DEA counts as present after its last heartbeat. */
  readonly heartbeatTtlSeconds: number;
  /** How long actual freshness lasts after a flush. */
  readonly actualFreshnessTtlSeconds: number;
  /** Time from flush to flush, in milliseconds. */
  readonly syncIntervalMs: number;
  /** Age at which the listener's cache of the store is read anew, in milliseconds. */
  readonly cacheRefreshMs: number;
  /** Address on which heartbeats are taken over HTTP. */
  readonly httpAddress: string;
  /** Undefined: heartbeats are not taken over HTTP. */
  readonly httpPort: number | undefined;
  /** Most connections at one time, one a DEA. */
  readonly httpConnectionsMax: number;
  /** Undefined: plain HTTP. */
  readonly tls: TlsFiles | undefined;
}

/** What the API needs to know. */
export interface ApiConfig {
  /** Host name or address to listen on. */
  readonly address: string;
  /** TCP port to listen on; 0 for any free one. */
  readonly port: number;
  /** Undefined: no user and password are accepted. */
  readonly credentials: Credentials | undefined;
  /** Bearer tokens that are accepted; with none and no credentials, only loopback is allowed. */
  readonly tokens: readonly string[];
  /** Undefined: plain HTTP. With a CA, clients must present a certificate that it signed. */
  readonly tls: TlsFiles | undefined;
  /** Most connections at one time. */
  readonly connectionsMax: number;
  /** Failed logins of one peer in a minute after which it has to wait; 0 for no limit. */
  readonly failedLoginsMax: number;
  /** Most clients that follow the events at one time. */
  readonly eventClientsMax: number;
}

/** PEM files. */
export interface TlsFiles {
  /** Private key; goes with `certFile`. */
  readonly keyFile?: string | undefined;
  /** Certificate shown to the other side. */
  readonly certFile?: string | undefined;
  /** Authority trusted to vouch for the other side; undefined: the system's. */
  readonly caFile?: string | undefined;
}

/** How etcd is spoken to: over gRPC by our own client, over gRPC by npm's, or over its JSON gateway. */
export type EtcdTransport = "grpc" | "etcd3" | "http";

/** Which store, and how to reach it. */
export interface StoreConfig {
  /** `memory` is lost with the process, so it is for `all` and `demo` only. */
  readonly type: "etcd" | "sqlite" | "memory";
  /** Version in the root of the store, `/hm/v{version}`. */
  readonly schemaVersion: number;
  /** etcd only: http(s) URLs of its members. */
  readonly urls: readonly string[];
  /** Most requests to the store at one time. */
  readonly maxConcurrentRequests: number;
  /** sqlite only. */
  readonly path: string;
  /** etcd only. */
  readonly etcdTransport: EtcdTransport;
  /** etcd only: the server's `--max-txn-ops`. */
  readonly etcdMaxTransactionOperations: number;
  /** etcd only; undefined: without authentication. */
  readonly etcdCredentials: Credentials | undefined;
  /** etcd only; undefined: the system's authorities, and no certificate of ours. */
  readonly etcdTls: TlsFiles | undefined;
}

/** How much of the decision log is kept. */
export interface DecisionLogConfig {
  /** As many decisions of each component; 0: nothing is recorded. */
  readonly maxDecisions: number;
  /** For as long. */
  readonly maxAgeSeconds: number;
}

/** Which bus, and how to reach it. */
export interface MessageBusConfig {
  /** `in_process` reaches nobody outside, so it is for `all` and `demo` only. */
  readonly type: "nats" | "in_process";
  /** Members of the NATS cluster; the connection is to one of them at a time. */
  readonly servers: readonly NatsServerConfig[];
  /** Time from one ping to the NATS server to the next. */
  readonly pingIntervalSeconds: number;
  /** Undefined: plain connections, unless the server asks for TLS. */
  readonly tls: TlsFiles | undefined;
}

/** One member of the NATS cluster. */
export interface NatsServerConfig {
  /** Host name or address. */
  readonly host: string;
  /** TCP port for clients. */
  readonly port: number;
  /** Empty: without authentication. */
  readonly user: string;
  /** Secret; goes with `user`. */
  readonly password: string;
  /** Secret, instead of a user. @default {undefined} */
  readonly token?: string | undefined;
  /** Secret: the seed of an nkey, instead of a user. @default {undefined} */
  readonly nkeySeed?: string | undefined;
  /** Path of a file with a JWT and its nkey, instead of a user. @default {undefined} */
  readonly credentialsFile?: string | undefined;
}

/** How much to log, and where. */
export interface LogConfig {
  /** What is less severe is not logged. */
  readonly level: "DEBUG" | "INFO" | "WARN" | "ERROR";
  /** `auto`: for people on a terminal, JSON lines otherwise. */
  readonly format: "auto" | "human" | "json";
  /** `udp://host:port` or `unix:///dev/log`; undefined: no syslog. */
  readonly syslogUrl: string | undefined;
}

/** Where figures are served; the port is undefined unless configured. */
export interface MetricsServerConfig {
  /** Host name or address to listen on. */
  readonly address: string;
  /** TCP port, 0 for any free one; undefined: figures are not served. */
  readonly port: number | undefined;
  /** What `/varz` asks for; undefined: nothing, for loopback or behind client certificates. */
  readonly credentials: Credentials | undefined;
  /** Undefined: plain HTTP. With a CA, clients must present a certificate that it signed. */
  readonly tls?: TlsFiles | undefined;
}
