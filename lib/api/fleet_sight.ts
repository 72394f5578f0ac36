/**
 * What the API's answers are made from: the fleet as the mirror has it, with a word on how current that is.
 * While the store answers it is as current as the store itself, for the mirror is asked to catch up first.
 * When the store does not answer in time, what is known is still there to be shown, but never as fresh
 * (I16): whoever asks is told why it is stale, and since when it could not be compared with the store.
 *
 * @module
 */

import type { TimeProvider } from "../helpers/time_provider.ts";
import { shareCalls } from "../helpers/share_calls.ts";
import type { FleetMirror } from "../mirror/fleet_mirror.ts";
import type { FleetView } from "../mirror/fleet_view.ts";
import {
  type Freshness,
  judgeFreshness,
  type ReadFreshnessOptions,
  requireFresh,
} from "../store/collections/freshness.ts";
import { NotFreshError, StoreUnavailableError } from "../store/store_errors.ts";
import { withPatience } from "../helpers/patience.ts";

/** The fleet as it is seen now. */
export interface FleetSight {
  /** Goes on changing: what is to be seen of one moment is to be read before the next `await`. */
  readonly view: FleetView;
  /** Seconds since the view was last known to hold everything that the store held. */
  readonly ageSeconds: number;
  /** Whether the store answers: if not, nothing else of it needs to be waited for. */
  readonly reachable: boolean;
  /** Unix seconds. */
  readonly now: number;
  readonly freshness: Freshness;
  /** Why nobody should act on this; undefined when it is fresh. */
  readonly staleBecause: string | undefined;
}

/** What a {@linkcode FleetLookout} is handed. */
export interface FleetLookoutDeps {
  /** Somebody runs it. */
  readonly mirror: FleetMirror;
  readonly time: TimeProvider;
  readonly actualFreshnessTtlSeconds: number;
}

/** Looks at the fleet for all who ask. */
export class FleetLookout {
  readonly #deps: FleetLookoutDeps;
  readonly #look = shareCalls(() => this.#catchUp());
  #known: { readonly view: FleetView; readonly atMs: number } | undefined;

  constructor(deps: FleetLookoutDeps) {
    this.#deps = deps;
  }

  /**
   * The fleet, as current as it can be had within two seconds.
   *
   * @throws {StoreUnavailableError} when nothing is known of it at all
   */
  async look(): Promise<FleetSight> {
    const failure = await this.#look();
    const { mirror, time } = this.#deps;
    const { view } = mirror;
    if (view === undefined) throw failure ?? new StoreUnavailableError(NOT_LISTED);
    const caughtUpAtMs = this.#known?.view === view ? this.#known.atMs : undefined;
    const ageSeconds = (time.monotonicMs() - (caughtUpAtMs ?? -Infinity)) / 1000;
    const judged = this.#judge(view);
    const reachable = failure === undefined;
    const sight = { view, ageSeconds, reachable, ...judged };
    return reachable ? sight : { ...sight, staleBecause: unreachable(failure, ageSeconds) };
  }

  /** What the view itself says of how fresh it is. */
  #judge(view: FleetView): Pick<FleetSight, "now" | "freshness" | "staleBecause"> {
    const { time, actualFreshnessTtlSeconds } = this.#deps;
    const now = time.now();
    const options = { now, actualFreshnessTtlSeconds };
    const freshness = judgeFreshness(view.freshness, options);
    return { now, freshness, staleBecause: staleness(freshness, options) };
  }

  /** Why the view could not catch up; undefined when it has. Never are two attempts under way. */
  async #catchUp(): Promise<StoreUnavailableError | undefined> {
    const { mirror, time } = this.#deps;
    const atMs = time.monotonicMs();
    try {
      const view = await withPatience(mirror.caughtUp(), time);
      if (view === undefined) return new StoreUnavailableError("the store does not answer in time");
      this.#known = { view, atMs };
      return undefined;
    } catch (error) {
      if (error instanceof StoreUnavailableError) return error;
      // A platform that reports in is not looked at: there is no view of it to be had for a while.
      if (error instanceof NotFreshError) return new StoreUnavailableError(error.message);
      throw error;
    }
  }
}

const NOT_LISTED = "the fleet is being listed, ask again in a moment";

function staleness(freshness: Freshness, options: ReadFreshnessOptions): string | undefined {
  try {
    requireFresh(freshness, options);
    return undefined;
  } catch (error) {
    if (error instanceof NotFreshError) return error.message;
    throw error;
  }
}

function unreachable(failure: Error, ageSeconds: number): string {
  const since = Number.isFinite(ageSeconds)
    ? `was last heard of ${Math.ceil(ageSeconds)} s ago`
    : "has not been heard of yet";
  return `The store ${since}: ${failure.message}`;
}
