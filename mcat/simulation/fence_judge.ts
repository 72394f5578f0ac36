/**
 * Judges leadership from outside: who made the key that says who leads, and who writes and publishes as if
 * it did (I9, I10). The store's own order of events decides, not what anybody believes.
 *
 * @module
 */

import { lockKey, type StoreLayout } from "../../lib/store/layout.ts";
import type { MemoryDatabase } from "../../lib/store/memory_database.ts";
import type { Mutation, Transaction } from "../../lib/store/store.ts";
import type { Accusations } from "./accusations.ts";
import type { SimulatedProcess } from "./simulated_process.ts";

/** Who is told that its key was removed behind its back may go on for so long: a renewal, and the way. */
const NOTICE_MS = 10_000;

/** What judging needs. */
export interface FenceJudgeDeps {
  readonly database: MemoryDatabase;
  readonly layout: StoreLayout;
  readonly accusations: Accusations;
  readonly nowMs: () => number;
}

/** Watches who writes and publishes. */
export class FenceJudge {
  readonly #deps: FenceJudgeDeps;
  /** The revision at which each process made its leadership's key. */
  readonly #made = new Map<SimulatedProcess, number>();
  #meddledAtMs = -Infinity;

  constructor(deps: FenceJudgeDeps) {
    this.#deps = deps;
  }

  /** Somebody has taken a leadership away, by hand or with the whole store. */
  meddled(): void {
    this.#meddledAtMs = this.#deps.nowMs();
  }

  /** A transaction was committed just now. */
  committed(process: SimulatedProcess, { mutations }: Transaction): void {
    const { database, accusations } = this.#deps;
    const lock = lockKey(componentOf(process));
    if (mutations.some((mutation) => mutation.kind === "put" && mutation.key === lock)) {
      this.#made.set(process, database.get(lock)?.createRevision ?? 0);
      return;
    }
    const key = mutations.filter((mutation) => !this.#isRevocation(mutation))
      .map((one) => one.kind === "delete_prefix" ? one.prefix : one.key)
      .find((key) => this.#isFenced(key));
    if (key === undefined || this.#leads(process)) return;
    accusations.accuse("I9", `${process.name} has written ${key} and does not lead`);
  }

  /** A message has left that only a leader may send. */
  published(process: SimulatedProcess, subject: string): void {
    const { nowMs, accusations } = this.#deps;
    if (this.#leads(process) || nowMs() - this.#meddledAtMs < NOTICE_MS) return;
    accusations.accuse("I10", `${process.name} has published ${subject} and does not lead`);
  }

  #leads(process: SimulatedProcess): boolean {
    const made = this.#made.get(process);
    const entry = this.#deps.database.get(lockKey(componentOf(process)));
    return made !== undefined && entry?.createRevision === made;
  }

  /** Whoever sees that the store is not the one it was may end its freshness: that errs on the safe side. */
  #isRevocation(mutation: Mutation): boolean {
    const { actualFreshKey, desiredFreshKey } = this.#deps.layout;
    return mutation.kind === "delete" && [actualFreshKey, desiredFreshKey].includes(mutation.key);
  }

  /** Everything but leaderships and bookmarks, which are everybody's. */
  #isFenced(key: string): boolean {
    const { layout } = this.#deps;
    const isBookmark = key.startsWith(layout.bookmarksPrefix) || key === layout.desiredBookmarkKey;
    return key.startsWith(`${layout.root}/`) && !isBookmark;
  }
}

function componentOf(process: SimulatedProcess): string {
  return process.name.split("/")[0] ?? "";
}
