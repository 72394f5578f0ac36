/**
 * The apps as a mirror of the fleet has them: a lookup costs what is looked up, however many apps there are.
 * An answer may be some tenth of a second old, which it says; the mirror is asked to catch up with the store
 * beside the questions, so that while they keep coming none of them waits for the store.
 *
 * @module
 */

import type { TimeProvider } from "../helpers/time_provider.ts";
import type { FleetMirror } from "../mirror/fleet_mirror.ts";
import type { FleetView } from "../mirror/fleet_view.ts";
import { appKey } from "../models/app_key.ts";
import { judgeFreshness, requireFresh } from "../store/collections/freshness.ts";
import type { ReadAppStates } from "./app_states.ts";

/** What looking up takes. */
export interface MirroredAppStatesDeps {
  readonly mirror: FleetMirror;
  readonly time: TimeProvider;
  readonly actualFreshnessTtlSeconds: number;
  /**
   * How old what is answered may be, in milliseconds.
   *
   * @default {0} each question waits until the mirror has all that was committed before it
   */
  readonly ageMaxMs?: number;
}

/** A view that was known to hold everything that the store held at `atMs`, of a clock that never goes back. */
interface Known {
  readonly view: FleetView;
  readonly atMs: number;
}

/** Looks apps up, while the store is fresh (API-07, FRE-21). */
export function lookUpAppStates(deps: MirroredAppStatesDeps): ReadAppStates {
  const { time, actualFreshnessTtlSeconds } = deps;
  const current = currentView(deps);
  return async () => {
    const { view, atMs } = await current();
    const options = { now: time.now(), actualFreshnessTtlSeconds };
    requireFresh(judgeFreshness(view.freshness, options), options);
    return {
      revision: view.revision,
      ageSeconds: (time.monotonicMs() - atMs) / 1000,
      find: (id) => view.app(appKey(id)),
    };
  };
}

function currentView({ mirror, time, ageMaxMs = 0 }: MirroredAppStatesDeps): () => Promise<Known> {
  let known: Known | undefined;
  const catchUp = async (): Promise<Known> => {
    const atMs = time.monotonicMs();
    const view = await mirror.caughtUp();
    known = { view, atMs };
    return known;
  };
  return () => {
    const ageMs = time.monotonicMs() - (known?.atMs ?? -Infinity);
    const tooOld = ageMs >= ageMaxMs;
    if (known === undefined || known.view !== mirror.view || tooOld) return catchUp();
    // Whether that fails is told to whoever asks when this is too old.
    if (ageMs > ageMaxMs / 2) catchUp().catch(() => {});
    return Promise.resolve(known);
  };
}
