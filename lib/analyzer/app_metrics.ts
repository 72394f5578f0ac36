/**
 * The ten gauges that say how the fleet is, added up over its apps (MET-03 to MET-17). What one app adds
 * is a figure of its own, so that a change to one app need not count the others again.
 *
 * @module
 */

import { type App, desiredInstances, isIndexDesired } from "../models/app.ts";
import { isWanted } from "../models/desired_app_state.ts";
import type { InstanceState } from "../models/instance_heartbeat.ts";
import type { FleetGaugeName } from "../store/collections/metrics.ts";

/** The ten gauges. All are whole numbers, all -1 when nothing fresh is known (MET-03, MET-30). */
export interface FleetMetrics {
  /** Desired, staged apps whose every desired index has an instance, in whatever state. */
  readonly appsWithAllInstancesReporting: number;
  /** Desired, staged apps with a desired index at which nothing reports. */
  readonly appsWithMissingInstances: number;
  /** Apps that nobody wants and of which something starts or runs. */
  readonly undesiredRunningApps: number;
  /** Instances that start or run, wherever (MOD-33). */
  readonly runningInstances: number;
  /** Desired indices of staged apps at which nothing reports. */
  readonly missingIndices: number;
  /** Instances that report CRASHED, wherever (MOD-34). */
  readonly crashedInstances: number;
  /** Indices that have crashed instances and none that starts or runs (MOD-35). */
  readonly crashedIndices: number;
  /** Desired, staged apps. */
  readonly desiredApps: number;
  /** Instances desired of them. */
  readonly desiredInstances: number;
  /** Desired apps that are not staged yet; they count in no other gauge of what is desired (REG-23). */
  readonly desiredAppsPendingStaging: number;
}

type MutableFleetMetrics = { -readonly [K in keyof FleetMetrics]: FleetMetrics[K] };

/** What the gauges stand at when the store is stale or cannot be read (MET-03, MET-04). */
export const UNKNOWN_FLEET_METRICS: FleetMetrics = Object.freeze(allAt(-1));

/** The gauges over all apps. */
export function fleetMetrics(apps: Iterable<App>): FleetMetrics {
  const total = allAt(0);
  for (const app of apps) add(total, appMetrics(app));
  return total;
}

/** What one app adds to the gauges. */
export function appMetrics(app: App): FleetMetrics {
  const metrics = allAt(0);
  countDesired(app, metrics);
  countActual(app, metrics);
  return metrics;
}

/** The gauges under the names that the original gave them (behaviour.md 18). */
export function fleetMetricsToGauges(metrics: FleetMetrics): Record<FleetGaugeName, number> {
  return {
    "NumberOfAppsWithAllInstancesReporting": metrics.appsWithAllInstancesReporting,
    "NumberOfAppsWithMissingInstances": metrics.appsWithMissingInstances,
    "NumberOfUndesiredRunningApps": metrics.undesiredRunningApps,
    "NumberOfRunningInstances": metrics.runningInstances,
    "NumberOfMissingIndices": metrics.missingIndices,
    "NumberOfCrashedInstances": metrics.crashedInstances,
    "NumberOfCrashedIndices": metrics.crashedIndices,
    "NumberOfDesiredApps": metrics.desiredApps,
    "NumberOfDesiredInstances": metrics.desiredInstances,
    "NumberOfDesiredAppsPendingStaging": metrics.desiredAppsPendingStaging,
  };
}

function countDesired(app: App, metrics: MutableFleetMetrics): void {
  if (app.desired === undefined || !isWanted(app.desired)) return;
  if (app.desired.packageState === "PENDING") {
    metrics.desiredAppsPendingStaging = 1;
    return;
  }
  const missing = desiredInstances(app) - reportingIndices(app);
  metrics.desiredApps = 1;
  metrics.desiredInstances = desiredInstances(app);
  metrics.missingIndices = missing;
  metrics.appsWithMissingInstances = missing > 0 ? 1 : 0;
  metrics.appsWithAllInstancesReporting = missing > 0 ? 0 : 1;
}

function countActual(app: App, metrics: MutableFleetMetrics): void {
  for (const { state } of app.instances) {
    if (isServing(state)) metrics.runningInstances += 1;
    else if (state === "CRASHED") metrics.crashedInstances += 1;
  }
  // Most apps have no crashed instance, and there are many apps.
  if (metrics.crashedInstances > 0) metrics.crashedIndices = crashedIndices(app);
  const wanted = app.desired !== undefined && isWanted(app.desired);
  metrics.undesiredRunningApps = !wanted && metrics.runningInstances > 0 ? 1 : 0;
}

function crashedIndices(app: App): number {
  const serving = new Set<number>();
  const crashed = new Set<number>();
  for (const { state, instanceIndex } of app.instances) {
    if (isServing(state)) serving.add(instanceIndex);
    else if (state === "CRASHED") crashed.add(instanceIndex);
  }
  return crashed.difference(serving).size;
}

function isServing(state: InstanceState): boolean {
  return state === "RUNNING" || state === "STARTING";
}

function reportingIndices(app: App): number {
  const indices = new Set<number>();
  for (const { instanceIndex } of app.instances) {
    if (isIndexDesired(app, instanceIndex)) indices.add(instanceIndex);
  }
  return indices.size;
}

function add(total: MutableFleetMetrics, part: FleetMetrics): void {
  total.appsWithAllInstancesReporting += part.appsWithAllInstancesReporting;
  total.appsWithMissingInstances += part.appsWithMissingInstances;
  total.undesiredRunningApps += part.undesiredRunningApps;
  total.runningInstances += part.runningInstances;
  total.missingIndices += part.missingIndices;
  total.crashedInstances += part.crashedInstances;
  total.crashedIndices += part.crashedIndices;
  total.desiredApps += part.desiredApps;
  total.desiredInstances += part.desiredInstances;
  total.desiredAppsPendingStaging += part.desiredAppsPendingStaging;
}

function allAt(value: number): MutableFleetMetrics {
  return {
    appsWithAllInstancesReporting: value,
    appsWithMissingInstances: value,
    undesiredRunningApps: value,
    runningInstances: value,
    missingIndices: value,
    crashedInstances: value,
    crashedIndices: value,
    desiredApps: value,
    desiredInstances: value,
    desiredAppsPendingStaging: value,
  };
}
