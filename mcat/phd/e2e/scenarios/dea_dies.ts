/**
 * DEAs die at once: one, or a tenth of all. What ran on them is missed when their presence ends, waits out
 * the grace period, and is started on the others.
 *
 * @module
 */

import type { Measurement } from "../../results.ts";
import { counted, type Patience, took } from "../scenario.ts";
import type { World } from "../world.ts";
import { usageOver } from "./usage_over.ts";

/** The first DEA dies. */
export function deaDies(world: World, patience: Patience): Promise<readonly Measurement[]> {
  return die(world, { what: "a DEA dies", first: 0, count: 1, ...patience });
}

/** A tenth of all DEAs dies, none that died before. */
export function tenthDies(world: World, patience: Patience): Promise<readonly Measurement[]> {
  const count = Math.max(1, Math.round((world.platform.report?.deas ?? 0) / 10));
  return die(world, { what: "a tenth dies", first: 1, count, ...patience });
}

async function die(
  world: World,
  death: Patience & { readonly what: string; readonly first: number; readonly count: number },
): Promise<readonly Measurement[]> {
  const { platform, observer } = world;
  const { what, first, count, secondsMax } = death;
  const startsBefore = platform.report?.startsReceived ?? 0;
  const runningBefore = platform.report?.runningApps ?? 0;
  const from = observer.seconds;
  const deas = Array.from({ length: count }, (_, i) => first + i);
  await platform.command({ kind: "die", deas });
  await world.waitUntil(() => (platform.report?.runningApps ?? 0) < runningBefore, {
    secondsMax,
  });
  const lost = runningBefore - (platform.report?.runningApps ?? 0);
  const sent = () => (platform.report?.startsReceived ?? 0) - startsBefore;
  const firstStart = await world.waitUntil(() => sent() > 0, { secondsMax });
  const running = () => (platform.report?.runningApps ?? 0) >= runningBefore;
  const healed = await world.waitUntil(running, { secondsMax });
  return [
    counted(`${what}: instances lost`, lost),
    ...took(`${what}: first start`, firstStart),
    ...took(`${what}: all running again`, healed === undefined ? healed : observer.seconds - from),
    counted(`${what}: starts`, sent()),
    counted(`${what}: freshness lost`, observer.freshnessLost),
    ...usageOver(world, { from, phase: what }),
  ];
}
