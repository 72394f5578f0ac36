/**
 * The Cloud Controller asks the API for the state of apps while all else goes on: at a steady pace first,
 * each request sent when it is due whether the one before has been answered or not, and then as fast as
 * answers come. A lookup is one app found; every answer is read and counted.
 *
 * @module
 */

import type { Measurement } from "../../results.ts";
import { quantile, rounded } from "../../samples.ts";
import { appGuidOf, appVersionOf } from "../fleet_model.ts";
import type { Patience } from "../scenario.ts";
import type { World } from "../world.ts";
import { usageOver } from "./usage_over.ts";

/** Apps in one request. */
const APPS_PER_REQUEST = 50;
/** Lookups a second while the pace is held. */
const PACE = 10_000;
/** Requests that are under way at one time when there is no pace. */
const ASKERS = 4;
/** Apart so much, the apps of a request are of many DEAs. */
const STRIDE = 7_919;

/** Asks in both ways, for as long as nothing else happens in the steady scenario. */
export async function lookups(
  world: World,
  { steadySeconds }: Pick<Patience, "steadySeconds">,
): Promise<readonly Measurement[]> {
  const paced = await held(world, steadySeconds);
  const free = await unheld(world, steadySeconds);
  return [...paced, ...free];
}

async function held(world: World, seconds: number): Promise<readonly Measurement[]> {
  const from = world.observer.seconds;
  const startedMs = performance.now();
  const tookMs: number[] = [];
  const asked: Promise<void>[] = [];
  const requests = seconds * PACE / APPS_PER_REQUEST;
  for (let request = 0; request < requests; request += 1) {
    const dueMs = startedMs + request * 1000 * APPS_PER_REQUEST / PACE;
    const early = dueMs - performance.now();
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
    asked.push(ask(world, request).then(() => void tookMs.push(performance.now() - dueMs)));
  }
  await Promise.all(asked);
  const rate = requests * APPS_PER_REQUEST / ((performance.now() - startedMs) / 1000);
  const of = (fraction: number, name: string): Measurement => ({
    ...{ name: "lookups at a pace", labels: { of: name }, unit: "ms" },
    value: rounded(quantile(tookMs, fraction)),
  });
  return [
    {
      name: "lookups at a pace",
      labels: { asked: PACE, "apps a request": APPS_PER_REQUEST },
      value: rounded(rate),
      unit: "a second",
    },
    ...[of(0.5, "median"), of(0.99, "99 %"), of(1, "worst")],
    ...usageOver(world, { from, phase: "lookups at a pace" }),
  ];
}

async function unheld(world: World, seconds: number): Promise<readonly Measurement[]> {
  const from = world.observer.seconds;
  const startedMs = performance.now();
  let requests = 0;
  const asker = async () => {
    while (performance.now() - startedMs < seconds * 1000) await ask(world, requests++);
  };
  await Promise.all(Array.from({ length: ASKERS }, asker));
  const rate = requests * APPS_PER_REQUEST / ((performance.now() - startedMs) / 1000);
  const labels = { askers: ASKERS, "apps a request": APPS_PER_REQUEST };
  return [
    { name: "lookups, as many as are answered", labels, value: rounded(rate), unit: "a second" },
    ...usageOver(world, { from, phase: "lookups, as many as are answered" }),
  ];
}

/** @throws {Error} when an app is missing from the answer: nothing would be measured then */
async function ask({ apiUrl, options: { apps } }: World, request: number): Promise<void> {
  const first = request * APPS_PER_REQUEST;
  const named = Array.from({ length: Math.min(APPS_PER_REQUEST, apps) }, (_, at) => ({
    "droplet": appGuidOf((first + at) * STRIDE % apps),
    "version": appVersionOf(),
  }));
  const answer = await fetch(`${apiUrl}/bulk_app_state`, {
    method: "POST",
    body: JSON.stringify(named),
  });
  const found = Object.keys(await answer.json()).length;
  const wanted = new Set(named.map(({ droplet }) => droplet)).size;
  if (found === wanted) return;
  const why = answer.headers.get("X-HM9000-Reason") ?? `status ${answer.status}`;
  throw new Error(`Cannot measure: of ${wanted} apps ${found} were answered (${why})`);
}
