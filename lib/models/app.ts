/**
 * An App: one version of one droplet, with what is desired of it and what is seen of it. The questions
 * the rules ask are answered here, so that analyzer, sender and metrics count alike (MOD-25 to MOD-40).
 *
 * @module
 */

import { type AppId, appKey } from "./app_key.ts";
import { type CrashCount, crashCountToWire } from "./crash_count.ts";
import { type DesiredAppState, desiredAppStateToWire } from "./desired_app_state.ts";
import {
  type InstanceHeartbeat,
  instanceHeartbeatToWire,
  isStartingOrRunning,
} from "./instance_heartbeat.ts";

/** Desired and actual state of one app, as of one moment. */
export interface App extends AppId {
  /** Absent when the app is not desired (MOD-26). */
  readonly desired?: DesiredAppState;
  /** Instances on DEAs that are present, in no particular order. */
  readonly instances: readonly InstanceHeartbeat[];
  /** At most one an index; an index that never crashed has none. */
  readonly crashCounts: readonly CrashCount[];
}

/** An app of which nothing is known but its name. */
export function emptyApp(id: AppId): App {
  return { appGuid: id.appGuid, appVersion: id.appVersion, instances: [], crashCounts: [] };
}

/** Whether the Cloud Controller wants the app at all (MOD-26). */
export function isDesired(app: App): boolean {
  return app.desired !== undefined;
}

/** How many instances are desired; 0 for an undesired app. */
export function desiredInstances(app: App): number {
  return app.desired?.instances ?? 0;
}

/** Whether the app's droplet is ready to run (MOD-27). */
export function isStaged(app: App): boolean {
  return app.desired?.packageState === "STAGED";
}

/** Whether an instance is desired at `index` (MOD-25). */
export function isIndexDesired(app: App, index: number): boolean {
  return index >= 0 && index < desiredInstances(app);
}

/** The instances at `index`, in any state (MOD-36). */
export function instancesAtIndex(app: App, index: number): InstanceHeartbeat[] {
  return app.instances.filter((instance) => instance.instanceIndex === index);
}

/** The starting or running instances at `index` (MOD-30). */
export function startingOrRunningAtIndex(app: App, index: number): InstanceHeartbeat[] {
  return instancesAtIndex(app, index).filter(isStartingOrRunning);
}

/** The evacuating instances at `index` (MOD-31). */
export function evacuatingAtIndex(app: App, index: number): InstanceHeartbeat[] {
  return instancesAtIndex(app, index).filter((instance) => instance.state === "EVACUATING");
}

/** The instance with this guid, if the app has it (MOD-40: never a zero record). */
export function instanceWithGuid(app: App, guid: string): InstanceHeartbeat | undefined {
  return app.instances.find((instance) => instance.instanceGuid === guid);
}

/** Whether anything of the app is starting or running. */
export function hasStartingOrRunning(app: App): boolean {
  return app.instances.some(isStartingOrRunning);
}

/** Starting or running instances at indices that are not desired (MOD-28). */
export function extraInstances(app: App): InstanceHeartbeat[] {
  return app.instances.filter((instance) =>
    isStartingOrRunning(instance) && !isIndexDesired(app, instance.instanceIndex)
  );
}

/** How many desired indices have a starting or running instance (MOD-29). */
export function desiredIndicesRunning(app: App): number {
  return countDesiredIndices(app, isStartingOrRunning);
}

/** How many desired indices have an instance in any state (MOD-32). */
export function desiredIndicesReporting(app: App): number {
  return countDesiredIndices(app, () => true);
}

/** How many instances are starting or running, wherever (MOD-33). */
export function startingOrRunningInstances(app: App): number {
  return app.instances.filter(isStartingOrRunning).length;
}

/** How many instances are crashed (MOD-34). */
export function crashedInstances(app: App): number {
  return app.instances.filter((instance) => instance.state === "CRASHED").length;
}

/** How many indices have only crashed instances to show for starting or running (MOD-35). */
export function crashedIndices(app: App): number {
  const alive = new Set(app.instances.filter(isStartingOrRunning).map((i) => i.instanceIndex));
  const crashed = new Set(
    app.instances.filter((i) => i.state === "CRASHED").map((i) => i.instanceIndex),
  );
  return [...crashed].filter((index) => !alive.has(index)).length;
}

/** The crash count of `index`; a new one of 0, created at `now` (Unix seconds), if there is none (MOD-17). */
// deno-lint-ignore house/max-params -- `now` comes last wherever the time is passed in
export function crashCountAtIndex(app: App, index: number, now: number): CrashCount {
  const found = app.crashCounts.find((count) => count.instanceIndex === index);
  if (found !== undefined) return found;
  const { appGuid, appVersion } = app;
  return { appGuid, appVersion, instanceIndex: index, crashCount: 0, createdAt: now };
}

/**
 * The answer to `app.state` and `/bulk_app_state` (MOD-37 to MOD-39): lists are never null, and an
 * undesired app's `desired` is an object of empty strings and 0.
 */
export function appToWire(app: App): Record<string, unknown> {
  return {
    "droplet": app.appGuid,
    "version": app.appVersion,
    "desired": app.desired === undefined
      ? { "id": "", "version": "", "instances": 0, "state": "", "package_state": "" }
      : desiredAppStateToWire(app.desired),
    "instance_heartbeats": app.instances.map(instanceHeartbeatToWire),
    "crash_counts": app.crashCounts.map(crashCountToWire),
  };
}

/** Orders apps by key, for output that does not change from run to run. */
export function byAppKey(a: AppId, b: AppId): number {
  const left = appKey(a);
  const right = appKey(b);
  return left < right ? -1 : left > right ? 1 : 0;
}

function countDesiredIndices(app: App, counts: (instance: InstanceHeartbeat) => boolean): number {
  const indices = new Set<number>();
  for (const instance of app.instances) {
    if (isIndexDesired(app, instance.instanceIndex) && counts(instance)) {
      indices.add(instance.instanceIndex);
    }
  }
  return indices.size;
}
