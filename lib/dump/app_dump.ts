/**
 * What `dump` knows of one app: the app itself and the messages that wait for it. Apps of which only
 * messages are left are dumped too: a queue is looked at most when it holds what it should not.
 *
 * @module
 */

import { type App, byAppKey, emptyApp } from "../models/app.ts";
import { type AppId, appKey } from "../models/app_key.ts";
import { crashCountToWire } from "../models/crash_count.ts";
import { desiredAppStateToWire } from "../models/desired_app_state.ts";
import { instanceHeartbeatToWire } from "../models/instance_heartbeat.ts";
import { type PendingStartMessage, pendingStartToWire } from "../models/pending_start_message.ts";
import { type PendingStopMessage, pendingStopToWire } from "../models/pending_stop_message.ts";

/** One app with its pending messages. */
export interface AppDump {
  readonly app: App;
  readonly pendingStarts: readonly PendingStartMessage[];
  readonly pendingStops: readonly PendingStopMessage[];
}

/** What is put together into app dumps. */
export interface DumpSources {
  readonly apps: Iterable<App>;
  readonly pendingStarts: readonly PendingStartMessage[];
  readonly pendingStops: readonly PendingStopMessage[];
}

/** Every app with its messages, ordered by app key (CLI-09). */
export function collectAppDumps(sources: DumpSources): AppDump[] {
  const dumps = new Map<string, MutableDump>();
  const dumpOf = (id: AppId): MutableDump => {
    const found = dumps.get(appKey(id));
    if (found !== undefined) return found;
    const made = { app: emptyApp(id), pendingStarts: [], pendingStops: [] };
    dumps.set(appKey(id), made);
    return made;
  };
  for (const app of sources.apps) dumpOf(app).app = app;
  for (const start of sources.pendingStarts) dumpOf(start).pendingStarts.push(start);
  for (const stop of sources.pendingStops) dumpOf(stop).pendingStops.push(stop);
  return [...dumps.values()].sort((a, b) => byAppKey(a.app, b.app)).map(ordered);
}

/** The JSON form of an app dump: wire names, `desired` null when the app is not desired. */
export function appDumpToWire(dump: AppDump): Record<string, unknown> {
  const { app } = dump;
  return {
    "droplet": app.appGuid,
    "version": app.appVersion,
    "desired": app.desired === undefined ? null : desiredAppStateToWire(app.desired),
    "instance_heartbeats": app.instances.map(instanceHeartbeatToWire),
    "crash_counts": app.crashCounts.map(crashCountToWire),
    "pending_starts": dump.pendingStarts.map(pendingStartToWire),
    "pending_stops": dump.pendingStops.map(pendingStopToWire),
  };
}

interface MutableDump {
  app: App;
  readonly pendingStarts: PendingStartMessage[];
  readonly pendingStops: PendingStopMessage[];
}

function ordered(dump: MutableDump): AppDump {
  const { app } = dump;
  const instances = [...app.instances].sort((a, b) =>
    a.instanceIndex - b.instanceIndex || byText(a.instanceGuid, b.instanceGuid)
  );
  const crashCounts = [...app.crashCounts].sort((a, b) => a.instanceIndex - b.instanceIndex);
  return {
    app: { ...app, instances, crashCounts },
    pendingStarts: dump.pendingStarts.sort((a, b) => a.instanceIndex - b.instanceIndex),
    pendingStops: dump.pendingStops.sort((a, b) => byText(a.instanceGuid, b.instanceGuid)),
  };
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
