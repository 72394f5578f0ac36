/**
 * Who is desired and who is where, kept up to date record by record. An instance is seen while its DEA is
 * present (design: actual state); the records of a departed DEA are kept until they are removed, for it
 * may come back. Every app of which anything visible changes is told. Pure bookkeeping.
 *
 * @module
 */

import type { App } from "../models/app.ts";
import { type AppId, appKey, parseAppKey } from "../models/app_key.ts";
import type { CrashCount } from "../models/crash_count.ts";
import type { DesiredAppState } from "../models/desired_app_state.ts";
import type { InstanceHeartbeat, InstanceId } from "../models/instance_heartbeat.ts";
import type { DecodedInstance, KnownApps } from "../store/collections/instance_entry.ts";
import { flatText } from "../models/flat_text.ts";
import { AppRow, DeaRow, InstanceRow } from "./rows.ts";

/** Is told the key of an app that has changed. */
export type OnAppChange = (appKey: string) => void;

/** Apps, instances and DEAs. */
export class FleetTable implements KnownApps<AppRow> {
  #apps = new Map<string, AppRow>();
  readonly #deas = new Map<string, DeaRow>();
  readonly #onChange: OnAppChange;
  /** The last app that was named and is not kept yet: it is asked for again at once. */
  #newest = new AppRow("");
  #present = 0;
  #instances = 0;

  constructor(onChange: OnAppChange) {
    this.#onChange = onChange;
  }

  /** How many DEAs are present. */
  get presentDeas(): number {
    return this.#present;
  }

  /** How many instance records there are, of present and departed DEAs alike. */
  get instances(): number {
    return this.#instances;
  }

  /** The DEAs that are present, or of which records are left; in no particular order. */
  deas(): Iterable<DeaRow> {
    return this.#deas.values();
  }

  /**
   * A table that has what is desired here and has seen nobody yet. This one is of no use any more: what is
   * large is handed over and not copied.
   */
  desiredAlone(onChange: OnAppChange): FleetTable {
    for (const app of this.#apps.values()) {
      app.first = undefined;
      if (app.isBare) this.#apps.delete(app.key);
    }
    const table = new FleetTable(onChange);
    table.#apps = this.#apps;
    this.#apps = new Map();
    this.#deas.clear();
    this.#present = 0;
    this.#instances = 0;
    return table;
  }

  /** Takes note of when the presence of a DEA was renewed. */
  noteRenewal(deaGuid: string, at: number): void {
    const dea = this.#deas.get(deaGuid);
    if (dea !== undefined) dea.renewedAt = at;
  }

  /** The keys of every app of which there is a record, visible or not. */
  keys(): IterableIterator<string> {
    return this.#apps.keys();
  }

  /** The app, made of what is known now; undefined if it is neither desired nor seen (APP-04 to APP-08). */
  app(key: string, crashCounts: readonly CrashCount[]): App | undefined {
    const row = this.#apps.get(key);
    if (row === undefined) return undefined;
    const { appGuid, appVersion } = row;
    const instances = seenInstances(row, { appGuid, appVersion });
    const { desired } = row;
    const app = { appGuid, appVersion, instances, crashCounts };
    if (desired !== undefined) return { ...app, desired };
    return instances.length > 0 ? app : undefined;
  }

  /** The row of an app; a new one is kept only once something is said of the app. */
  named(key: string): AppRow {
    const known = this.#apps.get(key);
    if (known !== undefined) return known;
    if (this.#newest.key !== key) this.#newest = new AppRow(flatText(appKey(parseAppKey(key))));
    return this.#newest;
  }

  /** Takes over what is desired of an app; undefined for nothing. */
  setDesired(app: AppRow, desired: DesiredAppState | undefined): void {
    const wasBare = app.isBare;
    if (!app.setDesired(desired)) return;
    this.#keepOrDrop(app, wasBare);
    this.#onChange(app.key);
  }

  /** Takes over what a DEA reports of an instance. */
  putInstance({ app, instance }: DecodedInstance<AppRow>): void {
    const dea = this.#dea(instance.deaGuid);
    const first = dea.instances.get(instance.instanceGuid);
    const row = instanceOf(first, app.key);
    if (row === undefined) this.#addInstance({ app, dea, first }, instance);
    else if (!row.set(instance)) return;
    if (dea.present) this.#onChange(app.key);
  }

  /** Forgets an instance; nothing happens if it is not known. */
  removeInstance(id: InstanceId): void {
    const dea = this.#deas.get(id.deaGuid);
    if (dea === undefined) return;
    const row = instanceOf(dea.instances.get(id.instanceGuid), appKey(id));
    if (row === undefined) return;
    forget(row);
    this.#instances -= 1;
    this.#keepOrDrop(row.app, false);
    if (dea.present) this.#onChange(row.app.key);
    else if (dea.instances.size === 0) this.#deas.delete(dea.guid);
  }

  /** A DEA is there, or is not any more: all that it reports appears or vanishes. */
  setPresent(deaGuid: string, present: boolean): void {
    const dea = present ? this.#dea(deaGuid) : this.#deas.get(deaGuid);
    if (dea === undefined || dea.present === present) return;
    dea.present = present;
    this.#present += present ? 1 : -1;
    for (const first of dea.instances.values()) {
      for (const row of twinsOf(first)) this.#onChange(row.app.key);
    }
    if (!present && dea.instances.size === 0) this.#deas.delete(dea.guid);
  }

  #dea(guid: string): DeaRow {
    const known = this.#deas.get(guid);
    if (known !== undefined) return known;
    const dea = new DeaRow(flatText(guid));
    this.#deas.set(dea.guid, dea);
    return dea;
  }

  #addInstance(
    place: {
      readonly app: AppRow;
      readonly dea: DeaRow;
      /** The first instance of the DEA under this guid, if there is one. */
      readonly first: InstanceRow | undefined;
    },
    instance: InstanceHeartbeat,
  ): void {
    const { app, dea, first } = place;
    const wasBare = app.isBare;
    const guid = first?.guid ?? flatText(instance.instanceGuid);
    const row = new InstanceRow({ guid, app, dea }, instance);
    row.next = app.first;
    if (app.first !== undefined) app.first.previous = row;
    app.first = row;
    row.twin = first;
    dea.instances.set(guid, row);
    this.#instances += 1;
    this.#keepOrDrop(app, wasBare);
  }

  /** An app is kept while anything is known of it. */
  #keepOrDrop(app: AppRow, wasBare: boolean): void {
    if (app.isBare) this.#apps.delete(app.key);
    else if (wasBare) this.#apps.set(app.key, app);
  }
}

function seenInstances(row: AppRow, app: AppId): InstanceHeartbeat[] {
  const instances: InstanceHeartbeat[] = [];
  for (let at = row.first; at !== undefined; at = at.next) {
    if (at.dea.present) instances.push(at.toHeartbeat(app));
  }
  return instances;
}

/** The app's among those of one DEA that share a guid. */
function instanceOf(first: InstanceRow | undefined, key: string): InstanceRow | undefined {
  let row = first;
  while (row !== undefined && row.app.key !== key) row = row.twin;
  return row;
}

function* twinsOf(first: InstanceRow): Generator<InstanceRow> {
  for (let row: InstanceRow | undefined = first; row !== undefined; row = row.twin) yield row;
}

/** Takes an instance out of its app and its DEA. */
function forget(row: InstanceRow): void {
  const { app, dea, next, previous } = row;
  if (next !== undefined) next.previous = previous;
  if (previous === undefined) app.first = next;
  else previous.next = next;
  const first = dea.instances.get(row.guid);
  if (first === row) {
    if (row.twin === undefined) dea.instances.delete(row.guid);
    else dea.instances.set(row.guid, row.twin);
    return;
  }
  for (let at = first; at !== undefined; at = at.twin) {
    if (at.twin === row) at.twin = row.twin;
  }
}
