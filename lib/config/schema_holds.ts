/**
 * The keys of what keeps messages back: operators' holds, and the breakers that hold what looks like a
 * mistake (I6). With the defaults every row of behaviour.md stands.
 *
 * @module
 */

import { DURATION_SECONDS_MAX, fraction, wholeNumber } from "./field_types.ts";

/** Keys of holds and breakers, with their defaults. */
export const holdKeys = {
  "hold_default_in_seconds": seconds().default(3_600).describe(
    "How long an operator's hold lasts that does not say --for, in seconds",
  ),
  "hold_max_in_seconds": seconds().default(86_400).describe(
    "The longest --for that hold and resume take, in seconds",
  ),
  "breaker_waiver_default_in_seconds": seconds().default(600).describe(
    "How long a breaker holds nothing after hm9000 resume without --for, in seconds",
  ),
  "breaker_dea_share_min": fraction().default(0.6).describe(
    "Starts are held while fewer DEAs are present than this share of their recent peak, provided " +
      "that breaker_dea_floor are gone; 0 switches the breaker off",
  ),
  "breaker_dea_floor": wholeNumber(1).default(10).describe(
    "DEAs that may go whatever share of all they are: a platform of fewer is never held",
  ),
  "breaker_dea_window_in_seconds": seconds().default(600).describe(
    "How long a peak of DEAs counts as recent, in seconds",
  ),
  "breaker_stop_share_max": fraction().default(0.1).describe(
    "Stops are held while one pass would stop more than this share of the reported instances and " +
      "nothing would be left at their indices, provided that they are more than " +
      "breaker_stop_floor; 1 switches the breaker off",
  ),
  "breaker_stop_floor": wholeNumber(0).default(50).describe(
    "Stops that one pass may send whatever share of all instances they are",
  ),
};

function seconds() {
  return wholeNumber(1).max(DURATION_SECONDS_MAX).meta({
    needs: `a whole number from 1 to ${DURATION_SECONDS_MAX}`,
  });
}
