/**
 * What measuring gives; `phd.ts` adds machine, command and date and makes a {@linkcode Run} of it.
 *
 * @module
 */

import type { Measurement, Run, TimeSeries } from "./results.ts";

/** What was found. */
export interface Findings {
  readonly measurements: readonly Measurement[];
  readonly series: readonly TimeSeries[];
  readonly notes: readonly string[];
}

/** One run still to be made. */
export interface PlannedRun extends Pick<Run, "section" | "id" | "title"> {
  readonly measure: (signal: AbortSignal) => Promise<Findings>;
}
