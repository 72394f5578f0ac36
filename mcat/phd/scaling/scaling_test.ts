import { expect } from "expect";
import { demandOf, MEASURED, PACKED } from "./capacity.ts";
import { type DeliveryOptions, simulateDelivery } from "./delivery_order.ts";
import { shardOf } from "./shard_of.ts";

const DELIVERY: Omit<DeliveryOptions, "sharing"> = {
  ...{ listeners: 4, deas: 200, heartbeatsPerDea: 50, periodMs: 10_000, stallMs: 15_000 },
  seed: 1,
};

Deno.test("simulateDelivery() shows that a queue group lets heartbeats overtake each other", () => {
  const { wentBack, saved } = simulateDelivery({ ...DELIVERY, sharing: "queue group" });
  expect(saved).toBe(10_000);
  expect(wentBack).toBeGreaterThan(0);
});

Deno.test("simulateDelivery() shows that shards by DEA keep each DEA's order", () => {
  expect(simulateDelivery({ ...DELIVERY, sharing: "shard by DEA" }).wentBack).toBe(0);
});

Deno.test("shardOf() shares evenly, and moves DEAs only to the shard that is new", () => {
  const deas = Array.from({ length: 4_000 }, (_, number) => `dea-${number}`);
  const counts = [0, 1, 2, 3].map((shard) =>
    deas.filter((dea) => shardOf(dea, 4) === shard).length
  );
  for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  const moved = deas.filter((dea) => shardOf(dea, 4) !== shardOf(dea, 5));
  expect(new Set(moved.map((dea) => shardOf(dea, 5)))).toEqual(new Set([4]));
});

Deno.test("demandOf() grows with the instances, and shards divide the listener's part alone", () => {
  const layout = { instances: 1_000_000, instancesPerDea: 100, periodSeconds: 10, shards: 1 };
  const one = demandOf(layout, MEASURED);
  const ten = demandOf({ ...layout, instances: 10_000_000 }, MEASURED);
  const sharded = demandOf({ ...layout, shards: 8 }, MEASURED);
  expect(one.heartbeatsPerSecond).toBe(1_000);
  expect(ten.etcdGib).toBeCloseTo(10 * one.etcdGib, 6);
  expect(sharded.listenerPercent).toBeLessThan(one.listenerPercent);
  expect(sharded.listenerGib).toBeCloseTo(one.listenerGib / 8, 6);
  expect(sharded.etcdPercent).toBe(one.etcdPercent);
  expect(demandOf(layout, PACKED).etcdGib).toBeLessThan(one.etcdGib);
});
