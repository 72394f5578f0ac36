/**
 * Every figure there is: its name, whether it counts or stands for a moment, and what it says. Only these
 * can be touched, so that none is served without a word on what it is, and none lands under a name that
 * nobody knows (MET-29). Names are the original's where it had one (behaviour.md 18), snake_case otherwise.
 *
 * @module
 */

/** What is known of a figure. */
export interface MetricInfo {
  /** A counter only grows; a gauge stands for the moment it was last set. */
  readonly kind: "counter" | "gauge";
  /** One sentence on what it says. */
  readonly help: string;
  /** Its name and unit in Prometheus's text format, where they do not follow from the name. */
  readonly prometheus?: {
    readonly name: string;
    /** What a value is divided by: Prometheus counts in seconds, and in ratios. */
    readonly divisor: number;
  };
}

/** The counters, and what each says. */
export const COUNTERS = {
  "StartCrashed": "Starts sent because an instance crashed",
  "StartMissing": "Starts sent because an instance was missing",
  "StartEvacuating": "Starts sent because an instance evacuates",
  "StopExtra": "Stops sent because an instance is not desired",
  "StopDuplicate": "Stops sent because another instance runs at the same index",
  "StopEvacuationComplete": "Stops sent because what replaces an evacuating instance runs",
  "ReceivedHeartbeats": "Heartbeats that DEAs sent and that could be read",
  "SavedHeartbeats": "Heartbeats that were saved to the store",
  "heartbeats_rejected": "Heartbeats that could not be read",
  "heartbeat_instances_rejected":
    "Instances left out of a heartbeat because they could not be read",
  "heartbeats_refused": "Heartbeats refused because too many wait already",
  "heartbeats_replaced":
    "Heartbeats that a newer one of the same DEA took the place of before they were saved",
  "flush_failures": "Flushes of heartbeats that failed",
  "slow_flushes": "Flushes that took a heartbeat period or longer",
  "freshness_bump_failures": "Bumps of actual freshness that failed",
  "departed_deas": "DEAs that fell silent and whose instances were removed",
  "sweep_failures": "Removals of what departed DEAs left behind that failed",
  "starts_queued": "Starts the analyzer queued",
  "stops_queued": "Stops the analyzer queued",
  "messages_dropped": "Queued messages deleted because they are not right any more",
  "publish_failures": "Messages that could not be published",
  "mirror_listings": "Times the fleet was listed whole instead of watched",
  "mirror_divergences": "Apps of which the mirror and the store did not say the same",
  "corrupt_records": "Records in the store that could not be read",
  "corrupt_messages_discarded": "Queued messages that could not be read and were deleted",
  "droplet_exited_received": "Reports of instances that ended",
  "droplet_exited_rejected": "Reports of instances that ended and could not be read",
  "evacuation_starts_queued": "Starts the evacuator queued",
  "evacuation_starts_dropped": "Starts the evacuator could not queue",
  "api_app_state_requests": "Questions for the state of an app over the message bus",
  "api_bulk_requests": "Questions for the state of apps over HTTP",
  "api_empty_answers": "Questions answered with an empty object",
  "api_requests": "Questions to the routes under /v1",
  "api_unauthorized": "Requests without the right credentials",
  "api_errors": "Requests that could not be answered",
  "message_handler_errors": "Messages whose handler failed",
  "message_bus_connect_errors": "Attempts to connect to the message bus that failed",
  "message_bus_disconnects": "Times the message bus was lost",
  "message_bus_reconnects": "Times the message bus was found again",
  "message_bus_errors": "Errors the message bus reported",
  "message_bus_dropped_messages": "Messages dropped because their subscriber is too slow",
  "shredder_deleted_versions": "Obsolete schema versions deleted from the store",
  "decisions_lost": "Decisions that could not be recorded in the decision log",
  "trace_spans_exported": "Spans that a collector of traces has taken",
  "trace_spans_dropped":
    "Spans that no collector of traces has taken, or for which there was no room",
  "metrics_store_failures": "Attempts to store figures that failed",
} as const;

/** The gauges, and what each says. */
export const GAUGES = {
  "NumberOfAppsWithAllInstancesReporting":
    "Desired, staged apps whose every desired index has an instance; -1 when unknown",
  "NumberOfAppsWithMissingInstances":
    "Desired, staged apps with an index at which nothing reports; -1 when unknown",
  "NumberOfUndesiredRunningApps":
    "Apps that nobody wants and of which something runs; -1 when unknown",
  "NumberOfRunningInstances": "Instances that start or run; -1 when unknown",
  "NumberOfMissingIndices": "Desired indices at which nothing reports; -1 when unknown",
  "NumberOfCrashedInstances": "Instances that crashed; -1 when unknown",
  "NumberOfCrashedIndices": "Indices with crashed instances only; -1 when unknown",
  "NumberOfDesiredApps": "Desired, staged apps; -1 when unknown",
  "NumberOfDesiredInstances": "Instances desired of staged apps; -1 when unknown",
  "NumberOfDesiredAppsPendingStaging": "Desired apps that are not staged yet; -1 when unknown",
  "DesiredStateSyncTimeInMilliseconds":
    "How long it last took to bring the store in step with the desired state",
  "ActualStateListenerStoreUsagePercentage":
    "Share of the flush interval that the last flush of heartbeats took",
  "flush_duration_ms": "How long the last save of heartbeats took",
  "flush_lag_ms": "How long the heartbeat that waited longest had waited when it was last saved",
  "heartbeats_waiting": "DEAs whose heartbeats waited when the last flush began",
  "deas_per_flush": "DEAs whose heartbeats the last flush saved",
  "deas": "DEAs that are present",
  "breaker_dea_loss": "1 while starts are held because too many DEAs are gone, else 0",
  "breaker_mass_stop": "1 while stops are held because too much would be stopped at once, else 0",
  "breaker_desired_shrink":
    "1 while stops are held because the desired state shrank implausibly, else 0",
  "starts_held": "Starts that are due and wait for a hold to end",
  "stops_held": "Stops that are due and wait for a hold to end",
  "starts_throttled": "Starts that were due and right in the last pass, and found no room in it",
  "message_bus_connected":
    "1 while there is a connection to the message bus, 0 while there is none",
  "mirror_listed":
    "1 while there is a view of the whole fleet, 0 while it is lost or not complete yet",
  "mirror_caught_up_timestamp":
    "When the view of the fleet last held all that stood in the store, in Unix seconds",
  "mirror_revision": "The revision of the store up to which the view of the fleet goes",
  "mirror_deas": "DEAs that are present in the view of the fleet",
  "mirror_instances": "Instance records in the view of the fleet, of departed DEAs too",
} as const;

/** The name of a counter. */
export type CounterName = keyof typeof COUNTERS;

/** The name of a gauge. */
export type GaugeName = keyof typeof GAUGES;

/** The name of any figure. */
export type MetricName = CounterName | GaugeName;

const PROMETHEUS: Readonly<Partial<Record<MetricName, MetricInfo["prometheus"]>>> = {
  "DesiredStateSyncTimeInMilliseconds": { name: "desired_state_sync_seconds", divisor: 1000 },
  "ActualStateListenerStoreUsagePercentage": {
    name: "actual_state_listener_store_usage_ratio",
    divisor: 100,
  },
  "flush_duration_ms": { name: "flush_duration_seconds", divisor: 1000 },
  "flush_lag_ms": { name: "flush_lag_seconds", divisor: 1000 },
  "mirror_caught_up_timestamp": { name: "mirror_caught_up_timestamp_seconds", divisor: 1 },
};

/** Every figure by name. */
export const METRICS: ReadonlyMap<MetricName, MetricInfo> = new Map([
  ...entriesOf("counter", COUNTERS),
  ...entriesOf("gauge", GAUGES),
]);

function entriesOf<Name extends MetricName>(
  kind: MetricInfo["kind"],
  helps: Readonly<Record<Name, string>>,
): [Name, MetricInfo][] {
  return (Object.entries(helps) as [Name, string][]).map(([name, help]) => {
    const prometheus = PROMETHEUS[name];
    return [name, { kind, help, ...(prometheus && { prometheus }) }];
  });
}
