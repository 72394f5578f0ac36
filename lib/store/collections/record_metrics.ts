/**
 * Writes figures to the store in one transaction: the latest value of some, sums of others. Only what
 * changed is touched (HAZ-06, MET-21), and each sum is guarded by the revision it was read at, so that two
 * who add at the same time both count.
 *
 * A transaction whose answer was lost may have been made or not, or be made later, and adding twice would
 * be as wrong as not at all. So it is remembered, and looked for before anything is added again. Whatever
 * is tried while it could still be made carries the same guards: of them all at most one is made.
 *
 * @module
 */

import { ParseError } from "../../models/parse_error.ts";
import { type Fence, fencedTransact, UNFENCED } from "../fence.ts";
import type { StoreLayout } from "../layout.ts";
import { rangeAll } from "../range_all.ts";
import type { Entry, Guard, Store, Transaction } from "../store.ts";
import { OutcomeUnknownError, StoreUnavailableError } from "../store_errors.ts";
import { parseMetric, putMetric, type StoredMetricName } from "./metrics.ts";

/** How often sums are tried when others add at the same time. */
const ATTEMPTS_MAX = 5;

/** What is to be written. */
export interface MetricChanges {
  /** What is added to each sum. */
  readonly sums: ReadonlyMap<StoredMetricName, number>;
  /** What replaces each of the others. */
  readonly latest: ReadonlyMap<StoredMetricName, number>;
}

/** What a {@linkcode MetricsRecorder} is handed. */
export interface MetricsRecorderDeps {
  readonly store: Store;
  readonly layout: StoreLayout;
  /** Guards what replaces: the latest value is that of who leads. Sums are facts, whoever leads by now. */
  readonly fence: Fence;
}

/** A transaction of which nobody knows whether it was made. */
interface Unsure {
  readonly transaction: Transaction;
  readonly changes: MetricChanges;
}

/** Writes figures. Keep one for as long as its component works: it remembers what it does not know. */
export class MetricsRecorder {
  readonly #deps: MetricsRecorderDeps;
  #unsure: readonly Unsure[] = [];

  constructor(deps: MetricsRecorderDeps) {
    this.#deps = deps;
  }

  /**
   * Writes the changes, and returns those that were written: all of them, or, when an earlier transaction
   * turns out to have been made after all, that one's; the rest is then to be recorded again.
   *
   * @throws {StoreUnavailableError} when they could not be written, or nobody knows (MET-20); they are to
   *   be recorded again, with what came since
   * @throws {LeadershipLostError} when there are values that replace others, and another process leads
   */
  async record(changes: MetricChanges): Promise<MetricChanges> {
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      const entries = await this.#read(changes);
      const made = this.#settle(entries);
      if (made !== undefined) return made;
      if (await this.#write({ transaction: this.#plan(changes, entries), changes })) return changes;
    }
    throw new StoreUnavailableError(
      `Cannot store figures: others wrote them in each of ${ATTEMPTS_MAX} attempts`,
    );
  }

  /** What is only replaced need not be read. */
  async #read({ sums }: MetricChanges): Promise<ReadonlyMap<string, Entry>> {
    if (sums.size === 0) return new Map();
    const { store, layout } = this.#deps;
    const { entries } = await rangeAll(store, layout.metricsPrefix);
    return new Map(entries.map((entry) => [entry.key, entry]));
  }

  /** The changes of that transaction nobody knew of which was made, if there is one. */
  #settle(entries: ReadonlyMap<string, Entry>): MetricChanges | undefined {
    const made = this.#unsure.find(({ transaction }) => wasMade(transaction, entries));
    // One whose guards do not hold any more was refused, or will be.
    this.#unsure = this.#unsure.filter(({ transaction }) =>
      transaction.guards.every((guard) => holds(guard, entries.get(guard.key)))
    );
    return made?.changes;
  }

  #plan(changes: MetricChanges, entries: ReadonlyMap<string, Entry>): Transaction {
    const { layout } = this.#deps;
    const guards: Guard[] = [];
    const mutations = [...changes.latest].map(([name, value]) =>
      putMetric(layout, { name, value })
    );
    for (const [name, by] of changes.sums) {
      const key = layout.metricKey(name);
      const entry = entries.get(key);
      guards.push(unchangedSince(key, entry));
      mutations.push(putMetric(layout, { name, value: sumIn(entry) + by }));
    }
    return { guards, mutations };
  }

  async #write(attempt: Unsure): Promise<boolean> {
    const { store, fence } = this.#deps;
    const { transaction, changes } = attempt;
    try {
      const fenced = changes.latest.size > 0 ? fence : UNFENCED;
      const { committed } = await fencedTransact(store, transaction, fenced);
      if (committed) this.#unsure = [];
      return committed;
    } catch (error) {
      const unknown = error instanceof OutcomeUnknownError && transaction.guards.length > 0;
      if (unknown) this.#unsure = [...this.#unsure, attempt];
      throw error;
    }
  }
}

/**
 * Whether every record holds what the transaction would have written, and none is what it was before. That
 * another writer left exactly the same is as good as impossible: there is one, save for `--once`.
 */
function wasMade(transaction: Transaction, entries: ReadonlyMap<string, Entry>): boolean {
  const untouched = transaction.guards.some((guard) => holds(guard, entries.get(guard.key)));
  return !untouched &&
    transaction.mutations.every((mutation) =>
      mutation.kind === "put" && entries.get(mutation.key)?.value === mutation.value
    );
}

function holds(guard: Guard, entry: Entry | undefined): boolean {
  return guard.kind === "modified_at" ? entry?.modRevision === guard.revision : entry === undefined;
}

function unchangedSince(key: string, entry: Entry | undefined): Guard {
  if (entry === undefined) return { kind: "absent", key };
  return { kind: "modified_at", key, revision: entry.modRevision };
}

/** What was counted so far; a record that cannot be read counts as nothing, and is overwritten. */
function sumIn(entry: Entry | undefined): number {
  if (entry === undefined) return 0;
  try {
    return parseMetric(entry.value);
  } catch (error) {
    if (error instanceof ParseError) return 0;
    throw error;
  }
}
