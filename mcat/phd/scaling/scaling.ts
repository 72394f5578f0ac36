/**
 * Prints what `docs/scaling.md` rests on: how often heartbeats overtake each other, by how they are
 * shared, and what platforms of several sizes ask of each part.
 *
 * `deno run mcat/phd/scaling/scaling.ts`
 *
 * @module
 */

import { type Demand, demandOf, MEASURED, PACKED } from "./capacity.ts";
import { type Sharing, simulateDelivery } from "./delivery_order.ts";
import { shardOf } from "./shard_of.ts";

const SEED = 9000;
const SIZES = [1_000_000, 3_000_000, 10_000_000, 30_000_000];

function main(): void {
  console.log(
    "Saves that put the store back in time, of 4 listeners, 1,000 DEAs, 100 heartbeats each",
  );
  for (const stallMs of [1_000, 5_000, 15_000, 30_000]) {
    const outcomes = (["queue group", "shard by DEA"] as const).map((sharing) =>
      `${sharing} ${percentBack(sharing, stallMs)} %`
    );
    console.log(`  one flush in a hundred takes ${stallMs / 1000} s: ${outcomes.join(", ")}`);
  }
  console.log(`DEAs that move when a fifth shard is added to four: ${percentMoved()} %`);
  for (const [name, costs] of [["a key an instance", MEASURED], ["a key a DEA", PACKED]] as const) {
    for (const shards of [1, 8]) {
      console.log(`${name}, ${shards} listener(s)`);
      console.table(
        SIZES.map((instances) =>
          short(demandOf({ instances, instancesPerDea: 100, periodSeconds: 10, shards }, costs))
        ),
      );
    }
  }
}

function percentBack(sharing: Sharing, stallMs: number): string {
  const { saved, wentBack } = simulateDelivery({
    ...{ sharing, stallMs, listeners: 4, deas: 1_000, heartbeatsPerDea: 100 },
    ...{ periodMs: 10_000, seed: SEED },
  });
  return (wentBack / saved * 100).toFixed(2);
}

function percentMoved(): string {
  const deas = Array.from({ length: 10_000 }, (_, number) => `dea-${number}`);
  const moved = deas.filter((dea) => shardOf(dea, 4) !== shardOf(dea, 5));
  return (moved.length / deas.length * 100).toFixed(1);
}

function short(demand: Demand): Record<string, number> {
  return Object.fromEntries(
    Object.entries(demand).map(([name, value]) => [name, Number(value.toPrecision(3))]),
  );
}

if (import.meta.main) main();
