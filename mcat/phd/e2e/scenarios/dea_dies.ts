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

/** How long what is missing waits: until its DEA is seen to be gone, and the grace period after it. */
const TTL_AND_GRACE_IN_HEARTBEATS = 6;

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
  const { platform, observer, options } = world;
  const { what, first, count, secondsMax } = death;
  const running = () => platform.report?.runningApps ?? 0;
  // What had crashed is started first, so that every start from here on is of what dies.
  const well = await world.waitUntil(() => running() >= options.apps, { secondsMax });
  // What was started last is reported by its new DEA, or it would be missing from before.
  await world.rest(options.periodSeconds);
  const startsBefore = platform.report?.lostStarted ?? 0;
  const runningBefore = running();
  const from = observer.seconds;
  const heard = await platform.die(Array.from({ length: count }, (_, i) => first + i));
  await world.waitUntil(() => running() < runningBefore, { secondsMax });
  const lost = runningBefore - running();
  const sent = () => (platform.report?.lostStarted ?? 0) - startsBefore;
  const allSent = await world.waitUntil(() => sent() >= lost, { secondsMax });
  // The platform has noted when they came: its reports are half a second apart.
  const { firstLostStartMs = 0, lastLostStartMs = 0 } = platform.report ?? {};
  const firstStart = firstLostStartMs === 0
    ? undefined
    : (firstLostStartMs - heard.firstHeardMs) / 1000;
  const allStarts = allSent === undefined
    ? undefined
    : (lastLostStartMs - heard.lastHeardMs) / 1000;
  const rules = TTL_AND_GRACE_IN_HEARTBEATS * options.periodSeconds;
  const beyond = (seconds: number | undefined) =>
    seconds === undefined ? undefined : seconds - rules;
  const healed = await world.waitUntil(() => running() >= runningBefore, { secondsMax });
  return [
    ...(well === undefined ? [counted(`${what}: though not all was well before`, 1)] : []),
    counted(`${what}: instances lost`, lost),
    ...took(`${what}: first start, after it was heard last`, firstStart),
    ...took(`${what}: first start, beyond TTL and grace`, beyond(firstStart)),
    ...took(`${what}: all starts, after the last one's grace`, beyond(allStarts)),
    ...took(`${what}: all running again`, healed === undefined ? healed : observer.seconds - from),
    counted(`${what}: starts`, sent()),
    counted(`${what}: freshness lost`, observer.freshnessLost),
    ...usageOver(world, { from, phase: what }),
  ];
}
