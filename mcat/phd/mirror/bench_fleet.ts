/**
 * A fleet written straight into a store, with guids as platforms have them: apps of one instance, 100 on a
 * DEA, everything as desired.
 *
 * @module
 */

import { commitMutations } from "../../../lib/store/commit_units.ts";
import { UNFENCED } from "../../../lib/store/fence.ts";
import { StoreLayout } from "../../../lib/store/layout.ts";
import type { Mutation, Store } from "../../../lib/store/store.ts";

const INSTANCES_PER_DEA = 100;
const APPS_AT_ONCE = 20_000;
/** Long ago: what is stored counts. */
const FRESH = JSON.stringify({ "timestamp": 1 });

/** Apps, DEAs and instances by their numbers. */
export class BenchFleet {
  readonly apps: number;
  readonly #layout = new StoreLayout({ schemaVersion: 1 });
  readonly #keys: string[];
  readonly #deas: string[];
  readonly #instances: string[];

  constructor(apps: number) {
    const guids = (count: number) => Array.from({ length: count }, () => crypto.randomUUID());
    this.apps = apps;
    this.#keys = Array.from(
      { length: apps },
      () => `${crypto.randomUUID()},${crypto.randomUUID()}`,
    );
    this.#instances = guids(apps);
    this.#deas = guids(Math.ceil(apps / INSTANCES_PER_DEA));
  }

  /** The key of an app. */
  keyOf(app: number): string {
    return this.#keys[app] ?? "";
  }

  /** Writes everything. */
  async store(store: Store): Promise<void> {
    const { desiredPrefix, actualFreshKey, desiredFreshKey } = this.#layout;
    for (let first = 0; first < this.apps; first += APPS_AT_ONCE) {
      const numbers = range(first, Math.min(this.apps, first + APPS_AT_ONCE));
      const desired = numbers.map((app) =>
        put(desiredPrefix + this.keyOf(app), "1,STARTED,STAGED")
      );
      const running = numbers.map((app) => this.#instance(app, "RUNNING,1700000000.0"));
      await commitMutations(store, [...desired, ...running], { fence: UNFENCED });
    }
    const presence = this.#deas.map((dea) => put(this.#layout.presenceKey(dea), dea));
    const fresh = [actualFreshKey, desiredFreshKey].map((key) => put(key, FRESH));
    await commitMutations(store, [...presence, ...fresh], { fence: UNFENCED });
  }

  /** Some apps say something new, others in every round, and nothing that is to be acted upon. */
  changes(round: number, count: number): Mutation[] {
    const state = `${round % 2 === 0 ? "STARTING" : "RUNNING"},17000${
      String(round).padStart(5, "0")
    }.0`;
    return range(0, count).map((number) =>
      this.#instance((round * 7_919 + number * 13) % this.apps, state)
    );
  }

  #instance(app: number, stateAndTime: string): Mutation {
    const dea = this.#deas[Math.floor(app / INSTANCES_PER_DEA)] ?? "";
    const name = `${this.keyOf(app)},${this.#instances[app]}`;
    return put(`${this.#layout.deaPrefix(dea)}${name}`, `0,${stateAndTime}`);
  }
}

function put(key: string, value: string): Mutation {
  return { kind: "put", key, value };
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
}
