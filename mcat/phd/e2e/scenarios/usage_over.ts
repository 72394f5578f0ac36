/**
 * What each process used over a stretch of a run.
 *
 * @module
 */

import type { Measurement } from "../../results.ts";
import { rounded } from "../../samples.ts";
import type { World } from "../world.ts";

/** Processor and memory of each process, from `from` (seconds of the observer) until now. */
export function usageOver(
  { observer }: World,
  { from, phase }: { readonly from: number; readonly phase: string },
): Measurement[] {
  const shares = observer.usage.shares(from, observer.seconds);
  return shares.flatMap((share): Measurement[] => {
    const labels = { process: share.name, phase };
    return [
      { name: "cpu", labels, value: rounded(share.percentOfCore), unit: "% of a core" },
      { name: "cpu time", labels, value: rounded(share.cpuSeconds), unit: "s" },
      { name: "memory peak", labels, value: Math.round(share.peakRssMib), unit: "MiB" },
    ];
  });
}
