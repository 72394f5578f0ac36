/**
 * What two readers of a fleet can be compared by: everything they know, in an order that does not depend
 * on how they came to know it.
 *
 * @module
 */

import type { FleetView } from "../lib/mirror/fleet_view.ts";
import type { App } from "../lib/models/app.ts";
import { appKey } from "../lib/models/app_key.ts";
import type { PendingStartMessage } from "../lib/models/pending_start_message.ts";
import type { PendingStopMessage } from "../lib/models/pending_stop_message.ts";
import type { OutboxContents } from "../lib/outbox/outbox.ts";
import type { Fleet } from "../lib/store/collections/fleet.ts";

/** A fleet and its queues. */
export interface FleetRecord {
  readonly revision: number;
  /** By app key. */
  readonly apps: Readonly<Record<string, App>>;
  readonly presentDeas: number;
  readonly starts: readonly unknown[];
  readonly stops: readonly unknown[];
  /** By app key: for which indices and instances something waits; apps without are left out. */
  readonly pending: Readonly<Record<string, readonly (number | string)[]>>;
  readonly corruptMessages: readonly unknown[];
}

/** What a full read found. */
export function recordOfFleet(fleet: Fleet, queue: OutboxContents): FleetRecord {
  return {
    revision: fleet.revision,
    apps: byKey([...fleet.apps]),
    presentDeas: fleet.presentDeas.size,
    starts: sorted(queue.starts),
    stops: sorted(queue.stops),
    pending: pendingOf([...queue.starts, ...queue.stops].map(({ message }) => message)),
    corruptMessages: sorted(queue.corrupt),
  };
}

/** What a view holds. */
export function recordOfView(view: FleetView): FleetRecord {
  const apps = [...view.keys()].flatMap((key): [string, App][] => {
    const app = view.app(key);
    return app === undefined ? [] : [[key, app]];
  });
  return {
    revision: view.revision,
    apps: byKey(apps),
    presentDeas: view.presentDeas,
    starts: sorted(view.starts()),
    stops: sorted(view.stops()),
    pending: Object.fromEntries(
      view.pendingKeys().map((key) => {
        const { starts, stops } = view.pending(key);
        return [key, sorted([...starts.keys(), ...stops.keys()])];
      }),
    ),
    corruptMessages: sorted(view.corruptMessages()),
  };
}

function pendingOf(
  messages: readonly (PendingStartMessage | PendingStopMessage)[],
): Record<string, (number | string)[]> {
  const names = Map.groupBy(messages, (message) => appKey(message));
  return Object.fromEntries([...names].map(([key, ofApp]) => [
    key,
    sorted(ofApp.map((m) => "instanceIndex" in m ? m.instanceIndex : m.instanceGuid)),
  ]));
}

function byKey(apps: readonly [string, App][]): Record<string, App> {
  return Object.fromEntries(apps.map(([key, app]) => {
    const { instances, crashCounts } = app;
    return [key, { ...app, instances: sorted(instances), crashCounts: sorted(crashCounts) }];
  }));
}

function sorted<T>(values: Iterable<T>): T[] {
  return [...values].sort((a, b) => textOf(a) < textOf(b) ? -1 : 1);
}

/** The same for two values that are equal, whatever the order of their members. */
function textOf(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  const members = Object.entries(value).map(([name, member]) => `${name}=${textOf(member)}`);
  return members.sort().join(" ");
}
