/**
 * What the store is known to hold of each DEA, so that only changes need be written. Cached means
 * committed: nothing enters before the store has it (I11, B6), and what a failed write may have touched
 * is read again before it is believed (HAZ-07).
 *
 * Somebody else may have changed the store all the same, so what is older than the cache's life is brought
 * up to date (STO-10 to STO-12, REG-33, REG-34). To read a million records anew would be most of what a
 * quiet platform costs. So the changes since the last look are read instead, a few times in a life, and
 * when a life is over the records of those DEAs of whom somebody else has written one. Only when we
 * have just written so much ourselves that others' changes are not worth picking out (a platform that
 * starts), the records of all DEAs are read again, some DEAs' in each pass.
 *
 * @module
 */

import type { TimeProvider } from "../helpers/time_provider.ts";
import type { Fence } from "../store/fence.ts";
import type { StoreLayout } from "../store/layout.ts";
import type { Store, WatchEvent } from "../store/store.ts";
import { CompactedError } from "../store/store_errors.ts";
import { KeptDea, type KnownDea, sameInstances } from "./known_dea.ts";
import { readChangesUntilNow } from "./read_changes.ts";
import { readStoredDeas, type StoredDea } from "./stored_deas.ts";

/** Looks in a cache's life. etcd reads all changes of all keys since the last one to find ours. */
const LOOKS_PER_LIFE = 4;
/** Changes of ours between two looks among which others' are still picked out. */
const OWN_CHANGES_MAX = 20_000;
/** DEAs whose records are read again in one pass. */
const REREAD_PER_PASS = 500;
/** Reads under way at once. */
const READS_AT_ONCE = 8;
/** When more than one in so many DEAs must be read again, everything is. */
const REREAD_SHARE = 10;

/** What a {@linkcode DeaCache} is handed. */
export interface DeaCacheDeps {
  readonly store: Store;
  readonly layout: StoreLayout;
  readonly fence: Fence;
  readonly time: TimeProvider;
  /** Age at which it is brought up to date, in milliseconds, inclusive. */
  readonly maxAgeMs: number;
  /** Changes of ours after which all is read again, pass by pass. @default {20_000} */
  readonly ownChangesMax?: number;
  /** DEAs that are read again in one pass. @default {500} */
  readonly rereadPerPass?: number;
}

/** Our own commit of instance records. */
export interface OwnCommit {
  readonly revisions: readonly number[];
  /** How many records it changed. */
  readonly changes: number;
}

const NOTHING: KnownDea = { instances: new Map() };

/** A cache of the instance records, by DEA. */
export class DeaCache {
  readonly #deps: DeaCacheDeps;
  #deas: Map<string, KnownDea> | undefined;
  /** DEAs whose records must be read before anything is said of them. */
  readonly #doubted = new Set<string>();
  /** DEAs that others have changed; they are believed until the cache's life is over. */
  readonly #suspected = new Set<string>();
  /** Revisions after {@linkcode #seenRevision} that are our own commits. */
  readonly #ownRevisions = new Set<number>();
  #ownChanges = 0;
  /** What was written up to here is known. */
  #seenRevision = 0;
  #lookedAtMs = 0;
  #currentAtMs = 0;
  /** DEAs to be read again, some in each pass. */
  #unproven = new Set<string>();
  #rereadDueAtMs = 0;

  constructor(deps: DeaCacheDeps) {
    this.#deps = deps;
  }

  /** Reads the store: what it must, and no more than that. */
  async ensureLoaded(): Promise<void> {
    const { time, maxAgeMs } = this.#deps;
    const nowMs = time.monotonicMs(); // Before reading: what changes meanwhile may be missed.
    if (this.#deas === undefined) return await this.#readAll(nowMs);
    if (nowMs - this.#lookedAtMs >= maxAgeMs / LOOKS_PER_LIFE) await this.#look(nowMs);
    if (nowMs - this.#currentAtMs >= maxAgeMs) {
      this.doubt(this.#suspected);
      this.#suspected.clear();
      this.#currentAtMs = nowMs;
    }
    await this.#readDoubted(nowMs);
    if (nowMs >= this.#rereadDueAtMs) await this.#readUnproven();
  }

  /** What is stored of a DEA. */
  known(deaGuid: string): KnownDea {
    return this.#loaded().get(deaGuid) ?? NOTHING;
  }

  /** The DEAs of which anything is stored or was heard. */
  get deaGuids(): readonly string[] {
    return [...this.#loaded().keys()];
  }

  /** Takes note of what was committed. */
  commit(deaGuid: string, known: KnownDea): void {
    this.#loaded().set(deaGuid, new KeptDea(known));
  }

  /** Takes note of a commit of ours: when it is read back, it is no news. */
  recognize(commit: OwnCommit): void {
    for (const revision of commit.revisions) this.#ownRevisions.add(revision);
    this.#ownChanges += commit.changes;
  }

  /** Takes note that nothing is stored of a DEA any more. */
  forget(deaGuid: string): void {
    this.#loaded().delete(deaGuid);
  }

  /** Takes note that the records of these DEAs may be anything. */
  doubt(deaGuids: Iterable<string>): void {
    for (const deaGuid of deaGuids) this.#doubted.add(deaGuid);
  }

  /** Takes note that they are what they are known to be after all. */
  trust(deaGuids: Iterable<string>): void {
    for (const deaGuid of deaGuids) this.#doubted.delete(deaGuid);
  }

  #loaded(): Map<string, KnownDea> {
    if (this.#deas === undefined) throw new TypeError("Cannot use the cache: it was not loaded");
    return this.#deas;
  }

  /** Finds out of which DEAs somebody else has written or removed a record since the last look. */
  async #look(nowMs: number): Promise<void> {
    const { store, ownChangesMax = OWN_CHANGES_MAX } = this.#deps;
    if (this.#ownChanges > ownChangesMax) {
      this.#seen(await store.revision());
      this.#beginReread(nowMs);
    } else {
      await this.#readChanges(nowMs);
      this.#rereadDueAtMs = Math.min(this.#rereadDueAtMs, nowMs);
    }
    this.#lookedAtMs = nowMs;
  }

  async #readChanges(nowMs: number): Promise<void> {
    try {
      const revision = await readChangesUntilNow(this.#deps, {
        sinceRevision: this.#seenRevision,
        onEvents: (events) => this.#note(events),
      });
      this.#seen(revision);
    } catch (error) {
      if (!(error instanceof CompactedError)) throw error;
      await this.#readAll(nowMs);
    }
  }

  #note(events: readonly WatchEvent[]): void {
    const { actualPrefix } = this.#deps.layout;
    for (const event of events) {
      const [key, revision] = event.kind === "put"
        ? [event.entry.key, event.entry.modRevision]
        : [event.key, event.revision];
      if (this.#ownRevisions.has(revision)) continue;
      const slash = key.indexOf("/", actualPrefix.length);
      if (slash >= 0) this.#suspected.add(key.slice(actualPrefix.length, slash));
    }
  }

  #seen(revision: number): void {
    this.#seenRevision = revision;
    this.#ownRevisions.clear();
    this.#ownChanges = 0;
  }

  /** It waits for the first quiet look, but no longer than a life. */
  #beginReread(nowMs: number): void {
    if (this.#unproven.size === 0) this.#rereadDueAtMs = nowMs + this.#deps.maxAgeMs;
    for (const deaGuid of this.#loaded().keys()) this.#unproven.add(deaGuid);
  }

  async #readUnproven(): Promise<void> {
    const { rereadPerPass = REREAD_PER_PASS } = this.#deps;
    await this.#readDeas([...take(this.#unproven, rereadPerPass)]);
  }

  async #readDoubted(nowMs: number): Promise<void> {
    const deas = this.#loaded();
    const many = this.#doubted.size * REREAD_SHARE > deas.size + REREAD_SHARE;
    if (many) return await this.#readAll(nowMs);
    await this.#readDeas([...this.#doubted]);
  }

  /** Reads DEAs one by one: etcd looks at every key from where it begins to the end of what it is asked. */
  async #readDeas(deaGuids: readonly string[]): Promise<void> {
    const queue = deaGuids.values();
    const work = async () => {
      for (const deaGuid of queue) await this.#readDea(deaGuid);
    };
    await Promise.all(Array.from({ length: READS_AT_ONCE }, work));
  }

  async #readDea(deaGuid: string): Promise<void> {
    const deas = this.#loaded();
    let stored: StoredDea = { deaGuid, ...NOTHING };
    const prefix = this.#deps.layout.deaPrefix(deaGuid);
    await readStoredDeas(this.#deps, { prefix, onDea: (dea) => stored = dea });
    settle(deas, stored, deas.get(deaGuid));
    this.#doubted.delete(deaGuid);
    this.#unproven.delete(deaGuid);
  }

  async #readAll(nowMs: number): Promise<void> {
    const before = this.#deas ?? new Map<string, KnownDea>();
    const deas = new Map<string, KnownDea>();
    const revision = await readStoredDeas(this.#deps, {
      prefix: this.#deps.layout.actualPrefix,
      onDea: (dea) => settle(deas, dea, before.get(dea.deaGuid)),
    });
    for (const [deaGuid, known] of before) {
      if (!deas.has(deaGuid)) settle(deas, { deaGuid, ...NOTHING }, known);
    }
    this.#deas = deas;
    this.#doubted.clear();
    this.#suspected.clear();
    this.#unproven.clear();
    this.#seen(revision);
    this.#lookedAtMs = nowMs;
    this.#currentAtMs = nowMs;
  }
}

/** A DEA that is stored as it was known keeps its bytes: its next heartbeat need not be parsed. */
function settle(deas: Map<string, KnownDea>, stored: StoredDea, known: KnownDea | undefined): void {
  const { deaGuid, instances } = stored;
  if (known !== undefined && sameInstances(known.instances, instances)) {
    deas.set(deaGuid, known);
  } else if (instances.size > 0) {
    deas.set(deaGuid, new KeptDea({ instances }));
  } else {
    deas.delete(deaGuid);
  }
}

function* take<T>(items: Iterable<T>, count: number): Generator<T> {
  let taken = 0;
  for (const item of items) {
    if (taken >= count) return;
    taken += 1;
    yield item;
  }
}
