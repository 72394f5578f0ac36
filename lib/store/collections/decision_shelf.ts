/**
 * Which records of decisions stand in the store, as the writer of a component knows it: it reads the keys
 * once, and from then on keeps count of what it adds, for it leads and nobody else writes its own.
 *
 * @module
 */

import type { DecisionLogConfig } from "../../config/config.ts";
import type { TimeProvider } from "../../helpers/time_provider.ts";
import type { Decider } from "../../models/decision.ts";
import { ParseError } from "../../models/parse_error.ts";
import type { StoreLayout } from "../layout.ts";
import { rangeAll } from "../range_all.ts";
import type { Store } from "../store.ts";
import { type DecisionRecordKey, parseDecisionKey } from "./decisions.ts";

/** What a {@linkcode DecisionShelf} is handed. */
export interface DecisionShelfDeps {
  readonly store: Store;
  readonly layout: StoreLayout;
  readonly component: Decider;
  readonly config: DecisionLogConfig;
  readonly time: TimeProvider;
}

interface Shelved extends Pick<DecisionRecordKey, "atMs" | "component" | "decisions"> {
  readonly key: string;
}

/** The records of one component, and those of others that were there at first. */
export class DecisionShelf {
  readonly #deps: DecisionShelfDeps;
  /** In order of time; undefined until it is read. */
  #records: readonly Shelved[] | undefined;

  constructor(deps: DecisionShelfDeps) {
    this.#deps = deps;
  }

  /** Takes note of records that are about to be written, and names those that must go. */
  async add(keys: readonly string[]): Promise<readonly string[]> {
    const { layout, config, component, time } = this.#deps;
    const known = this.#records ?? await this.#read();
    const oldestMs = time.nowMs() - config.maxAgeSeconds * 1000;
    const all = [...known, ...keys.map((key) => ({ key, ...parseDecisionKey(layout, key) }))];
    let room = config.maxDecisions;
    const keep: Shelved[] = [];
    const obsolete: string[] = [];
    for (const record of all.toReversed()) {
      const own = record.component === component;
      if (own) room -= record.decisions;
      const written = keys.includes(record.key);
      if (written || (record.atMs >= oldestMs && (!own || room >= 0))) keep.push(record);
      else obsolete.push(record.key);
    }
    this.#records = keep.reverse();
    return obsolete;
  }

  /** Reads the keys again the next time: nobody knows what became of those that were added. */
  forget(): void {
    this.#records = undefined;
  }

  async #read(): Promise<readonly Shelved[]> {
    const { store, layout } = this.#deps;
    const { entries } = await rangeAll(store, layout.decisionsPrefix, { keysOnly: true });
    return entries.flatMap(({ key }) => {
      try {
        return [{ key, ...parseDecisionKey(layout, key) }];
      } catch (error) {
        if (error instanceof ParseError) return []; // Whoever reads it says so.
        throw error;
      }
    });
  }
}
