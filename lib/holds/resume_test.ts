import { expect } from "expect";
import { StoredFleet } from "../../test_helpers/stored_fleet.ts";
import { type Hold, holdToWire } from "../models/hold.ts";
import { readAuditLog } from "../store/collections/audit.ts";
import { readHolds } from "../store/collections/holds.ts";
import { readWaivers } from "../store/collections/waivers.ts";
import { placeHold } from "./place_hold.ts";
import { NothingToResumeError } from "./plan_resume.ts";
import { resume } from "./resume.ts";

const word = { by: "ada", reason: "moving a rack", seconds: 60 };

async function held(fleet: StoredFleet): Promise<readonly Hold[]> {
  return (await readHolds(fleet.store, fleet.layout)).holds;
}

Deno.test("placeHold() holds until its time is over by the store's clock, and is audited [S20]", async () => {
  await using fleet = new StoredFleet(200);
  const placed = await placeHold("starts", word, fleet);
  const hold = {
    name: "starts",
    holds: "starts",
    source: "operator",
    reason: "moving a rack",
    by: "ada",
    setAt: 200,
    expiresAt: 260,
  };
  expect(placed).toEqual({ hold, replaced: undefined });
  expect(await held(fleet)).toEqual([hold]);
  expect(await readAuditLog(fleet.store, fleet.layout)).toEqual([
    { at: 200, by: "ada", verb: "hold", what: "starts", why: "moving a rack", until: 260 },
  ]);
  expect(fleet.log.messages("warn")).toEqual(["An operator holds messages back"]);
  fleet.time.advance(61_000);
  expect(await held(fleet)).toEqual([]);
});

Deno.test("placeHold() replaces what stood under the name, its end included", async () => {
  await using fleet = new StoredFleet(200);
  await placeHold("starts", word, fleet);
  const again = { by: "bob", reason: "still moving", seconds: 600 };
  expect((await placeHold("starts", again, fleet)).replaced).toMatchObject({ by: "ada" });
  fleet.time.advance(61_000);
  expect(await held(fleet)).toMatchObject([{ by: "bob", expiresAt: 800 }]);
});

Deno.test("resume() ends a hold, and is audited [S20]", async () => {
  await using fleet = new StoredFleet(200);
  await placeHold("stops", word, fleet);
  fleet.time.advance(10_000);
  const resumed = await resume("stops", { ...word, by: "bob", reason: "well again" }, fleet);
  expect(resumed).toMatchObject({ ended: [{ name: "stops" }], waivers: [] });
  expect(await held(fleet)).toEqual([]);
  expect((await readAuditLog(fleet.store, fleet.layout))[0])
    .toEqual({ at: 210, by: "bob", verb: "resume", what: "stops", why: "well again" });
});

Deno.test("resume() of a breaker waives it for the stated time", async () => {
  await using fleet = new StoredFleet(200);
  const tripped: Hold = {
    ...{ name: "dea_loss", holds: "starts", source: "breaker", reason: "8 of 20", by: "dea_loss" },
    setAt: 150,
  };
  await fleet.put(fleet.layout.holdKey("dea_loss"), JSON.stringify(holdToWire(tripped)));
  const { waivers } = await resume(undefined, word, fleet);
  expect(waivers).toEqual([
    { breaker: "dea_loss", by: "ada", reason: "moving a rack", setAt: 200, expiresAt: 260 },
  ]);
  expect(await held(fleet)).toEqual([]);
  expect(await readWaivers(fleet.store, fleet.layout)).toEqual(waivers);
  expect(await readAuditLog(fleet.store, fleet.layout)).toMatchObject([{ until: 260 }]);
  fleet.time.advance(61_000);
  expect(await readWaivers(fleet.store, fleet.layout)).toEqual([]);
});

Deno.test("resume() of one part leaves the other until the whole would have ended", async () => {
  await using fleet = new StoredFleet(200);
  await placeHold("all", word, fleet);
  fleet.time.advance(30_000);
  expect((await resume("starts", word, fleet)).left).toMatchObject({ name: "stops" });
  expect(await held(fleet)).toMatchObject([{ name: "stops", holds: "stops", expiresAt: 260 }]);
  fleet.time.advance(31_000);
  expect(await held(fleet)).toEqual([]);
});

Deno.test("resume() ends what nobody can read", async () => {
  await using fleet = new StoredFleet(200);
  await fleet.put(fleet.layout.holdKey("starts"), "{");
  await resume("starts", word, fleet);
  expect(await held(fleet)).toEqual([]);
});

Deno.test("resume() of nothing changes nothing", async () => {
  await using fleet = new StoredFleet(200);
  await placeHold("starts", word, fleet);
  await expect(resume("stops", word, fleet)).rejects.toBeInstanceOf(NothingToResumeError);
  expect(await held(fleet)).toHaveLength(1);
  expect(await readAuditLog(fleet.store, fleet.layout)).toHaveLength(1);
});
