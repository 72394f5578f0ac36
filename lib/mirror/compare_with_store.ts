/**
 * Proves of a mirror that it holds what stands in the store: everything is read once more, and every app
 * that nothing happened to meanwhile is compared. Apps that change while this goes on say nothing; there
 * is a next time.
 *
 * @module
 */

import type { App } from "../models/app.ts";
import type { InstanceHeartbeat } from "../models/instance_heartbeat.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";
import type { OutboxContents } from "../outbox/outbox.ts";
import { type Fleet, readFleet } from "../store/collections/fleet.ts";
import type { ReadOptions } from "../store/collections/read_options.ts";
import type { StoreLayout } from "../store/layout.ts";
import type { Store } from "../store/store.ts";
import type { FleetMirror } from "./fleet_mirror.ts";
import type { FleetView } from "./fleet_view.ts";

const APPS_PER_TURN = 2_000;

/** What comparing takes. */
export interface CompareDeps {
  readonly mirror: FleetMirror;
  readonly store: Store;
  readonly layout: StoreLayout;
  readonly time: TimeProvider;
  readonly outbox: { list(options: { readonly revision: number }): Promise<OutboxContents> };
  readonly readOptions: ReadOptions;
}

/** What came of a comparison. */
export interface Comparison {
  /** What was read of the store. */
  readonly fleet: Fleet;
  readonly queue: OutboxContents;
  /** How many apps were compared. */
  readonly compared: number;
  /** The keys of the apps that differ. */
  readonly different: readonly string[];
  /** Whether nothing has happened to the app since before the store was read. */
  untouched(appKey: string): boolean;
  /** Ends the note that is taken of what happens. */
  [Symbol.dispose](): void;
}

/**
 * Compares a mirror with the store; undefined if the mirror was listed anew meanwhile.
 *
 * @throws {StoreUnavailableError} when the store or the mirror fails
 * @throws {CompactedError} when the store was compacted while it was read
 */
export async function compareWithStore(deps: CompareDeps): Promise<Comparison | undefined> {
  const { mirror, store, layout } = deps;
  const feed = mirror.subscribe();
  let kept = false;
  try {
    const view = await mirror.caughtUp();
    feed.take();
    const fleet = await readFleet(store, layout, deps.readOptions);
    const queue = await deps.outbox.list({ revision: fleet.revision });
    if (await mirror.caughtUp() !== view) return undefined;
    const untouched = (appKey: string) => !feed.hasApp(appKey);
    const pendingOf = pendingNames(queue);
    const keys = new Set([...fleet.apps.keys(), ...view.keys(), ...pendingOf.keys()]);
    const different: string[] = [];
    let compared = 0;
    for (const key of keys) {
      if (compared % APPS_PER_TURN === APPS_PER_TURN - 1) await deps.time.breathe();
      if (mirror.view !== view) return undefined;
      if (!untouched(key)) continue;
      compared += 1;
      const same = sameApp(fleet.apps.get(key), view.app(key)) &&
        (pendingOf.get(key) ?? "") === pendingText(view, key);
      if (!same) different.push(key);
    }
    const end = () => mirror.unsubscribe(feed);
    kept = true;
    return { fleet, queue, compared, different, untouched, [Symbol.dispose]: end };
  } finally {
    if (!kept) mirror.unsubscribe(feed);
  }
}

function sameApp(a: App | undefined, b: App | undefined): boolean {
  return a === undefined || b === undefined ? a === b : appText(a) === appText(b);
}

function appText(app: App): string {
  const { desired, instances, crashCounts } = app;
  return [
    desired === undefined ? "" : `${desired.instances},${desired.state},${desired.packageState}`,
    ...instances.map(instanceText).sort(),
    ...crashCounts.map((c) => `${c.instanceIndex}:${c.crashCount}:${c.createdAt}`).sort(),
  ].join("|");
}

function instanceText(instance: InstanceHeartbeat): string {
  const { deaGuid, instanceGuid, instanceIndex, state, stateTimestamp } = instance;
  return `${deaGuid},${instanceGuid},${instanceIndex},${state},${stateTimestamp}`;
}

/** For which indices and instances something waits, by app. */
function pendingNames({ starts, stops }: OutboxContents): Map<string, string> {
  const names = new Map<string, string[]>();
  const of = (message: { readonly appGuid: string; readonly appVersion: string }) => {
    const key = `${message.appGuid},${message.appVersion}`;
    const found = names.get(key) ?? [];
    names.set(key, found);
    return found;
  };
  for (const { message } of starts) of(message).push(`start ${message.instanceIndex}`);
  for (const { message } of stops) of(message).push(`stop ${message.instanceGuid}`);
  return new Map([...names].map(([key, list]) => [key, list.sort().join()]));
}

function pendingText(view: FleetView, key: string): string {
  const { starts, stops } = view.pending(key);
  if (starts.size === 0 && stops.size === 0) return "";
  return [
    ...[...starts.keys()].map((index) => `start ${index}`),
    ...[...stops.keys()].map((guid) => `stop ${guid}`),
  ].sort().join();
}
