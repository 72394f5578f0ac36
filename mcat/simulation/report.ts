/**
 * Says what came of runs.
 *
 * @module
 */

import type { Campaign } from "./campaign.ts";
import type { SimulationResult } from "./simulate.ts";

const HOUR_MS = 3_600_000;
/** Violations that are printed of one run; the others follow from them more often than not. */
const SHOWN_MAX = 10;

/** One run. */
export function reportRun(result: SimulationResult): void {
  const { seed, violations, starts, stops, simulatedMs, history } = result;
  const faults = sum(result.faults.values());
  const verdict = violations.length === 0 ? "ok    " : "BROKEN";
  const hours = (simulatedMs / HOUR_MS).toFixed(2);
  console.log(
    `${verdict} seed ${seed}: ${hours} h, ${faults} faults, ${starts} starts, ${stops} stops, ` +
      `history ${history}`,
  );
  for (const { invariant, atMs, what } of violations.slice(0, SHOWN_MAX)) {
    console.log(`         ${invariant} at ${(atMs / 1000).toFixed(1)} s: ${what}`);
  }
  if (violations.length > SHOWN_MAX) console.log(`         and ${violations.length} in all`);
}

/** All of them. */
export function reportCampaign(campaign: Campaign): void {
  const { hours, minutes, cpuMinutes, runs, broken, faults } = campaign;
  for (const [name, count] of faults) console.log(`${String(count).padStart(8)}  ${name}`);
  console.log(
    `${hours.toFixed(1)} h simulated in ${minutes.toFixed(1)} min ` +
      `(${(hours / minutes).toFixed(0)} h/min, ${
        (hours / cpuMinutes).toFixed(0)
      } h per minute of ` +
      `one core), ${sum(faults.values())} faults, ${campaign.starts} starts, ` +
      `${campaign.stops} stops, ${broken.length} of ${runs} runs broken`,
  );
}

function sum(numbers: Iterable<number>): number {
  return [...numbers].reduce((total, number) => total + number, 0);
}
