/**
 * Writes the decision log of one component, beside its work. Recording is for those who ask afterwards; no
 * start or stop waits for it or fails with it.
 *
 * Why not in the transaction that queues or claims a message: the log would make that transaction larger,
 * and whatever is wrong with the log would be wrong with the start. Why not before it: the log would tell
 * of what never happened. So decisions are handed over once the queues have been written, gathered for a
 * moment, and written in a transaction of their own under the leader's fence: a deposed leader adds
 * nothing to a log that another writes. A process that is killed loses what it had gathered, and a store
 * that fails loses a batch, which is counted; what the log does say is true.
 *
 * The log is bounded by its writers: each keeps so many decisions of its component and deletes what is
 * older than an age, with every batch that it writes. There is no lease: what is kept is a matter of
 * configuration, and a lease for every batch of a busy day would be the dearest part of it.
 *
 * @module
 */

import type { DecisionLogConfig } from "../config/config.ts";
import { Bell } from "../helpers/bell.ts";
import { LogLimiter } from "../helpers/log_limiter.ts";
import type { Logger } from "../helpers/logger.ts";
import type { Metrics } from "../helpers/metrics.ts";
import type { Random } from "../helpers/random.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";
import type { Decider, Decision } from "../models/decision.ts";
import { boundDecisions } from "./collections/bound_decisions.ts";
import { DECISIONS_PER_RECORD_MAX, putDecisions } from "./collections/decisions.ts";
import { DecisionShelf } from "./collections/decision_shelf.ts";
import { commitUnits } from "./commit_units.ts";
import type { Fence } from "./fence.ts";
import type { StoreLayout } from "./layout.ts";
import type { Mutation, Store } from "./store.ts";

/** Decisions are gathered for as long before they are written, so that a busy second is one record. */
const GATHER_MS = 1_000;

/** Where decisions are handed over. It costs nothing and never fails. */
export interface DecisionSink {
  /** Takes decisions, in the order they were made. */
  record(decisions: readonly Decision[]): void;
}

/** For whoever wires a component without a log. */
export const NO_DECISION_LOG: DecisionSink = { record() {} };

/** What a {@linkcode DecisionLog} is handed. */
export interface DecisionLogDeps {
  readonly store: Store;
  readonly layout: StoreLayout;
  readonly fence: Fence;
  /** Whose decisions are recorded. */
  readonly component: Decider;
  readonly config: DecisionLogConfig;
  readonly time: TimeProvider;
  readonly random: Random;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** The log of one component. */
export class DecisionLog implements DecisionSink {
  readonly #deps: DecisionLogDeps;
  readonly #limiter: LogLimiter;
  readonly #shelf: DecisionShelf;
  readonly #recorded = new Bell();
  #gathered: Decision[] = [];
  /** Unix milliseconds in the key of the last record: the next has a later one. */
  #lastMs = 0;

  /** Reads and writes nothing until it is flushed. */
  constructor(deps: DecisionLogDeps) {
    this.#deps = deps;
    this.#limiter = new LogLimiter({ time: deps.time });
    this.#shelf = new DecisionShelf(deps);
  }

  record(decisions: readonly Decision[]): void {
    const { maxDecisions } = this.#deps.config;
    if (decisions.length === 0 || maxDecisions === 0) return;
    for (const decision of decisions) this.#gathered.push(decision);
    // Twice the bound, so that it is not cut anew for every decision.
    if (this.#gathered.length > 2 * maxDecisions) this.#gathered = [...this.#bounded()];
    this.#recorded.ring();
  }

  /** Does `work` until it is done, and writes meanwhile and afterwards; throws what `work` throws. */
  async beside(work: (signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void> {
    const recording = new AbortController();
    const loop = this.#loop(recording.signal);
    try {
      await work(signal);
    } finally {
      recording.abort();
      await loop;
      await this.flush();
    }
  }

  /** Writes what was gathered; if that fails it is said and counted, and the batch is lost. */
  async flush(): Promise<void> {
    const decisions = this.#bounded();
    if (decisions.length === 0) return;
    this.#gathered = [];
    try {
      await this.#write(decisions);
    } catch (error) {
      this.#shelf.forget();
      this.#lose(decisions.length, error);
    }
  }

  #bounded(): readonly Decision[] {
    return boundDecisions(this.#gathered, this.#deps.config.maxDecisions);
  }

  async #loop(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (this.#gathered.length === 0) await this.#recorded.wait(signal);
      await this.#deps.time.sleep(GATHER_MS, { signal });
      if (!signal.aborted) await this.flush();
    }
  }

  async #write(decisions: readonly Decision[]): Promise<void> {
    const { store, fence } = this.#deps;
    const puts = this.#records(decisions);
    const obsolete = await this.#shelf.add(puts.map(({ key }) => key));
    const deletes = obsolete.map((key): Mutation => ({ kind: "delete", key }));
    const units = [...puts, ...deletes].map((mutation) => ({ guards: [], mutations: [mutation] }));
    await commitUnits(store, units, { fence });
  }

  /** Records of a bounded size, each with a millisecond of its own, so that they stay in order. */
  #records(decisions: readonly Decision[]): (Mutation & { readonly kind: "put" })[] {
    const { layout, component, time, random } = this.#deps;
    const unique = random.leaseId().toString(36);
    const records: (Mutation & { readonly kind: "put" })[] = [];
    for (let first = 0; first < decisions.length; first += DECISIONS_PER_RECORD_MAX) {
      this.#lastMs = Math.max(Math.floor(time.nowMs()), this.#lastMs + 1);
      records.push(putDecisions(layout, {
        key: { atMs: this.#lastMs, component, unique },
        decisions: decisions.slice(first, first + DECISIONS_PER_RECORD_MAX),
      }));
    }
    return records;
  }

  #lose(decisions: number, error: unknown): void {
    const { metrics, log } = this.#deps;
    metrics.increment("decisions_lost", decisions);
    const admission = this.#limiter.admit("decisions");
    if (!admission.admitted) return;
    log.warn("Could not record decisions", { decisions, error, suppressed: admission.suppressed });
  }
}
