/**
 * How long a message can be delayed at most: what is due later than that was queued by a clock that was
 * wrong (F16). Pure.
 *
 * @module
 */

import type { RuleConfig } from "./app_case.ts";

/** Duplicates of one index are stopped a grace period apart; nobody has more of them than this. */
const GRACE_PERIODS_MAX = 64;

/** The longest delay that the rules ask for, in seconds. */
export function longestDelaySeconds(
  { maximumBackoffSeconds, gracePeriodSeconds }: Pick<
    RuleConfig,
    "maximumBackoffSeconds" | "gracePeriodSeconds"
  >,
): number {
  return Math.max(maximumBackoffSeconds, GRACE_PERIODS_MAX * gracePeriodSeconds);
}
