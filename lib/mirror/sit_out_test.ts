import { expect } from "expect";
import { AppFixture } from "../../test_helpers/app.ts";
import { recordOfFleet, recordOfView } from "../../test_helpers/fleet_record.ts";
import { MirroredFleet } from "../../test_helpers/mirrored_fleet.ts";
import { readFleet } from "../store/collections/fleet.ts";
import { NotFreshError, StoreUnavailableError } from "../store/store_errors.ts";
import { MIRROR_LISTINGS_METRIC } from "./fleet_mirror.ts";

const NOW = 200;
/** As many instances are an onrush here. */
const MANY = 3;
const QUIET_MS = 2_500;

const app = new AppFixture("app");
const other = new AppFixture("other", { deaGuid: "dea-other" });
const late = new AppFixture("late", { deaGuid: "dea-late" });

/** A mirror that has looked at a store in which two apps are desired and nobody reports. */
async function mirrored(): Promise<MirroredFleet> {
  const fleet = new MirroredFleet(NOW, MANY);
  await fleet.desire(app.desiredState(), other.desiredState());
  fleet.start();
  await fleet.mirror.caughtUp();
  return fleet;
}

/** The platform begins to report in, and the mirror has noticed. */
async function reportsIn(fleet: MirroredFleet): Promise<void> {
  await fleet.report(app.heartbeat(MANY));
  await expect(fleet.mirror.caughtUp()).rejects.toBeInstanceOf(NotFreshError);
}

/** Lets everybody do what there is to do. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) {
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

async function pass(fleet: MirroredFleet, ms: number): Promise<void> {
  await fleet.time.waitForSleeper();
  fleet.time.advance(ms);
  await turns();
}

async function stored(fleet: MirroredFleet) {
  const revision = await fleet.store.revision();
  const read = await readFleet(fleet.store, fleet.layout, { revision });
  return recordOfFleet(read, await fleet.outbox.list({ revision }));
}

async function seen(fleet: MirroredFleet) {
  return recordOfView(await fleet.mirror.caughtUp());
}

function listings(fleet: MirroredFleet): number {
  return fleet.metrics.get(MIRROR_LISTINGS_METRIC);
}

Deno.test("once all have reported in the view is what stands in the store, whatever happened meanwhile", async () => {
  await using fleet = await mirrored();
  await fleet.crashed(app.crashCount(0, 1));
  await fleet.put(`${fleet.layout.holdsPrefix}mine`, "{}");
  const feed = fleet.mirror.subscribe();
  feed.take();
  await reportsIn(fleet);
  expect(fleet.mirror.view).toBeUndefined();
  await fleet.desire(late.desiredState({ instances: 7 }));
  await fleet.remove(fleet.layout.desiredKey(other));
  await fleet.remove(fleet.layout.crashKey(app.crashCount(0, 1)));
  await fleet.remove(`${fleet.layout.holdsPrefix}mine`);
  await fleet.report(late.heartbeat(1));
  await turns();
  await pass(fleet, QUIET_MS);
  const view = await fleet.mirror.caughtUp();
  const { revision: _, ...record } = await stored(fleet);
  expect(recordOfView(view)).toMatchObject(record);
  expect(Object.keys(record.apps).sort()).toEqual(["app,app-version", "late,late-version"]);
  expect([...view.holds()]).toEqual([]);
  expect(listings(fleet)).toBe(2);
  expect(feed.take().everything).toBe(true);
});

Deno.test("what happens afterwards is followed as ever", async () => {
  await using fleet = await mirrored();
  await reportsIn(fleet);
  await pass(fleet, QUIET_MS);
  await fleet.mirror.caughtUp();
  const value = JSON.stringify({ "timestamp": NOW - 100 });
  await fleet.put(fleet.layout.actualFreshKey, value);
  await fleet.desire(late.desiredState());
  await fleet.report(other.heartbeat(2 * MANY), late.heartbeat(2 * MANY));
  expect((await seen(fleet)).apps).toEqual((await stored(fleet)).apps);
  expect(listings(fleet)).toBe(2);
});

Deno.test("it is waited for as long as DEAs come that were not there before", async () => {
  await using fleet = await mirrored();
  await reportsIn(fleet);
  await pass(fleet, QUIET_MS - 500);
  await fleet.report(other.heartbeat(1));
  await turns();
  await pass(fleet, 500);
  await expect(fleet.mirror.caughtUp()).rejects.toThrow("the platform is reporting in");
  await fleet.report(other.heartbeat(1)); // Nobody new.
  await turns();
  await pass(fleet, QUIET_MS - 500);
  expect((await seen(fleet)).presentDeas).toBe(2);
});

Deno.test("it is not waited for longer than twice the time until actual state is fresh", async () => {
  await using fleet = await mirrored();
  await reportsIn(fleet);
  let waitedMs = 0;
  while (fleet.mirror.view === undefined && waitedMs < 100_000) {
    const guid = `dea-${waitedMs}`;
    await fleet.put(fleet.layout.presenceKey(guid), guid);
    await turns();
    await pass(fleet, 1_000);
    waitedMs += 1_000;
  }
  expect(waitedMs).toBe(60_000);
});

Deno.test("instances that may be acted upon are followed, however many come", async () => {
  await using fleet = await mirrored();
  await fleet.makeFresh(NOW - 30);
  await fleet.report(app.heartbeat(10 * MANY));
  expect((await seen(fleet)).presentDeas).toBe(1);
  expect(listings(fleet)).toBe(1);
});

Deno.test("when the store fails meanwhile everything is listed anew", async () => {
  await using fleet = await mirrored();
  await reportsIn(fleet);
  fleet.switched.watchFails = new StoreUnavailableError("cut");
  await fleet.desire(late.desiredState());
  await pass(fleet, QUIET_MS);
  await expect(fleet.mirror.caughtUp()).rejects.toThrow("it is lost");
  await pass(fleet, 5_000);
  expect((await seen(fleet)).apps).toEqual((await stored(fleet)).apps);
});

Deno.test("a watch of what is desired that stays behind is given up", async () => {
  await using fleet = await mirrored();
  await reportsIn(fleet);
  const held = Promise.withResolvers<void>();
  fleet.switched.hold = held.promise;
  await pass(fleet, QUIET_MS);
  await pass(fleet, 8_000);
  held.resolve();
  await turns();
  await expect(fleet.mirror.caughtUp()).rejects.toThrow("it is lost");
});
