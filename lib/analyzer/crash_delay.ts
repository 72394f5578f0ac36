/**
 * How long the start of a crashed instance waits: not at all for the first few crashes, then twice as
 * long each time, up to a limit (CRA-04 to CRA-16).
 *
 * @module
 */

import type { RuleConfig } from "./app_case.ts";

/** Doubling more often than this is longer than any limit; it keeps the power finite. */
const DOUBLINGS_MAX = 60;

/** What decides the delay. */
export type BackoffConfig = Pick<
  RuleConfig,
  "crashesBeforeBackoff" | "startingBackoffSeconds" | "maximumBackoffSeconds"
>;

/** Seconds to wait before an index is started that was started `crashCount` times after crashes. */
export function crashDelaySeconds(crashCount: number, config: BackoffConfig): number {
  const { crashesBeforeBackoff, startingBackoffSeconds, maximumBackoffSeconds } = config;
  if (crashCount < crashesBeforeBackoff) return 0;
  const doublings = Math.min(crashCount - crashesBeforeBackoff, DOUBLINGS_MAX);
  return Math.min(startingBackoffSeconds * 2 ** doublings, maximumBackoffSeconds);
}
