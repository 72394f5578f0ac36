/**
 * The fleet in memory, kept up to date record by record: what `readFleet` and `Outbox.list` would read at
 * the same revision, ready to be asked about one app (APP-01 to APP-11, I12). A record that cannot be read
 * is not there, as for those readers, and costs no other (HAZ-02, APP-10, PEN-10).
 *
 * Pure bookkeeping: whoever holds the view hands it every record and every change in the order of the
 * store's revisions.
 *
 * @module
 */

import type { App } from "../models/app.ts";
import { appKey } from "../models/app_key.ts";
import { isGuid } from "../models/guid.ts";
import type { Hold } from "../models/hold.ts";
import { ParseError } from "../models/parse_error.ts";
import type { PendingMessage } from "../models/pending_message.ts";
import type { PendingStartMessage } from "../models/pending_start_message.ts";
import type { PendingStopMessage } from "../models/pending_stop_message.ts";
import type { Queued } from "../models/queued.ts";
import type { Waiver } from "../models/waiver.ts";
import type { CorruptMessage } from "../outbox/outbox.ts";
import { readQueuedStart, readQueuedStop } from "../outbox/queue_record.ts";
import type { CorruptRecords } from "../store/collections/corrupt_records.ts";
import { parseCrashEntry } from "../store/collections/crash_counts.ts";
import type { StoredFreshness } from "../store/collections/freshness.ts";
import { readHoldEntry } from "../store/collections/holds.ts";
import { InstanceDecoder } from "../store/collections/instance_entry.ts";
import { readWaiverEntry } from "../store/collections/waivers.ts";
import { desiredAppStateFromCsv } from "../models/desired_app_state.ts";
import type { StoreLayout } from "../store/layout.ts";
import type { Entry, WatchBatch, WatchEvent } from "../store/store.ts";
import { CrashTable } from "./crash_table.ts";
import { FleetTable } from "./fleet_table.ts";
import { QueueTable } from "./queue_table.ts";
import type { AppRow } from "./rows.ts";

/**
 * What changed of an app: what is desired, seen or counted of it (`fleet`), or what waits for it
 * (`queue`). What is held, or is not any more, is of no app (`holds`).
 */
export type ChangeKind = "fleet" | "queue" | "holds";

/** A DEA that is present. */
export interface SeenDea {
  readonly guid: string;
  /** Unix seconds; 0 while it was not renewed since the fleet was listed. */
  readonly renewedAt: number;
  /** How many instances it reports. */
  readonly instances: number;
}

/** What a {@linkcode FleetView} is handed. */
export interface FleetViewDeps {
  readonly layout: StoreLayout;
  readonly corruptRecords: CorruptRecords;
  /** Is told of every app that changes, and of every hold by its name. @default nobody */
  readonly onChange?: (key: string, kind: ChangeKind) => void;
  /** Unix seconds, for when DEAs were last heard of. @default nobody asks */
  readonly now?: () => number;
}

/** The fleet as of {@linkcode FleetView.revision}. */
export class FleetView {
  readonly #layout: StoreLayout;
  readonly #corruptRecords: CorruptRecords;
  readonly #changed: (key: string, kind: ChangeKind) => void;
  readonly #now: () => number;
  readonly #fleet: FleetTable;
  readonly #instances: InstanceDecoder<AppRow>;
  readonly #crashes = new CrashTable();
  readonly #starts = new QueueTable<PendingStartMessage, number>((m) => m.instanceIndex);
  readonly #stops = new QueueTable<PendingStopMessage, string>((m) => m.instanceGuid);
  readonly #holds = new Map<string, Hold>();
  readonly #waivers = new Map<string, Waiver>();
  /** Keys of records that cannot be read, with their revisions. */
  readonly #corrupt = new Map<string, number>();
  #actualFresh: string | undefined;
  #desiredFresh: string | undefined;
  #revision = 0;

  /** @param desiredOf begins with what is desired there; that view is of no use any more */
  constructor(
    { layout, corruptRecords, onChange = () => {}, now = () => 0 }: FleetViewDeps,
    desiredOf?: FleetView,
  ) {
    this.#layout = layout;
    this.#corruptRecords = corruptRecords;
    this.#changed = onChange;
    this.#now = now;
    const onAppChange = (key: string) => onChange(key, "fleet");
    this.#fleet = desiredOf === undefined
      ? new FleetTable(onAppChange)
      : desiredOf.#fleet.desiredAlone(onAppChange);
    this.#instances = new InstanceDecoder(layout, this.#fleet);
  }

  /** Every change up to this revision is in the view. */
  get revision(): number {
    return this.#revision;
  }

  /** How many DEAs are present. */
  get presentDeas(): number {
    return this.#fleet.presentDeas;
  }

  /** How many instance records there are, of present and departed DEAs alike. */
  get instances(): number {
    return this.#fleet.instances;
  }

  /** The values of the freshness keys. */
  get freshness(): StoredFreshness {
    return { actual: this.#actualFresh, desired: this.#desiredFresh };
  }

  /** How many starts are in the queue. */
  get queuedStarts(): number {
    return this.#starts.size;
  }

  /** How many stops are in the queue. */
  get queuedStops(): number {
    return this.#stops.size;
  }

  /** The DEAs that are present, in no particular order. */
  *deas(): Generator<SeenDea> {
    for (const { guid, present, renewedAt, instances } of this.#fleet.deas()) {
      if (present) yield { guid, renewedAt, instances: instances.size };
    }
  }

  /** The start that is queued at a store key. */
  start(storeKey: string): Queued<PendingStartMessage> | undefined {
    return this.#starts.get(storeKey);
  }

  /** The stop that is queued at a store key. */
  stop(storeKey: string): Queued<PendingStopMessage> | undefined {
    return this.#stops.get(storeKey);
  }

  /** Queued starts, in no particular order. */
  starts(): IterableIterator<Queued<PendingStartMessage>> {
    return this.#starts.values();
  }

  /** Queued stops, in no particular order. */
  stops(): IterableIterator<Queued<PendingStopMessage>> {
    return this.#stops.values();
  }

  /** What is held, an unreadable hold included: it holds everything. */
  holds(): IterableIterator<Hold> {
    return this.#holds.values();
  }

  /** Which breakers are to hold nothing. */
  waivers(): IterableIterator<Waiver> {
    return this.#waivers.values();
  }

  /** Records of the queues that cannot be read; they block their keys until they are discarded. */
  corruptMessages(): CorruptMessage[] {
    const { startPrefix, stopPrefix } = this.#layout;
    return [...this.#corrupt]
      .filter(([key]) => key.startsWith(startPrefix) || key.startsWith(stopPrefix))
      .map(([key, revision]) => ({ key, revision }));
  }

  /** The app, if it is desired or has an instance on a DEA that is present (APP-04 to APP-08). */
  app(key: string): App | undefined {
    return this.#fleet.app(key, this.#crashes.of(key));
  }

  /** The keys of all apps that may be there; {@linkcode FleetView.app} says which are. */
  keys(): IterableIterator<string> {
    return this.#fleet.keys();
  }

  /** What waits for an app: which indices have a start queued, and which instances a stop. */
  pending(key: string): {
    readonly starts: ReadonlyMap<number, string>;
    readonly stops: ReadonlyMap<string, string>;
  } {
    return { starts: this.#starts.of(key), stops: this.#stops.of(key) };
  }

  /** The keys of all apps for which something waits. */
  pendingKeys(): string[] {
    return [...new Set([...this.#starts.keys(), ...this.#stops.keys()])];
  }

  /** Every record as of `revision` has been {@linkcode FleetView.put}. */
  listed(revision: number): void {
    this.#revision = revision;
  }

  /** Takes over whole revisions. */
  apply({ revision, events }: WatchBatch): void {
    this.applyEvents(events);
    this.#revision = Math.max(this.#revision, revision);
  }

  /** Takes over changes of some records; others may have changed as well by that revision. */
  applyEvents(events: readonly WatchEvent[]): void {
    for (const event of events) {
      if (event.kind === "put") this.put(event.entry);
      else this.remove(event.key);
    }
  }

  /** Takes over a record as it now is. */
  put(entry: Entry): void {
    if (this.#corrupt.size > 0) this.#corrupt.delete(entry.key);
    try {
      this.#read(entry);
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      this.#corruptRecords.report(entry, error);
      this.remove(entry.key);
      this.#corrupt.set(entry.key, entry.modRevision);
    }
  }

  /** Forgets a record; nothing happens if it is not known. */
  remove(key: string): void {
    this.#corrupt.delete(key);
    try {
      this.#forget(key);
    } catch (error) {
      // Nobody can have understood the record when it was there: there is nothing to forget.
      if (!(error instanceof ParseError)) throw error;
    }
  }

  #read(entry: Entry): void {
    const { key, value } = entry;
    const layout = this.#layout;
    if (key.startsWith(layout.presencePrefix)) {
      const deaGuid = this.#deaOf(key);
      this.#fleet.setPresent(deaGuid, true);
      if (this.#revision > 0) this.#fleet.noteRenewal(deaGuid, this.#now());
    } else if (key.startsWith(layout.actualPrefix)) {
      this.#fleet.putInstance(this.#instances.decode(entry));
    } else if (key.startsWith(layout.desiredPrefix)) {
      const app = this.#fleet.named(key.slice(layout.desiredPrefix.length));
      this.#fleet.setDesired(app, desiredAppStateFromCsv(app, value));
    } else if (key.startsWith(layout.startPrefix)) {
      this.#putMessage(this.#starts, { key, queued: readQueuedStart(layout, entry) });
    } else if (key.startsWith(layout.stopPrefix)) {
      this.#putMessage(this.#stops, { key, queued: readQueuedStop(layout, entry) });
    } else if (key.startsWith(layout.crashesPrefix)) {
      const count = parseCrashEntry(layout, entry);
      this.#crashes.put(count);
      this.#changed(appKey(count), "fleet");
    } else if (key.startsWith(layout.holdsPrefix)) {
      const hold = readHoldEntry(layout, { entry, corruptRecords: this.#corruptRecords });
      this.#holds.set(key, hold);
      this.#changed(hold.name, "holds");
    } else if (key.startsWith(layout.waiversPrefix)) this.#putWaiver(entry);
    else if (key === layout.actualFreshKey) this.#actualFresh = value;
    else if (key === layout.desiredFreshKey) this.#desiredFresh = value;
  }

  #putWaiver(entry: Entry): void {
    const corruptRecords = this.#corruptRecords;
    const waiver = readWaiverEntry(this.#layout, { entry, corruptRecords });
    if (waiver === undefined) this.#waivers.delete(entry.key);
    else this.#waivers.set(entry.key, waiver);
    this.#changed(entry.key, "holds");
  }

  #forget(key: string): void {
    const layout = this.#layout;
    if (key.startsWith(layout.presencePrefix)) {
      this.#fleet.setPresent(this.#deaOf(key), false);
    } else if (key.startsWith(layout.actualPrefix)) {
      this.#fleet.removeInstance(layout.parseActualKey(key));
    } else if (key.startsWith(layout.desiredPrefix)) {
      const app = this.#fleet.named(key.slice(layout.desiredPrefix.length));
      this.#fleet.setDesired(app, undefined);
    } else if (key.startsWith(layout.startPrefix)) this.#removeMessage(this.#starts, key);
    else if (key.startsWith(layout.stopPrefix)) this.#removeMessage(this.#stops, key);
    else if (key.startsWith(layout.crashesPrefix)) this.#removeCrashCount(key);
    else if (this.#holds.delete(key) || this.#waivers.delete(key)) this.#changed(key, "holds");
    else if (key === layout.actualFreshKey) this.#actualFresh = undefined;
    else if (key === layout.desiredFreshKey) this.#desiredFresh = undefined;
  }

  #deaOf(key: string): string {
    const deaGuid = key.slice(this.#layout.presencePrefix.length);
    if (isGuid(deaGuid)) return deaGuid;
    throw new ParseError("store key", "", `"${key}" is not a DEA's presence`);
  }

  #putMessage<Message extends PendingMessage, Name extends string | number>(
    table: QueueTable<Message, Name>,
    record: { readonly key: string; readonly queued: Queued<Message> },
  ): void {
    const { key, queued } = record;
    const replaced = table.put(key, queued);
    this.#changed(appKey(queued.message), "queue");
    // A stop is found by its instance alone, so what it replaces may have waited for another app.
    if (replaced !== undefined) this.#changed(appKey(replaced.message), "queue");
  }

  #removeMessage<Message extends PendingMessage, Name extends string | number>(
    table: QueueTable<Message, Name>,
    key: string,
  ): void {
    const removed = table.remove(key)?.message;
    if (removed !== undefined) this.#changed(appKey(removed), "queue");
  }

  #removeCrashCount(key: string): void {
    const { app, instanceIndex } = this.#layout.parseCrashKey(key);
    if (this.#crashes.remove(app, instanceIndex)) {
      this.#changed(appKey(app), "fleet");
    }
  }
}
