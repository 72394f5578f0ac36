import { expect } from "expect";
import { StoredFleet } from "../../../test_helpers/stored_fleet.ts";
import type { Hold } from "../../models/hold.ts";
import { putHold, readHolds, removeHold } from "./holds.ts";

const operators: Hold = {
  name: "starts",
  holds: "starts",
  source: "operator",
  reason: "moving a rack",
  by: "ada",
  setAt: 100,
  expiresAt: 160,
};
const breakers: Hold = {
  name: "mass_stop",
  holds: "stops",
  source: "breaker",
  reason: "500 of 600",
  by: "mass_stop",
  setAt: 100,
};

Deno.test("readHolds() says what is held, and nothing once it is removed", async () => {
  await using fleet = new StoredFleet();
  const { store, layout } = fleet;
  expect((await readHolds(store, layout)).holds).toEqual([]);
  const mutations = [putHold(layout, { hold: operators }), putHold(layout, { hold: breakers })];
  await store.transact({ guards: [], mutations });
  expect((await readHolds(store, layout)).holds).toEqual([breakers, operators]);
  await store.transact({ guards: [], mutations: [removeHold(layout, "mass_stop")] });
  expect((await readHolds(store, layout)).holds).toEqual([operators]);
});

Deno.test("putHold() under a lease ends with it, whatever the reader's clock says", async () => {
  await using fleet = new StoredFleet();
  const { store, layout, time } = fleet;
  await store.grantLease(7, 60);
  await store.transact({
    guards: [],
    mutations: [
      putHold(layout, { hold: operators, lease: 7 }),
      putHold(layout, { hold: breakers }),
    ],
  });
  time.advance(59_000);
  expect((await readHolds(store, layout)).holds).toEqual([breakers, operators]);
  time.advance(2_000);
  expect((await readHolds(store, layout)).holds).toEqual([breakers]);
});

for (const value of ["", "{}", JSON.stringify({ "name": "stops", "holds": "stops" })]) {
  Deno.test(`readHolds() holds everything when a record says ${value || "nothing"} [I5]`, async () => {
    await using fleet = new StoredFleet();
    const { store, layout, log, metrics } = fleet;
    await fleet.put(layout.holdKey("starts"), value);
    const { holds } = await readHolds(store, layout, { log, metrics });
    expect(holds).toMatchObject([{ name: "starts", holds: "all" }]);
    expect(metrics.get("corrupt_records")).toBe(1);
  });
}
