/**
 * A cold start: the Cloud Controller wants everything, DEAs are there and empty. Once the store is fresh
 * everything is missing at once, waits out the grace period, and is started as fast as the sender may.
 *
 * @module
 */

import type { Measurement } from "../../results.ts";
import { counted, type Patience, took } from "../scenario.ts";
import type { World } from "../world.ts";
import { becomeFresh } from "./steady.ts";
import { usageOver } from "./usage_over.ts";

/** Measures from the first heartbeat until every app runs. */
export async function coldStart(
  world: World,
  patience: Patience,
): Promise<readonly Measurement[]> {
  const { platform, observer, options } = world;
  const from = observer.seconds;
  const begun = await becomeFresh(world, patience);
  const running = () => platform.report?.runningApps ?? 0;
  const first = await world.waitUntil(() => running() > 0, { secondsMax: patience.secondsMax });
  const firstAt = first === undefined ? undefined : observer.seconds - from;
  const all = await world.waitUntil(() => running() >= options.apps, {
    secondsMax: patience.secondsMax,
  });
  return [
    ...begun,
    ...took("cold start: first start", firstAt),
    ...took("cold start: all running", all === undefined ? undefined : observer.seconds - from),
    counted("cold start: apps running", running()),
    counted("cold start: starts", platform.report?.startsReceived ?? 0),
    counted("freshness lost", observer.freshnessLost),
    ...usageOver(world, { from, phase: "cold start" }),
  ];
}
