/**
 * How the listener knows that the store is the one it has read, so that it may go by what it remembers of
 * it (I11, F11): by the desired freshness key, which nobody else puts. A store that was restored from before
 * or wiped does not have it as it was left, or a mirror that has noticed has taken it away. Without that, a
 * fetch would find nothing to change and call the desired state of long ago fresh.
 *
 * @module
 */

import type { TimeProvider } from "../helpers/time_provider.ts";
import type { Store } from "../store/store.ts";

/** What a {@linkcode StoreMark} is handed. */
export interface StoreMarkDeps {
  readonly store: Store;
  readonly key: string;
  /** How long the key lasts unless it is put again. */
  readonly ttlSeconds: number;
  readonly time: TimeProvider;
}

/** The revision that put the key; of a key that is absent. */
const ABSENT = 0;

/** The key as it was left. */
export class StoreMark {
  readonly #deps: StoreMarkDeps;
  #revision: number | undefined;
  #lookedAtMs = 0;

  constructor(deps: StoreMarkDeps) {
    this.#deps = deps;
  }

  /**
   * Whether the key is there as it was left. From now on it is held against what it is now.
   *
   * @throws {StoreUnavailableError} when the store fails
   */
  async isAsLeft(): Promise<boolean> {
    const left = this.#revision;
    const revision = await this.#read();
    this.#revision = revision;
    this.#lookedAtMs = this.#deps.time.monotonicMs();
    return revision !== ABSENT && revision === left;
  }

  /**
   * Whether the store was replaced since {@linkcode isAsLeft} looked. That the key has ended with its lease
   * meanwhile means nothing.
   *
   * @throws {StoreUnavailableError} when the store fails
   */
  async wasReplaced(): Promise<boolean> {
    const { ttlSeconds, time } = this.#deps;
    const revision = await this.#read();
    if (revision === this.#revision) return false;
    const mayHaveEnded = time.monotonicMs() - this.#lookedAtMs >= ttlSeconds * 1000;
    return revision !== ABSENT || !mayHaveEnded;
  }

  /** The key was put at this revision. */
  leave(revision: number): void {
    this.#revision = revision;
  }

  async #read(): Promise<number> {
    const { store, key } = this.#deps;
    return (await store.get(key))?.modRevision ?? ABSENT;
  }
}
