/**
 * hm9000 as a library: the models on the wire and in the store, the rules of health management as pure
 * functions, the contracts of store and message bus with their adapters, and the components themselves.
 *
 * What is decided is decided by functions of values:
 *
 * ```ts
 * import { analyzeApp, type App } from "@hm9000/hm9000";
 *
 * const id = { appGuid: "app", appVersion: "v1" };
 * const app: App = {
 *   ...id,
 *   desired: { ...id, instances: 1, state: "STARTED", packageState: "STAGED" },
 *   instances: [],
 *   crashCounts: [],
 * };
 * const { starts } = analyzeApp(app, {
 *   pending: { starts: new Set(), stops: new Set() },
 *   now: 100,
 *   config: {
 *     gracePeriodSeconds: 30,
 *     crashesBeforeBackoff: 3,
 *     startingBackoffSeconds: 30,
 *     maximumBackoffSeconds: 960,
 *   },
 *   uuid: () => crypto.randomUUID(),
 * });
 * console.assert(starts[0]?.message.sendOn === 130);
 * ```
 *
 * @module
 */

// Models
export { appKey, parseAppKey } from "./lib/models/app_key.ts";
export { appToWire, isDesired, isIndexDesired, isStaged } from "./lib/models/app.ts";
export { DECIDERS, DECISION_KINDS } from "./lib/models/decision.ts";
export {
  APP_STATES,
  PACKAGE_STATES,
  parseDesiredAppState,
} from "./lib/models/desired_app_state.ts";
export { HELD_KINDS, HOLD_SOURCES } from "./lib/models/hold.ts";
export { parseDropletExited } from "./lib/models/droplet_exited.ts";
export { INSTANCE_STATES } from "./lib/models/instance_heartbeat.ts";
export { heartbeatToWire, parseHeartbeat } from "./lib/models/heartbeat.ts";
export { ParseError } from "./lib/models/parse_error.ts";
export {
  newPendingStart,
  parsePendingStart,
  START_REASONS,
  startKey,
} from "./lib/models/pending_start_message.ts";
export {
  newPendingStop,
  parsePendingStop,
  STOP_REASONS,
  stopKey,
} from "./lib/models/pending_stop_message.ts";
export { parseStartMessage, startMessageToJson } from "./lib/models/start_message.ts";
export { parseStopMessage, stopMessageToJson } from "./lib/models/stop_message.ts";

// Rules
export { analyzeApp } from "./lib/analyzer/analyze_app.ts";
export { fleetMetrics } from "./lib/analyzer/app_metrics.ts";
export { crashDelaySeconds } from "./lib/analyzer/crash_delay.ts";
export { explain } from "./lib/explain/explain.ts";
export { explainRules } from "./lib/explain/explain_rules.ts";
export { explanationToWire } from "./lib/explain/explanation_to_wire.ts";
export { renderExplanation } from "./lib/explain/render_explanation.ts";
export { planPass } from "./lib/sender/select_due.ts";

// Configuration
export { ConfigError } from "./lib/config/config_error.ts";
export { loadConfig } from "./lib/config/load_config.ts";
export { parseConfig } from "./lib/config/parse_config.ts";

// Contracts, and what implements them
export { RealRandom } from "./lib/helpers/real_random.ts";
export { RealTimeProvider } from "./lib/helpers/real_time_provider.ts";
export { COUNTERS, GAUGES } from "./lib/helpers/metric_catalog.ts";
export { MetricsRegistry } from "./lib/helpers/metrics.ts";
export { SeriesRegistry } from "./lib/helpers/series.ts";
export { SERIES } from "./lib/helpers/series_catalog.ts";
export { BusUnavailableError } from "./lib/message_bus/message_bus.ts";
export { openMessageBus } from "./lib/message_bus/open_message_bus.ts";
export { StoreLayout } from "./lib/store/layout.ts";
export { openStore } from "./lib/store/open_store.ts";
export {
  CompactedError,
  LeadershipLostError,
  LeaseNotFoundError,
  NotFreshError,
  OutcomeUnknownError,
  StoreRefusedError,
  StoreUnavailableError,
} from "./lib/store/store_errors.ts";
export { UNFENCED } from "./lib/store/fence.ts";
export { campaign, lead } from "./lib/store/leadership.ts";
export { readDecisions } from "./lib/store/collections/decisions.ts";
export { readFleet } from "./lib/store/collections/fleet.ts";
export { readFreshness, verifyFreshness } from "./lib/store/collections/freshness.ts";
export { Outbox } from "./lib/outbox/outbox.ts";

// Components
export { ActualStateListener } from "./lib/actual_state_listener/actual_state_listener.ts";
export { Analyzer } from "./lib/analyzer/analyzer.ts";
export { Api } from "./lib/api/api.ts";
export { DesiredStateListener } from "./lib/desired_state_listener/desired_state_listener.ts";
export { Evacuator } from "./lib/evacuator/evacuator.ts";
export { Sender } from "./lib/sender/sender.ts";
export { Shredder } from "./lib/shredder/shredder.ts";

// Types
export type { AnalysisReport } from "./lib/analyzer/analyzer.ts";
export type { AnalyzeAppOptions, AppPending, RuleConfig } from "./lib/analyzer/app_case.ts";
export type { FleetMetrics } from "./lib/analyzer/app_metrics.ts";
export type { BackoffConfig } from "./lib/analyzer/crash_delay.ts";
export type { StartDecision, StopDecision, Verdict } from "./lib/analyzer/verdict.ts";
export type {
  AnalyzerConfig,
  ApiConfig,
  BreakerConfig,
  Config,
  DecisionLogConfig,
  EtcdTransport,
  FetcherConfig,
  HoldsConfig,
  ListenerConfig,
  LiveAnalyzerConfig,
  LiveSenderConfig,
  LogConfig,
  MessageBusConfig,
  MetricsServerConfig,
  NatsServerConfig,
  PollingConfig,
  SenderConfig,
  StoreConfig,
  TlsFiles,
} from "./lib/config/config.ts";
export type { ConfigPlace, ConfigProblem } from "./lib/config/config_error.ts";
export type { ConfigKey } from "./lib/config/config_keys.ts";
export type { ConfigInput } from "./lib/config/config_source.ts";
export type { Environment } from "./lib/config/env_overrides.ts";
export type { LoadConfigDeps } from "./lib/config/load_config.ts";
export type { ParsedConfig, Setting } from "./lib/config/parse_config.ts";
export type { SecretFiles } from "./lib/config/secret_files.ts";
export type { FetchReport } from "./lib/desired_state_listener/desired_state_listener.ts";
export type {
  CrashExplanation,
  ExplainInput,
  ExplainRules,
  Explanation,
  IndexExplanation,
  IndexState,
  SentExplanation,
  StoreExplanation,
  WaitsFor,
} from "./lib/explain/explanation.ts";
export type { LogFields, Logger } from "./lib/helpers/logger.ts";
export type { CounterName, GaugeName } from "./lib/helpers/metric_catalog.ts";
export type { Metrics, MetricsSource } from "./lib/helpers/metrics.ts";
export type { Series, SeriesReading } from "./lib/helpers/series.ts";
export type {
  CounterSeriesName,
  GaugeSeriesName,
  HistogramName,
  LabelsOf,
  SeriesInfo,
  SeriesName,
  SeriesNameOf,
} from "./lib/helpers/series_catalog.ts";
export type { Random } from "./lib/helpers/random.ts";
export type { SleepOptions, TimeProvider } from "./lib/helpers/time_provider.ts";
export type {
  HubSubscriber,
  InProcessHub,
  RoutedMessage,
} from "./lib/message_bus/in_process_hub.ts";
export type {
  BusMessage,
  MessageBus,
  MessageHandler,
  RequestOptions,
  SubscribeOptions,
  Subscription,
} from "./lib/message_bus/message_bus.ts";
export type { OpenMessageBusDeps } from "./lib/message_bus/open_message_bus.ts";
export type { App } from "./lib/models/app.ts";
export type { AppId } from "./lib/models/app_key.ts";
export type { Credentials } from "./lib/models/basic_auth.ts";
export type { CrashCount } from "./lib/models/crash_count.ts";
export type { AppState, DesiredAppState, PackageState } from "./lib/models/desired_app_state.ts";
export type { Decider, Decision, DecisionKind } from "./lib/models/decision.ts";
export type { DropletExited } from "./lib/models/droplet_exited.ts";
export type { Heartbeat, ParsedHeartbeat } from "./lib/models/heartbeat.ts";
export type { HeldKind, Hold, HoldSource } from "./lib/models/hold.ts";
export type {
  InstanceHeartbeat,
  InstanceId,
  InstanceState,
} from "./lib/models/instance_heartbeat.ts";
export type { PendingMessage } from "./lib/models/pending_message.ts";
export type {
  PendingStartMessage,
  PendingStartOptions,
  StartReason,
} from "./lib/models/pending_start_message.ts";
export type {
  PendingStopMessage,
  PendingStopOptions,
  StopReason,
} from "./lib/models/pending_stop_message.ts";
export type { Queued } from "./lib/models/queued.ts";
export type { StartMessage } from "./lib/models/start_message.ts";
export type { StopMessage } from "./lib/models/stop_message.ts";
export type { ToClaim } from "./lib/outbox/claim.ts";
export type { EnqueueItem } from "./lib/outbox/enqueue_plan.ts";
export type {
  CorruptMessage,
  EnqueueResult,
  ListOptions,
  OutboxContents,
} from "./lib/outbox/outbox.ts";
export type { PendingMessageOfAnyKind } from "./lib/outbox/queue_record.ts";
export type { ReplaceOutcome } from "./lib/outbox/replace_start.ts";
export type {
  DroppedMessage,
  PassInput,
  PassPlan,
  QueuedStart,
  QueuedStop,
  QueuePlan,
  StartPlan,
  StopToSend,
} from "./lib/sender/select_due.ts";
export type { SendReport } from "./lib/sender/sender.ts";
export type { CorruptRecords } from "./lib/store/collections/corrupt_records.ts";
export type { ReadDecisionsOptions } from "./lib/store/collections/decisions.ts";
export type { Fleet } from "./lib/store/collections/fleet.ts";
export type {
  Freshness,
  FreshnessStatus,
  ReadFreshnessOptions,
} from "./lib/store/collections/freshness.ts";
export type { ReadAppsOptions, ReadOptions } from "./lib/store/collections/read_options.ts";
export type { Fence } from "./lib/store/fence.ts";
export type { Leadership } from "./lib/store/held_leadership.ts";
export type { CampaignOptions } from "./lib/store/leadership.ts";
export type { OpenStoreDeps } from "./lib/store/open_store.ts";
export type {
  Entry,
  Guard,
  LeaseStatus,
  Mutation,
  RangeOptions,
  RangePage,
  Store,
  Transaction,
  TransactionResult,
  WatchBatch,
  WatchEvent,
  WatchOptions,
} from "./lib/store/store.ts";
