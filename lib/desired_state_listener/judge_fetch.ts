/**
 * Whether a fetched desired state is to be believed. A Cloud Controller that suddenly wants nothing, or
 * implausibly little, has more likely lost its database than its users; obeying it would stop everything
 * (HAZ-03, DES-20, "Decided otherwise").
 *
 * @module
 */

import { FetchError } from "./fetch_error.ts";

/** What a fetch is judged by. */
export interface FetchJudgement {
  /** Apps the Cloud Controller named, wanted or not. */
  readonly received: number;
  /** Apps in the store now. */
  readonly stored: number;
  /** Apps in the store now that the fetch does not want. */
  readonly lost: number;
  readonly allowEmptyDesiredState: boolean;
  /** Share of the stored apps, 0 to 1, that may be lost in one fetch … */
  readonly shrinkFractionMax: number;
  /** … and number of apps that may be lost whatever their share. */
  readonly shrinkAppsFloor: number;
}

/**
 * Returns if the fetch may be obeyed.
 *
 * @throws {FetchError} with failure `held` if not; what is stored stays
 */
export function judgeFetch(judgement: FetchJudgement): void {
  const { received, stored, lost } = judgement;
  if (received === 0 && stored > 0 && !judgement.allowEmptyDesiredState) {
    const message = `Holding the desired state: the Cloud Controller names no app at all while ` +
      `${stored} are stored; what is stored stays. If nothing is really desired, run hm9000 ` +
      "resume desired_shrink, or set allow_empty_desired_state";
    throw new FetchError("held", message);
  }
  const implausible = lost > judgement.shrinkAppsFloor &&
    lost > stored * judgement.shrinkFractionMax;
  if (received > 0 && implausible) {
    const message = `Holding the desired state: ${lost} of ${stored} stored apps would go in one ` +
      "fetch; what is stored stays. If that is meant, run hm9000 resume desired_shrink, or raise " +
      "desired_state_shrink_fraction_max or desired_state_shrink_apps_floor";
    throw new FetchError("held", message);
  }
}
