/**
 * Says what came of a run, for people.
 *
 * @module
 */

import type { FaultRunResult } from "./fault_run.ts";

/** Prints the summary. */
export function reportRun(result: FaultRunResult): void {
  const { messages, bustle, exits, memory, violations, seconds, healedAfterSeconds } = result;
  const injected = Object.values(result.faults).reduce((sum, count) => sum + count, 0);
  console.log(`\n${injected} faults in ${seconds} s:`);
  for (const [kind, count] of Object.entries(result.faults)) console.log(`  ${count}  ${kind}`);
  console.log(`beside them: ${listed(bustle)}`);
  console.log(`messages that the bus carried: ${listed(messages)}`);
  console.log(`processes ended: ${listed(exits)}`);
  console.log(`everything ran as desired ${healedAfterSeconds} s after the last fault was mended`);
  console.log("memory: lives, longest life, most, and of the longest its middle and its end");
  for (const [name, { lives, longestSeconds, most, middle, last }] of Object.entries(memory)) {
    console.log(`  ${name}: ${lives}, ${longestSeconds} s, ${most}, ${middle}, ${last}`);
  }
  for (const { rule, what, atMs } of violations) {
    console.log(`VIOLATION of ${rule} at ${(atMs / 1000).toFixed(1)} s: ${what}`);
  }
  console.log(`${injected} faults, ${violations.length} violations`);
}

function listed(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts).map(([name, count]) => `${count} ${name}`).join(", ") || "none";
}
