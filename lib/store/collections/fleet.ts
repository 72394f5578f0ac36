/**
 * The whole fleet at one revision: every app that is desired or has an instance on a DEA that is present,
 * with its crash counts (APP-01 to APP-11, STO-17 to STO-29, I12). All parts are read as of the same
 * revision, so that no decision rests on two moments.
 *
 * @module
 */

import type { App } from "../../models/app.ts";
import { type AppId, appKey } from "../../models/app_key.ts";
import type { CrashCount } from "../../models/crash_count.ts";
import type { DesiredAppState } from "../../models/desired_app_state.ts";
import type { InstanceHeartbeat } from "../../models/instance_heartbeat.ts";
import type { StoreLayout } from "../layout.ts";
import type { Store } from "../store.ts";
import { readInstances, readPresence } from "./actual_state.ts";
import { corruptRecordsOf } from "./corrupt_records.ts";
import { readCrashCounts } from "./crash_counts.ts";
import { readDesiredState } from "./desired_state.ts";
import type { ReadAppsOptions } from "./read_options.ts";

/** Apps, as of `revision`. */
export interface Fleet {
  /** Revision of the store that everything here is of. */
  readonly revision: number;
  /** By app key; apps with crash counts alone are not among them (APP-02, APP-06). */
  readonly apps: ReadonlyMap<string, App>;
  /** Guids of the DEAs that sent a heartbeat within the TTL; only their instances are seen. */
  readonly presentDeas: ReadonlySet<string>;
  /** Records that could not be read and were skipped. */
  readonly corrupt: number;
}

/**
 * Reads the fleet, or what of it is of one app. Nothing stored is an empty fleet (STO-17); a corrupt record costs only itself
 * (STO-26, APP-10).
 *
 * @throws {CompactedError} when the revision was compacted away while reading: read again
 */
export async function readFleet(
  store: Store,
  layout: StoreLayout,
  options: ReadAppsOptions = {},
): Promise<Fleet> {
  const corruptRecords = corruptRecordsOf(options);
  const presence = await readPresence(store, layout, { ...options, corruptRecords });
  const { revision } = presence;
  const asOf = { revision, corruptRecords, appGuid: options.appGuid };
  const desired = await readDesiredState(store, layout, asOf);
  const crashes = await readCrashCounts(store, layout, asOf);
  const builder = new FleetBuilder(desired.apps, crashes.counts);
  let corrupt = desired.corrupt.size + crashes.corrupt;
  for await (const page of readInstances(store, layout, asOf)) {
    corrupt += page.corrupt;
    for (const { app, instance } of page.instances) {
      if (presence.deaGuids.has(instance.deaGuid)) builder.addInstance(app, instance);
    }
  }
  return { revision, apps: builder.apps, presentDeas: presence.deaGuids, corrupt };
}

/** The app, if it is desired or has an instance; undefined otherwise (APP-04 to APP-08). */
export function readApp(fleet: Fleet, id: AppId): App | undefined {
  return fleet.apps.get(appKey(id));
}

/** An app whose instances are still being added. */
interface GrowingApp extends App {
  readonly instances: InstanceHeartbeat[];
}

class FleetBuilder {
  readonly apps = new Map<string, GrowingApp>();
  readonly #crashes: ReadonlyMap<string, readonly CrashCount[]>;

  constructor(
    desired: ReadonlyMap<string, DesiredAppState>,
    crashes: ReadonlyMap<string, readonly CrashCount[]>,
  ) {
    this.#crashes = crashes;
    for (const [key, state] of desired) {
      this.apps.set(key, { ...this.#emptyApp(key, state), desired: state });
    }
  }

  addInstance(app: AppId & { readonly key: string }, instance: InstanceHeartbeat): void {
    let known = this.apps.get(app.key);
    if (known === undefined) {
      known = this.#emptyApp(app.key, app);
      this.apps.set(app.key, known);
    }
    known.instances.push(instance);
  }

  #emptyApp(key: string, id: AppId): GrowingApp {
    const { appGuid, appVersion } = id;
    return { appGuid, appVersion, instances: [], crashCounts: this.#crashes.get(key) ?? [] };
  }
}
