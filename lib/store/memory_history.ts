/**
 * The keys of a memory store at every revision that is kept, and what each revision changed: pure
 * bookkeeping, without leases, time or waiting.
 *
 * @module
 */

import { SortedKeys } from "./sorted_keys.ts";
import type { Entry, WatchBatch, WatchEvent } from "./store.ts";
import { CompactedError } from "./store_errors.ts";

/** Revisions that are kept unless the store is told otherwise. */
export const HISTORY_MAX = 10_000;

/** A range over the history. */
export interface HistoryRange {
  readonly prefix: string;
  /** First key, inclusive, or exclusive if `after`. */
  readonly from: string;
  readonly after: boolean;
  /** Key to end before. @default the end of the prefix */
  readonly to?: string | undefined;
  readonly revision: number;
  readonly limit: number;
}

/** Keys over time. */
export class MemoryHistory {
  readonly #historyMax: number;
  readonly #keys = new SortedKeys();
  /** Each key's states, oldest first; never empty. A removal is one, while it is still told apart. */
  readonly #versions = new Map<string, WatchEvent[]>();
  /** What each revision changed, oldest first, from `#compactRevision` on. */
  #log: WatchBatch[] = [];
  #revision = 1;
  #compactRevision = 1;

  constructor(historyMax: number) {
    this.#historyMax = historyMax;
  }

  /** The same keys with the same past, to go on by themselves. */
  copy(): MemoryHistory {
    const copy = new MemoryHistory(this.#historyMax);
    for (const [key, versions] of this.#versions) {
      copy.#versions.set(key, [...versions]);
      copy.#keys.add(key);
    }
    copy.#log = [...this.#log];
    copy.#revision = this.#revision;
    copy.#compactRevision = this.#compactRevision;
    return copy;
  }

  /** The latest revision. */
  get revision(): number {
    return this.#revision;
  }

  /** The entry at `key` as of now. */
  get(key: string): Entry | undefined {
    const last = this.#versions.get(key)?.at(-1);
    return last?.kind === "put" ? last.entry : undefined;
  }

  /** The keys under `prefix` as of now, in order. */
  keysUnder(prefix: string): string[] {
    const range = { prefix, from: prefix, after: false, limit: Infinity };
    return this.range({ ...range, revision: this.#revision }).map((entry) => entry.key);
  }

  /**
   * Entries as of a revision, in key order.
   *
   * @throws {CompactedError} when the revision is no longer kept
   * @throws {RangeError} when it has not come yet
   */
  range(range: HistoryRange): Entry[] {
    this.#checkKept(range.revision);
    if (range.revision > this.#revision) {
      throw new RangeError(
        `Cannot range at revision ${range.revision}: the store is at ${this.#revision}`,
      );
    }
    const entries: Entry[] = [];
    if (range.limit <= 0) return entries;
    for (const key of this.#keys.from(range.from)) {
      if (range.after && key === range.from) continue;
      if (!key.startsWith(range.prefix)) break;
      if (range.to !== undefined && key >= range.to) break;
      const entry = this.#entryAt(key, range.revision);
      if (entry !== undefined && entries.push(entry) >= range.limit) break;
    }
    return entries;
  }

  /** Makes one revision of `events`, which carry the next revision. */
  append(events: readonly WatchEvent[]): void {
    this.#revision += 1;
    this.#log.push({ revision: this.#revision, events });
    for (const event of events) {
      const key = keyOf(event);
      const versions = this.#versions.get(key);
      if (versions === undefined) {
        this.#versions.set(key, [event]);
        this.#keys.add(key);
      } else {
        versions.push(event);
      }
    }
    // A quarter more than asked for is let stand, so that the log is cut seldom.
    if (this.#log.length > this.#historyMax * 1.25) {
      this.compact(this.#revision - this.#historyMax + 1);
    }
  }

  /**
   * What changed under `prefix` from `fromRevision` on: whole revisions, up to the one that brings the
   * events to `eventsMax`; `revision` is the last that was looked at.
   *
   * @throws {CompactedError} when `fromRevision` is no longer kept
   */
  changes(prefix: string, fromRevision: number, eventsMax: number): WatchBatch {
    this.#checkKept(fromRevision);
    const events: WatchEvent[] = [];
    const first = this.#log[0]?.revision ?? fromRevision;
    for (let at = Math.max(0, fromRevision - first); at < this.#log.length; at++) {
      const record = this.#log[at] as WatchBatch;
      for (const event of record.events) {
        if (keyOf(event).startsWith(prefix)) events.push(event);
      }
      if (events.length >= eventsMax) return { revision: record.revision, events };
    }
    return { revision: Math.max(this.#revision, fromRevision - 1), events };
  }

  /** Forgets what was before `revision`, which itself is kept. */
  compact(revision: number): void {
    const target = Math.min(revision, this.#revision);
    if (target <= this.#compactRevision) return;
    for (const [key, last] of this.#lastChanges(target)) this.#forgetBefore(key, last);
    this.#log = this.#log.filter((record) => record.revision >= target);
    this.#compactRevision = target;
  }

  /** When each key that the log names changed last, up to and with `revision`. */
  #lastChanges(revision: number): ReadonlyMap<string, number> {
    const last = new Map<string, number>();
    for (const record of this.#log) {
      if (record.revision > revision) break;
      for (const event of record.events) last.set(keyOf(event), record.revision);
    }
    return last;
  }

  #entryAt(key: string, revision: number): Entry | undefined {
    const version = this.#versions.get(key)?.findLast((event) => revisionOf(event) <= revision);
    return version?.kind === "put" ? version.entry : undefined;
  }

  #forgetBefore(key: string, revision: number): void {
    const versions = this.#versions.get(key);
    if (versions === undefined) return;
    const kept = versions.filter((event) =>
      revisionOf(event) > revision || (revisionOf(event) === revision && event.kind === "put")
    );
    if (kept.length > 0) {
      this.#versions.set(key, kept);
      return;
    }
    this.#versions.delete(key);
    this.#keys.delete(key);
  }

  #checkKept(revision: number): void {
    if (revision >= this.#compactRevision) return;
    throw new CompactedError(
      `Cannot read revision ${revision}: the store has been compacted, ` +
        `${this.#compactRevision} is the oldest it keeps`,
      this.#compactRevision,
    );
  }
}

/** The key that an event is about. */
export function keyOf(event: WatchEvent): string {
  return event.kind === "put" ? event.entry.key : event.key;
}

/** The revision that an event happened at. */
export function revisionOf(event: WatchEvent): number {
  return event.kind === "put" ? event.entry.modRevision : event.revision;
}
