/**
 * What becomes of a desired state that is not to be believed (I6, F21, F22, HAZ-03): stops are held until a
 * fetch is believed again, the same loss is confirmed so often that it counts, or an operator lets it pass.
 * What is stored stays and can be looked at; that it goes stale by and by ends starts as well.
 *
 * The hold and what is remembered stand in the store: whoever fetches next goes on from there.
 *
 * @module
 */

import {
  isConfirmed,
  parseShrinkMemory,
  rememberShrink,
  type ShrinkMemory,
  shrinkMemoryToJson,
} from "../breakers/confirm_shrink.ts";
import type { Logger } from "../helpers/logger.ts";
import type { Metrics } from "../helpers/metrics.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";
import { ParseError } from "../models/parse_error.ts";
import { putHold, removeHold } from "../store/collections/holds.ts";
import { readWaivers } from "../store/collections/waivers.ts";
import { type Fence, fencedTransact } from "../store/fence.ts";
import type { StoreLayout } from "../store/layout.ts";
import type { Mutation, Store } from "../store/store.ts";

const NAME = "desired_shrink";

/** What a {@linkcode ShrinkBreaker} is handed. */
export interface ShrinkBreakerDeps {
  readonly store: Store;
  readonly layout: StoreLayout;
  readonly fence: Fence;
  readonly time: TimeProvider;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly config: { readonly shrinkConfirmations: number };
}

/** A fetch that is not believed. */
export interface Implausible {
  /** Why, as a sentence. */
  readonly reason: string;
  /** Names of what would go, in an order that is always the same. */
  readonly lost: readonly string[];
}

/** Holds stops while the desired state is not believed. */
export class ShrinkBreaker {
  readonly #deps: ShrinkBreakerDeps;

  constructor(deps: ShrinkBreakerDeps) {
    this.#deps = deps;
  }

  /**
   * Whether a fetch that is implausible is to be obeyed nevertheless; if not, stops are held from here on.
   *
   * @throws {StoreUnavailableError} when the store fails: obey nothing
   * @throws {LeadershipLostError} when another process leads
   */
  async obeys(fetch: Implausible): Promise<boolean> {
    const { store, layout, log, metrics, config } = this.#deps;
    const waivers = await readWaivers(store, layout, { log, metrics });
    const waiver = waivers.find(({ breaker }) => breaker === NAME);
    if (waiver !== undefined) {
      log.warn("Obeying an implausible desired state on an operator's word", { by: waiver.by });
      return true;
    }
    const memory = rememberShrink(await this.#memory(), fetch.lost);
    if (isConfirmed(memory, config.shrinkConfirmations)) {
      log.warn("Obeying an implausible desired state: it was confirmed", { ...memory });
      return true;
    }
    await this.#hold(fetch, memory);
    return false;
  }

  /**
   * A fetch was stored: stops are free again as far as this breaker goes.
   *
   * @throws {StoreUnavailableError} when the store fails: stops stay held until the next fetch
   * @throws {LeadershipLostError} when another process leads
   */
  async release(): Promise<void> {
    const { store, layout, fence, log, metrics } = this.#deps;
    metrics.set("breaker_desired_shrink", 0);
    const held = await store.get(layout.holdKey(NAME));
    const memory = await store.get(layout.breakerKey(NAME));
    if (held === undefined && memory === undefined) return;
    const forget: Mutation = { kind: "delete", key: layout.breakerKey(NAME) };
    const mutations = [removeHold(layout, NAME), forget];
    await fencedTransact(store, { guards: [], mutations }, fence);
    if (held !== undefined) log.warn("A breaker lets go", { breaker: NAME });
  }

  async #hold({ reason }: Implausible, memory: ShrinkMemory): Promise<void> {
    const { store, layout, fence, time, log, metrics } = this.#deps;
    metrics.set("breaker_desired_shrink", 1);
    const standing = await store.get(layout.holdKey(NAME));
    const remember: Mutation = {
      kind: "put",
      key: layout.breakerKey(NAME),
      value: shrinkMemoryToJson(memory),
    };
    const hold = {
      ...{ name: NAME, holds: "stops", source: "breaker", reason, by: NAME } as const,
      setAt: time.now(),
    };
    const mutations = standing === undefined ? [remember, putHold(layout, { hold })] : [remember];
    await fencedTransact(store, { guards: [], mutations }, fence);
    if (standing === undefined) log.warn("A breaker holds stops", { breaker: NAME, reason });
  }

  async #memory(): Promise<ShrinkMemory | undefined> {
    const { store, layout, log } = this.#deps;
    const entry = await store.get(layout.breakerKey(NAME));
    if (entry === undefined) return undefined;
    try {
      return parseShrinkMemory(entry.value);
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      log.error("Cannot read what the last fetch lost; counting anew", { error });
      return undefined;
    }
  }
}
