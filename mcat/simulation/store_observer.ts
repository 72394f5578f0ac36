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
import type { MemoryDatabase } from "../../lib/store/memory_database.ts";

interface Seen {
  readonly value: string;
  readonly sinceMs: number;
}

/** The records of the store with their age. */
export class StoreObserver {
  readonly #database: MemoryDatabase;
  readonly #layout: StoreLayout;
  readonly #nowMs: () => number;
  readonly #seen = new Map<string, Seen>();
  /** When each key was last seen to go. */
  readonly #gone = new Map<string, number>();
  /** What instance records held when they were removed. */
  readonly #left = new Map<string, string>();
  /** Keys of instances, present and gone, by the key of their app. */
  readonly #instances = new Map<string, Set<string>>();
  /** When each DEA's presence began; a presence that is renewed goes on. */
  readonly #presentSince = new Map<string, number>();
  #next = 1;

  constructor(
    database: MemoryDatabase,
    options: { readonly layout: StoreLayout; readonly nowMs: () => number },
  ) {
    this.#database = database;
    this.#layout = options.layout;
    this.#nowMs = options.nowMs;
  }

  /** Takes note of what has changed; to be called often, for that is how exact the ages are. */
  look(): void {
    const nowMs = this.#nowMs();
    for (;;) {
      const { revision, events } = this.#database.changes(HM_ROOT, this.#next, 10_000);
      this.#next = revision + 1;
      if (events.length === 0) return;
      for (const event of events) {
        if (event.kind === "delete") this.#forget(event.key, nowMs);
        else this.#note(event.entry.key, event.entry.value, nowMs);
      }
    }
  }

  /** The value at a key; undefined if there is none, or if it has not stood there for `ms`. */
  steady(key: string, ms: number): string | undefined {
    const seen = this.#seen.get(key);
    return seen !== undefined && this.#nowMs() - seen.sinceMs >= ms ? seen.value : undefined;
  }

  /** The value at a key. */
  value(key: string): string | undefined {
    return this.#seen.get(key)?.value;
  }

  /** Whether a key has been absent for at least `ms`. */
  absentFor(key: string, ms: number): boolean {
    if (this.#seen.has(key)) return false;
    return this.#nowMs() - (this.#gone.get(key) ?? -Infinity) >= ms;
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
      const present = this.#presentSince.get(this.#layout.presenceKey(id.deaGuid));
      if (value === undefined || present === undefined || this.#nowMs() - present < ms) continue;
      instances.push(instanceHeartbeatFromCsv(id, value));
    }
    return instances;
  }

  /** The instances of an app that are there, or were within the last `ms`, as they were then. */
  recentInstances(app: AppId, ms: number): InstanceHeartbeat[] {
    const sinceMs = this.#nowMs() - ms;
    const recent = (key: string) => (this.#gone.get(key) ?? -Infinity) >= sinceMs;
    return [...this.#instances.get(appKey(app)) ?? []].flatMap((key) => {
      const id = this.#layout.parseActualKey(key);
      const presence = this.#layout.presenceKey(id.deaGuid);
      const present = this.#seen.has(presence) || recent(presence);
      const value = this.value(key) ?? (recent(key) ? this.#left.get(key) : undefined);
      return present && value !== undefined ? [instanceHeartbeatFromCsv(id, value)] : [];
    });
  }

  #note(key: string, value: string, nowMs: number): void {
    if (this.#seen.get(key)?.value !== value) this.#seen.set(key, { value, sinceMs: nowMs });
    if (key.startsWith(this.#layout.presencePrefix) && !this.#presentSince.has(key)) {
      this.#presentSince.set(key, nowMs);
    }
    if (!key.startsWith(this.#layout.actualPrefix)) return;
    const app = appKey(this.#layout.parseActualKey(key));
    const keys = this.#instances.get(app);
    if (keys === undefined) this.#instances.set(app, new Set([key]));
    else keys.add(key);
  }

  #forget(key: string, nowMs: number): void {
    const seen = this.#seen.get(key);
    if (seen !== undefined && key.startsWith(this.#layout.actualPrefix)) {
      this.#left.set(key, seen.value);
    }
    this.#seen.delete(key);
    this.#gone.set(key, nowMs);
    this.#presentSince.delete(key);
  }
}
