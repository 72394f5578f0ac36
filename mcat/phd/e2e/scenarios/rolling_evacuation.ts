/**
 * A rolling evacuation: DEA after DEA begins to leave, the next when the one before has had its time.
 * Each instance is started elsewhere first, and stopped where it leaves when the other runs.
 *
 * @module
 */

import type { Measurement } from "../../results.ts";
import { counted, type Patience, took } from "../scenario.ts";
import type { World } from "../world.ts";
import { usageOver } from "./usage_over.ts";

/** DEAs that leave. */
const DEAS = 4;

/** The last DEAs but one leave, one every half period: scenarios before this one ended the first. */
export async function rollingEvacuation(
  world: World,
  patience: Patience,
): Promise<readonly Measurement[]> {
  const { platform, observer, options } = world;
  const before = platform.report;
  const from = observer.seconds;
  const deas = platform.report?.deas ?? 0;
  for (let left = 1; left <= Math.min(DEAS, deas - 2); left += 1) {
    await platform.command({ kind: "evacuate", deas: [deas - 1 - left] });
    await world.rest(options.periodSeconds / 2);
  }
  const evacuated = await world.waitUntil(() => platform.report?.evacuatingInstances === 0, {
    secondsMax: patience.secondsMax,
  });
  const after = platform.report;
  return [
    counted("rolling evacuation: DEAs", Math.min(DEAS, deas - 2)),
    ...took(
      "rolling evacuation: all empty",
      evacuated === undefined ? undefined : observer.seconds - from,
    ),
    counted(
      "rolling evacuation: starts",
      (after?.startsReceived ?? 0) - (before?.startsReceived ?? 0),
    ),
    counted(
      "rolling evacuation: stops",
      (after?.stopsReceived ?? 0) - (before?.stopsReceived ?? 0),
    ),
    ...usageOver(world, { from, phase: "rolling evacuation" }),
  ];
}
