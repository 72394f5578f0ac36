import { expect } from "expect";
import { StoredFleet } from "../../../test_helpers/stored_fleet.ts";
import type { Waiver } from "../../models/waiver.ts";
import { putWaiver, readWaivers } from "./waivers.ts";

const waiver: Waiver = {
  breaker: "dea_loss",
  reason: "the rack is gone for good",
  by: "ada",
  setAt: 200,
  expiresAt: 260,
};

Deno.test("readWaivers() says which breakers hold nothing, until the lease ends", async () => {
  await using fleet = new StoredFleet();
  const { store, layout, time } = fleet;
  expect(await readWaivers(store, layout)).toEqual([]);
  await store.grantLease(7, 60);
  await store.transact({ guards: [], mutations: [putWaiver(layout, { waiver, lease: 7 })] });
  expect(await readWaivers(store, layout)).toEqual([waiver]);
  time.advance(61_000);
  expect(await readWaivers(store, layout)).toEqual([]);
});

Deno.test("readWaivers() skips and counts what cannot be read: it waives nothing", async () => {
  await using fleet = new StoredFleet();
  const { store, layout, metrics } = fleet;
  await fleet.put(layout.waiverKey("dea_loss"), "{");
  await fleet.put(layout.waiverKey("mass_stop"), '{"breaker":"dea_loss"}');
  expect(await readWaivers(store, layout, { metrics })).toEqual([]);
  expect(metrics.get("corrupt_records")).toBe(2);
});
