/**
 * The platform begins to beat; once all is stored and fresh, nothing happens but hmperformance's ten new
 * apps a period, and the restart of what had crashed.
 *
 * @module
 */

import { countKeys } from "../../etcd_queries.ts";
import type { Measurement } from "../../results.ts";
import { quantile, rounded } from "../../samples.ts";
import { counted, type Patience, took } from "../scenario.ts";
import { INSTANCES_PER_DEA } from "../workload.ts";
import type { World } from "../world.ts";
import { usageOver } from "./usage_over.ts";

/** Measures from the first heartbeat to the end of a quiet stretch. */
export async function steady(world: World, patience: Patience): Promise<readonly Measurement[]> {
  const begun = await becomeFresh(world, patience);
  const { observer } = world;
  const settlingFrom = observer.seconds;
  const settled = await world.settle();
  const settling = usageOver(world, { from: settlingFrom, phase: "settling" });
  const from = observer.seconds;
  await world.rest(patience.steadySeconds);
  return [
    ...begun,
    ...took("at rest after it was fresh", settled),
    ...settling,
    ...usageOver(world, { from, phase: "steady" }),
    ...lags(world),
    counted("freshness lost", observer.freshnessLost),
    counted("components that ended and were started again", world.casualties.length),
    counted("starts received", world.platform.report?.startsReceived ?? 0),
    counted("apps running", world.platform.report?.runningApps ?? 0),
    { name: "etcd database", labels: {}, value: rounded(observer.databaseMibMax), unit: "MiB" },
  ];
}

/** From the first heartbeat until everything is stored, and until both states are fresh. */
export async function becomeFresh(
  world: World,
  { secondsMax }: Pick<Patience, "secondsMax">,
): Promise<Measurement[]> {
  const { platform, etcd, layout, observer } = world;
  await platform.command({ kind: "beat" });
  const from = observer.seconds;
  const deas = Math.ceil(world.options.apps / INSTANCES_PER_DEA);
  // A DEA's presence is written after its instances.
  const allPresent = async () => await countKeys(etcd, layout.presencePrefix) >= deas;
  const stored = await world.waitUntil(allPresent, { secondsMax });
  const instances = await countKeys(etcd, layout.actualPrefix);
  const loading = usageOver(world, { from, phase: "loading" });
  observer.followInstances();
  const until = from + secondsMax;
  const fresh = await world.waitUntil(() => observer.fresh, {
    secondsMax: Math.max(1, until - observer.seconds),
  });
  return [
    ...took("desired state fetched and stored, before", world.desiredSeconds),
    ...took("all stored", stored),
    counted("instances stored", instances),
    ...took("fresh", fresh === undefined ? undefined : observer.seconds - from),
    ...loading,
  ];
}

/** From the heartbeat that first names an instance until the store's watchers are told. */
function lags({ platform, observer }: World): Measurement[] {
  const lagsMs = [...platform.said].flatMap(([instance, saidMs]) => {
    const storedMs = observer.stored.get(instance);
    return storedMs === undefined ? [] : [storedMs - saidMs];
  });
  if (lagsMs.length === 0) return [counted("new instances seen in the store", 0)];
  const lag = (name: string, fraction: number): Measurement => ({
    ...{ name: "lag", labels: { of: name, instances: lagsMs.length }, unit: "ms" },
    value: Math.round(quantile(lagsMs, fraction)),
  });
  return [lag("median", 0.5), lag("90 %", 0.9), lag("worst", 1)];
}
