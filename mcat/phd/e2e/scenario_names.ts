/**
 * What can happen to the platform of an end-to-end run, by name.
 *
 * @module
 */

/** Names of the scenarios. */
export const SCENARIO_NAMES = [
  "steady",
  "lookups",
  "dea_dies",
  "tenth_dies",
  "rolling_evacuation",
  "bad_input",
  "cold_start",
] as const;

/** One of {@linkcode SCENARIO_NAMES}. */
export type ScenarioName = typeof SCENARIO_NAMES[number];
