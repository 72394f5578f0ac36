/**
 * The file's keys turned into what the program uses: heartbeats into seconds, empty text into
 * "not given", the file's words into ours (CFG-02..CFG-07).
 *
 * @module
 */

import type { Credentials } from "../models/basic_auth.ts";
import type {
  ApiConfig,
  Config,
  FetcherConfig,
  ListenerConfig,
  LiveAnalyzerConfig,
  LiveSenderConfig,
  MessageBusConfig,
  NatsServerConfig,
  StoreConfig,
  TlsFiles,
} from "./config.ts";
import type { ResolvePath } from "./resolve_path.ts";
import type { ConfigFile } from "./schema.ts";

/** What {@linkcode buildConfig} needs beside the file's keys. */
export interface BuildContext {
  /** Resolves a path that is written in the configuration. */
  readonly resolvePath: ResolvePath;
}

/** The typed configuration; `file` has been validated. */
export function buildConfig(file: ConfigFile, context: BuildContext): Config {
  const listener = buildListener(file, context);
  const fetcher = buildFetcher(file, context);
  return {
    heartbeatPeriodSeconds: listener.heartbeatPeriodSeconds,
    heartbeatTtlSeconds: listener.heartbeatTtlSeconds,
    actualFreshnessTtlSeconds: listener.actualFreshnessTtlSeconds,
    desiredFreshnessTtlSeconds: seconds(file, file["desired_freshness_ttl_in_heartbeats"]),
    gracePeriodSeconds: seconds(file, file["grace_period_in_heartbeats"]),
    actualFreshnessKey: file["actual_freshness_key"],
    desiredFreshnessKey: file["desired_freshness_key"],
    lockTtlSeconds: file["lock_ttl_in_seconds"],
    sender: buildSender(file),
    fetcher,
    analyzer: buildAnalyzer(file),
    shredder: {
      pollingIntervalSeconds: seconds(file, file["shredder_polling_interval_in_heartbeats"]),
      timeoutSeconds: seconds(file, file["shredder_timeout_in_heartbeats"]),
    },
    listener,
    holds: {
      defaultSeconds: file["hold_default_in_seconds"],
      maxSeconds: file["hold_max_in_seconds"],
      waiverSeconds: file["breaker_waiver_default_in_seconds"],
    },
    breakers: {
      deaShareMin: file["breaker_dea_share_min"],
      deaFloor: file["breaker_dea_floor"],
      deaWindowSeconds: file["breaker_dea_window_in_seconds"],
      stopShareMax: file["breaker_stop_share_max"],
      stopFloor: file["breaker_stop_floor"],
    },
    api: buildApi(file, context),
    store: buildStore(file, context),
    decisionLog: {
      maxDecisions: file["decision_log_max_decisions"],
      maxAgeSeconds: file["decision_log_max_age_in_seconds"],
    },
    messageBus: buildMessageBus(file, context),
    log: {
      level: file["log_level"] === "" ? "INFO" : file["log_level"],
      format: file["log_format"],
      syslogUrl: file["syslog_url"] === "" ? undefined : file["syslog_url"],
    },
    traceEndpoint: file["trace_endpoint"] === "" ? undefined : file["trace_endpoint"],
    metricsServer: {
      address: file["metrics_server_address"],
      port: file["metrics_server_port"],
      credentials: credentials(file["metrics_server_user"], file["metrics_server_password"]),
      tls: tlsFiles(file["metrics_server_tls"], context),
    },
  };
}

/** The store that is used: etcd when its members are named, unless the file says otherwise. */
export function storeType(file: ConfigFile): StoreConfig["type"] {
  return file["store_type"] ?? (file["store_urls"].length > 0 ? "etcd" : "sqlite");
}

function buildSender(file: ConfigFile): LiveSenderConfig {
  return {
    pollingIntervalSeconds: seconds(file, file["sender_polling_interval_in_heartbeats"]),
    timeoutSeconds: seconds(file, file["sender_timeout_in_heartbeats"]),
    messageLimit: file["sender_message_limit"],
    startSubject: file["sender_nats_start_subject"],
    stopSubject: file["sender_nats_stop_subject"],
    adaptiveLimit: file["sender_adaptive_limit"],
    inFlightMax: file["sender_in_flight_max"],
    inFlightSeconds: seconds(file, file["grace_period_in_heartbeats"]),
  };
}

function buildFetcher(file: ConfigFile, context: BuildContext): FetcherConfig {
  return {
    pollingIntervalSeconds: seconds(file, file["fetcher_polling_interval_in_heartbeats"]),
    timeoutSeconds: seconds(file, file["fetcher_timeout_in_heartbeats"]),
    batchSize: file["desired_state_batch_size"],
    networkTimeoutSeconds: file["fetcher_network_timeout_in_seconds"],
    ccBaseUrl: file["cc_base_url"],
    credentials: { user: file["cc_auth_user"], password: file["cc_auth_password"] },
    skipCertVerify: file["skip_cert_verify"],
    tls: tlsFiles(file["cc_tls"], context),
    allowEmptyDesiredState: file["allow_empty_desired_state"],
    shrinkFractionMax: file["desired_state_shrink_fraction_max"],
    shrinkAppsFloor: file["desired_state_shrink_apps_floor"],
    shrinkConfirmations: file["desired_state_shrink_confirmations"],
  };
}

function buildAnalyzer(file: ConfigFile): LiveAnalyzerConfig {
  const maximumBackoffSeconds = seconds(file, file["maximum_backoff_delay_in_heartbeats"]);
  return {
    pollingIntervalSeconds: seconds(file, file["analyzer_polling_interval_in_heartbeats"]),
    timeoutSeconds: seconds(file, file["analyzer_timeout_in_heartbeats"]),
    gracePeriodSeconds: seconds(file, file["grace_period_in_heartbeats"]),
    crashesBeforeBackoff: file["number_of_crashes_before_backoff_begins"],
    startingBackoffSeconds: seconds(file, file["starting_backoff_delay_in_heartbeats"]),
    maximumBackoffSeconds,
    crashCountTtlSeconds: 2 * maximumBackoffSeconds,
    comparisonPasses: file["analyzer_comparison_interval_in_passes"],
  };
}

function buildListener(file: ConfigFile, context: BuildContext): ListenerConfig {
  return {
    heartbeatPeriodSeconds: file["heartbeat_period_in_seconds"],
    heartbeatTtlSeconds: seconds(file, file["heartbeat_ttl_in_heartbeats"]),
    actualFreshnessTtlSeconds: seconds(file, file["actual_freshness_ttl_in_heartbeats"]),
    syncIntervalMs: file["listener_heartbeat_sync_interval_in_milliseconds"],
    cacheRefreshMs: file["store_heartbeat_cache_refresh_interval_in_milliseconds"],
    httpAddress: file["http_heartbeat_server_address"],
    httpPort: file["http_heartbeat_port"],
    httpConnectionsMax: file["http_heartbeat_connections_max"],
    tls: tlsFiles(file["ssl"], context),
  };
}

function buildApi(file: ConfigFile, context: BuildContext): ApiConfig {
  return {
    address: file["api_server_address"],
    port: file["api_server_port"],
    credentials: credentials(file["api_server_username"], file["api_server_password"]),
    tokens: file["api_server_tokens"],
    tls: tlsFiles(file["api_server_tls"], context),
    connectionsMax: file["api_server_connections_max"],
    failedLoginsMax: file["api_server_failed_logins_max"],
    eventClientsMax: file["api_server_event_clients_max"],
  };
}

function buildStore(file: ConfigFile, context: BuildContext): StoreConfig {
  return {
    type: storeType(file),
    schemaVersion: file["store_schema_version"],
    urls: file["store_urls"],
    maxConcurrentRequests: file["store_max_concurrent_requests"],
    path: context.resolvePath(file["store_path"]),
    etcdTransport: file["etcd_transport"],
    etcdMaxTransactionOperations: file["etcd_max_txn_ops"],
    etcdCredentials: credentials(file["etcd_user"], file["etcd_password"]),
    etcdTls: tlsFiles(file["etcd"], context),
  };
}

function buildMessageBus(file: ConfigFile, context: BuildContext): MessageBusConfig {
  return {
    type: file["message_bus_type"],
    servers: file["nats"].map((member) => buildNatsServer(member, context)),
    pingIntervalSeconds: file["nats_client_ping_interval"],
    tls: tlsFiles(file["nats_tls"], context),
  };
}

function buildNatsServer(
  member: ConfigFile["nats"][number],
  context: BuildContext,
): NatsServerConfig {
  const path = member["credentials_file"] ?? "";
  return {
    host: member["host"],
    port: member["port"],
    user: member["user"],
    password: member["password"],
    token: member["token"],
    nkeySeed: member["nkey_seed"],
    credentialsFile: path === "" ? undefined : context.resolvePath(path),
  };
}

/** Every set of TLS files that is configured. */
export function tlsFileSets(config: Config): readonly TlsFiles[] {
  const { listener, api, metricsServer, store, messageBus, fetcher } = config;
  return [listener.tls, api.tls, metricsServer.tls, store.etcdTls, messageBus.tls, fetcher.tls]
    .filter((set) => set !== undefined);
}

function seconds(file: ConfigFile, heartbeats: number): number {
  return heartbeats * file["heartbeat_period_in_seconds"];
}

function credentials(user: string, password: string): Credentials | undefined {
  return user === "" ? undefined : { user, password };
}

function tlsFiles(files: ConfigFile["ssl"], context: BuildContext): TlsFiles | undefined {
  const path = (name: keyof ConfigFile["ssl"]) =>
    files[name] === "" ? undefined : context.resolvePath(files[name]);
  const [keyFile, certFile, caFile] = [path("key_file"), path("cert_file"), path("ca_file")];
  if (keyFile === undefined && certFile === undefined && caFile === undefined) return undefined;
  return { keyFile, certFile, caFile };
}
