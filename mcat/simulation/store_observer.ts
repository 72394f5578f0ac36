/**
 * What the store holds and since when, seen from outside: judges ask it what hm9000 could have known when
 * it sent a message. A record that has just changed proves nothing yet.
 *
 * @module
 */

import {
  type InstanceHeartbeat,
  instanceHeartbeatFromCsv,
} from "../../lib/models/instance_heartbeat.ts";
import {
  type DesiredAppState,
  desiredAppStateFromCsv,
} from "../../lib/models/desired_app_state.ts";
import { type AppId, appKey } from "../../lib/models/app_key.ts";
import type { StoreLayout } from "../../lib/store/layout.ts";
import { HM_ROOT } from "../../lib/store/layout.ts";
import { keyOf, revisionOf } from "../../lib/store/memory_history.ts";
import type { WatchEvent } from "../../lib/store/store.ts";
import type { MemoryDatabase } from "../../lib/store/memory_database.ts";

interface Seen {
  readonly value: string;
  readonly sinceMs: number;
  /** What stood there until then; undefined if nothing did. */
  readonly before: string | undefined;
}

/** A change of one key. */
export interface StoreChange {
  readonly key: string;
  /** Undefined when there was none. */
  readonly before: string | undefined;
  /** Undefined when it was removed. */
  readonly after: string | undefined;
}

/** What an observer needs. */
export interface StoreObserverDeps {
  readonly database: MemoryDatabase;
  readonly layout: StoreLayout;
  readonly nowMs: () => number;
  /** Is told what each revision changed. */
  readonly onRevision: (changes: readonly StoreChange[], revision: number) => void;
}

/** The records of the store with their age. */
export class StoreObserver {
  readonly #deps: StoreObserverDeps;
  readonly #layout: StoreLayout;
  readonly #seen = new Map<string, Seen>();
  /** When each key was last seen to go. */
  readonly #gone = new Map<string, number>();
  /** What instance records held when they were removed. */
  readonly #left = new Map<string, string>();
  /** Keys of instances, present and gone, by the key of their app. */
  readonly #instances = new Map<string, Set<string>>();
  /** When each presence and freshness began; one that is renewed goes on. */
  readonly #thereSince = new Map<string, number>();
  #next = 1;

  constructor(deps: StoreObserverDeps) {
    this.#deps = deps;
    this.#layout = deps.layout;
  }

  /** Takes note of what has changed; to be called often, for that is how exact the ages are. */
  look(): void {
    for (;;) {
      const { revision, events } = this.#deps.database.changes(HM_ROOT, this.#next, 10_000);
      this.#next = revision + 1;
      if (events.length === 0) return;
      this.#tell(events);
    }
  }

  /** Looks at a store that is not the one it was, and returns how it differs: nobody has changed it. */
  lookAnew(): StoreChange[] {
    const { database } = this.#deps;
    const revision = database.revision();
    const range = { prefix: HM_ROOT, from: HM_ROOT, after: false, limit: Infinity };
    const entries = database.range({ ...range, revision });
    const there = new Set(entries.map(({ key }) => key));
    this.#next = revision + 1;
    const gone = [...this.#seen.keys()].filter((key) => !there.has(key));
    return [
      ...gone.map((key) => this.#change(key, undefined)),
      ...entries.map(({ key, value }) => this.#change(key, value)),
    ];
  }

  #tell(events: readonly WatchEvent[]): void {
    let changes: StoreChange[] = [];
    events.forEach((event, position) => {
      const put = event.kind === "put" ? event.entry : undefined;
      changes.push(this.#change(keyOf(event), put?.value));
      const next = events[position + 1];
      if (next !== undefined && revisionOf(next) === revisionOf(event)) return;
      this.#deps.onRevision(changes, revisionOf(event));
      changes = [];
    });
  }

  #change(key: string, after: string | undefined): StoreChange {
    const before = this.#seen.get(key)?.value;
    if (after === undefined) this.#forget(key);
    else this.#note(key, after);
    return { key, before, after };
  }

  /** The value at a key; undefined if there is none, or if it has not stood there for `ms`. */
  steady(key: string, ms: number): string | undefined {
    const seen = this.#seen.get(key);
    return seen !== undefined && this.#nowMs - seen.sinceMs >= ms ? seen.value : undefined;
  }

  /** Every value below a prefix that has stood there for `ms`. */
  steadyUnder(prefix: string, ms: number): string[] {
    return [...this.#seen.keys()].filter((key) => key.startsWith(prefix))
      .flatMap((key) => this.steady(key, ms) ?? []);
  }

  /** The value at a key. */
  value(key: string): string | undefined {
    return this.#seen.get(key)?.value;
  }

  /** Whether a key has been absent for at least `ms`. */
  absentFor(key: string, ms: number): boolean {
    if (this.#seen.has(key)) return false;
    return this.#nowMs - (this.#gone.get(key) ?? -Infinity) >= ms;
  }

  /** Whether the key has been absent all the time for `ms`, or its value been the same for `ms`. */
  isSteady(key: string, ms: number): boolean {
    return this.absentFor(key, ms) || this.steady(key, ms) !== undefined;
  }

  /** The desired record of an app. */
  desired(app: AppId): DesiredAppState | undefined {
    const value = this.value(this.#layout.desiredKey(app));
    return value === undefined ? undefined : desiredAppStateFromCsv(app, value);
  }

  /** The instances of an app whose records, and whose DEAs' presence, have stood for `ms`. */
  steadyInstances(app: AppId, ms: number): InstanceHeartbeat[] {
    const instances: InstanceHeartbeat[] = [];
    for (const key of this.#instances.get(appKey(app)) ?? []) {
      const value = this.steady(key, ms);
      const id = this.#layout.parseActualKey(key);
      const present = this.#thereSince.get(this.#layout.presenceKey(id.deaGuid));
      if (value === undefined || present === undefined || this.#nowMs - present < ms) continue;
      instances.push(instanceHeartbeatFromCsv(id, value));
    }
    return instances;
  }

  /**
   * The instances of an app that are there, or were within the last `ms`, in every state that they were last
   * in: as they are, and as they were before if that has changed since.
   */
  recentInstances(app: AppId, ms: number): InstanceHeartbeat[] {
    const sinceMs = this.#nowMs - ms;
    const recent = (key: string) => (this.#gone.get(key) ?? -Infinity) >= sinceMs;
    return [...this.#instances.get(appKey(app)) ?? []].flatMap((key) => {
      const id = this.#layout.parseActualKey(key);
      const presence = this.#layout.presenceKey(id.deaGuid);
      const present = this.#seen.has(presence) || recent(presence);
      if (!present) return [];
      const seen = this.#seen.get(key);
      const before = seen !== undefined && seen.sinceMs >= sinceMs ? seen.before : undefined;
      const left = seen === undefined && recent(key) ? this.#left.get(key) : undefined;
      return [seen?.value, before, left].flatMap((value) =>
        value === undefined ? [] : [instanceHeartbeatFromCsv(id, value)]
      );
    });
  }

  /** How long a key has been there without a break, in milliseconds; 0 when it is not there. */
  ageMs(key: string): number {
    return this.#nowMs - (this.#thereSince.get(key) ?? this.#nowMs);
  }

  get #nowMs(): number {
    return this.#deps.nowMs();
  }

  #note(key: string, value: string): void {
    const nowMs = this.#nowMs;
    const before = this.#seen.get(key)?.value;
    if (before !== value) this.#seen.set(key, { value, sinceMs: nowMs, before });
    if (this.#isRenewed(key) && !this.#thereSince.has(key)) this.#thereSince.set(key, nowMs);
    if (!key.startsWith(this.#layout.actualPrefix)) return;
    const app = appKey(this.#layout.parseActualKey(key));
    const keys = this.#instances.get(app);
    if (keys === undefined) this.#instances.set(app, new Set([key]));
    else keys.add(key);
  }

  /** Keys whose being there is what they say, whatever they hold. */
  #isRenewed(key: string): boolean {
    const { presencePrefix, actualFreshKey, desiredFreshKey } = this.#layout;
    return key.startsWith(presencePrefix) || key === actualFreshKey || key === desiredFreshKey;
  }

  #forget(key: string): void {
    const seen = this.#seen.get(key);
    if (seen !== undefined && key.startsWith(this.#layout.actualPrefix)) {
      this.#left.set(key, seen.value);
    }
    this.#seen.delete(key);
    this.#gone.set(key, this.#nowMs);
    this.#thereSince.delete(key);
  }
}
