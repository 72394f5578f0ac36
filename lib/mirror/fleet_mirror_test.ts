import { expect } from "expect";
import { AppFixture } from "../../test_helpers/app.ts";
import { recordOfFleet, recordOfView } from "../../test_helpers/fleet_record.ts";
import { MirroredFleet } from "../../test_helpers/mirrored_fleet.ts";
import { readFleet } from "../store/collections/fleet.ts";
import { MemoryDatabase } from "../store/memory_database.ts";
import { MemoryStore } from "../store/memory_store.ts";
import type { Mutation, Store } from "../store/store.ts";
import { OutcomeUnknownError, StoreUnavailableError } from "../store/store_errors.ts";
import { Bookmark } from "./bookmark.ts";
import { MIRROR_LISTINGS_METRIC } from "./fleet_mirror.ts";

const app = new AppFixture("app");
const other = new AppFixture("other");

/** Forgets everything of the past but what stands now. */
async function compactAll(fleet: MirroredFleet): Promise<void> {
  fleet.database.compact(await fleet.store.revision());
}

function listings(fleet: MirroredFleet): number {
  return fleet.metrics.get(MIRROR_LISTINGS_METRIC);
}

/** The keys of the apps that the mirror sees once it has caught up. */
async function seen(fleet: MirroredFleet): Promise<string[]> {
  return Object.keys(recordOfView(await fleet.mirror.caughtUp()).apps).sort();
}

async function write(store: Store, ...mutations: readonly Mutation[]): Promise<void> {
  await store.transact({ guards: [], mutations });
}

function puts(key: string, times: number): Mutation[] {
  return Array.from({ length: times }, (_, at) => ({ kind: "put", key: `${key}${at}`, value: "" }));
}

/** Lets everybody have their turn. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

/** Ends the mirror's watch: it is about to look for the store again, in a while. */
async function loseSight(fleet: MirroredFleet): Promise<void> {
  fleet.switched.watchFails = new StoreUnavailableError("cut");
  await fleet.desire(app.desiredState());
  await expect(fleet.mirror.caughtUp()).rejects.toBeInstanceOf(StoreUnavailableError);
  await fleet.time.waitForSleeper();
}

/** Lets that while pass. */
async function findAgain(fleet: MirroredFleet): Promise<void> {
  fleet.time.advance(5_000);
  while (listings(fleet) < 2) await fleet.mirror.caughtUp().catch(() => {});
}

/** Another store, in which nothing stands, at the given revision. */
async function storeAt(fleet: MirroredFleet, revision: number): Promise<MemoryStore> {
  const store = new MemoryStore({ time: fleet.time, database: new MemoryDatabase() });
  while (await store.revision() < revision) await write(store, ...puts("/elsewhere/", 1));
  return store;
}

Deno.test("caughtUp() has everything that was committed before it was asked [I11]", async () => {
  await using fleet = new MirroredFleet();
  await fleet.desire(app.desiredState());
  fleet.start();
  expect(await seen(fleet)).toEqual(["app,app-version"]);
  await fleet.desire(other.desiredState());
  expect(await seen(fleet)).toEqual(["app,app-version", "other,other-version"]);
  await fleet.remove(fleet.layout.desiredKey(app));
  expect(await seen(fleet)).toEqual(["other,other-version"]);
  expect(listings(fleet)).toBe(1);
});

Deno.test("caughtUp() catches up with revisions of which the watch tells nothing", async () => {
  await using fleet = new MirroredFleet();
  fleet.start();
  await seen(fleet);
  for (let turn = 0; turn < 3; turn += 1) {
    await write(fleet.store, ...puts("/elsewhere/", 2));
    const revision = await fleet.store.revision();
    expect((await fleet.mirror.caughtUp()).revision).toBeGreaterThan(revision);
  }
});

Deno.test("caughtUp() writes nothing while nothing happens", async () => {
  await using fleet = new MirroredFleet();
  fleet.start();
  await seen(fleet);
  await seen(fleet);
  const { writes } = fleet.switched;
  const revision = await fleet.store.revision();
  for (let turn = 0; turn < 5; turn += 1) await seen(fleet);
  expect([fleet.switched.writes, await fleet.store.revision()]).toEqual([writes, revision]);
});

Deno.test("caughtUp() waits for the watch, and says nothing before it has told", async () => {
  await using fleet = new MirroredFleet();
  fleet.start();
  await seen(fleet);
  const held = Promise.withResolvers<void>();
  fleet.switched.hold = held.promise;
  await fleet.desire(app.desiredState());
  let answered = false;
  const asked = seen(fleet).then((seen) => {
    answered = true;
    return seen;
  });
  await fleet.time.waitForSleeper(2); // It waits for the watch, and not for ever.
  expect(answered).toBe(false);
  held.resolve();
  expect(await asked).toEqual(["app,app-version"]);
});

Deno.test("caughtUp() fails when the watch stays behind, and answers again when it does not", async () => {
  await using fleet = new MirroredFleet();
  fleet.start();
  await seen(fleet);
  const held = Promise.withResolvers<void>();
  fleet.switched.hold = held.promise;
  await fleet.desire(app.desiredState());
  const asked = fleet.mirror.caughtUp();
  const failed = expect(asked).rejects.toThrow("the watch is behind");
  await fleet.time.waitForSleeper(2);
  fleet.time.advance(5_000);
  await failed;
  await expect(asked).rejects.toBeInstanceOf(StoreUnavailableError);
  held.resolve();
  expect(await seen(fleet)).toEqual(["app,app-version"]);
});

Deno.test("caughtUp() fails when nobody runs the mirror, before and after", async () => {
  await using fleet = new MirroredFleet();
  await expect(fleet.mirror.caughtUp()).rejects.toThrow("nobody keeps it up to date");
  fleet.start();
  await seen(fleet);
  await fleet.stop();
  await expect(fleet.mirror.caughtUp()).rejects.toBeInstanceOf(StoreUnavailableError);
  expect(fleet.mirror.view).toBeUndefined();
});

Deno.test("caughtUp() fails while the store cannot be listed, and answers once it can", async () => {
  await using fleet = new MirroredFleet();
  fleet.switched.rangeFails = new StoreUnavailableError("down");
  fleet.start();
  await expect(fleet.mirror.caughtUp()).rejects.toThrow("it is lost");
  fleet.switched.rangeFails = undefined;
  await fleet.time.waitForSleeper();
  fleet.time.advance(5_000);
  while (listings(fleet) === 0) await fleet.mirror.caughtUp().catch(() => {});
  expect(await seen(fleet)).toEqual([]);
});

Deno.test("the mirror lists anew when the watch falls behind compaction, and misses no delete [F12] [I11]", async () => {
  await using fleet = new MirroredFleet();
  await fleet.desire(app.desiredState());
  fleet.start();
  await seen(fleet);
  const feed = fleet.mirror.subscribe();
  feed.take();
  const held = Promise.withResolvers<void>();
  fleet.switched.hold = held.promise;
  await fleet.report(app.heartbeat(1)); // The watch has this in hand when all that follows is compacted.
  await fleet.remove(fleet.layout.desiredKey(app));
  await fleet.remove(fleet.layout.presenceKey("dea"));
  await fleet.desire(other.desiredState());
  await compactAll(fleet);
  held.resolve();
  expect(await seen(fleet)).toEqual(["other,other-version"]);
  expect(listings(fleet)).toBe(2);
  expect(feed.take().everything).toBe(true);
});

Deno.test("the mirror lists anew when its watch ends, after a while", async () => {
  await using fleet = new MirroredFleet();
  fleet.start();
  await seen(fleet);
  await loseSight(fleet);
  await findAgain(fleet);
  expect(await seen(fleet)).toEqual(["app,app-version"]);
});

Deno.test("the mirror lists anew when the store was wiped, whatever its revision and however late [F11]", async () => {
  for (const ahead of [-1, 0, 1, 500]) {
    for (const secondsLater of [0, 60]) {
      await using fleet = new MirroredFleet();
      await fleet.desire(app.desiredState());
      fleet.start();
      await seen(fleet);
      fleet.switched.behind = await storeAt(fleet, await fleet.store.revision() + ahead);
      fleet.time.advance(secondsLater * 1000);
      expect(await seen(fleet)).toEqual([]);
      expect(listings(fleet)).toBe(2);
    }
  }
});

Deno.test("the mirror lists anew when the store went back behind what the mirror has seen [F11]", async () => {
  await using fleet = new MirroredFleet();
  await fleet.desire(app.desiredState());
  fleet.start();
  await seen(fleet);
  const [name = ""] = Object.keys(await fleet.read(fleet.layout.bookmarksPrefix));
  const key = `${fleet.layout.bookmarksPrefix}${name}`;
  const bookmark = await fleet.store.get(key);
  await fleet.desire(other.desiredState());
  await seen(fleet);
  // A snapshot from before the last change, in which the bookmark stands as it still does.
  const restored = await storeAt(fleet, (bookmark?.modRevision ?? 0) - 1);
  await write(restored, { kind: "put", key, value: "" });
  expect((await restored.get(key))?.modRevision).toBe(bookmark?.modRevision);
  fleet.switched.behind = restored;
  expect(await seen(fleet)).toEqual([]);
  expect(listings(fleet)).toBe(2);
});

Deno.test("a store that went back is not fresh until it has earned that anew [F11] [I5]", async () => {
  await using fleet = new MirroredFleet();
  await fleet.makeFresh();
  const saved = fleet.database.save();
  fleet.start();
  await seen(fleet);
  fleet.database.restore(saved);
  const { freshness } = await fleet.mirror.caughtUp();
  expect(freshness).toEqual({ actual: undefined, desired: undefined });
  expect(fleet.log.messages("error")).toHaveLength(1);
});

Deno.test("the mirror notices a store that went back to a backup in which its bookmark stood [F11]", async () => {
  await using fleet = new MirroredFleet();
  await fleet.desire(app.desiredState());
  fleet.start();
  await seen(fleet);
  fleet.time.advance(10_000);
  const saved = fleet.database.save();
  await fleet.desire(other.desiredState());
  await seen(fleet);
  fleet.database.restore(saved);
  await write(fleet.store, ...puts("/elsewhere/", 1));
  for (let turn = 0; turn < 9; turn += 1) await write(fleet.store, ...puts("/elsewhere/", 1));
  expect(await seen(fleet)).toEqual(["app,app-version"]);
});

Deno.test("the mirror does not take a backup for its store because its old bookmark stands there [F11]", async () => {
  await using fleet = new MirroredFleet();
  await fleet.desire(app.desiredState());
  fleet.start();
  await seen(fleet);
  const saved = fleet.database.save();
  await fleet.desire(other.desiredState());
  await seen(fleet);
  fleet.time.advance(121_000);
  fleet.database.restore(saved);
  for (let turn = 0; turn < 9; turn += 1) await write(fleet.store, ...puts("/elsewhere/", 1));
  expect(await seen(fleet)).toEqual(["app,app-version"]);
  expect(listings(fleet)).toBe(2);
});

Deno.test("a bookmark that nobody has looked at is not believed, which does not make the store another one", async () => {
  await using fleet = new MirroredFleet();
  await fleet.makeFresh();
  fleet.start();
  await seen(fleet);
  fleet.time.advance(121_000);
  expect((await fleet.mirror.caughtUp()).freshness.actual).toBeDefined();
  expect(listings(fleet)).toBe(2);
});

Deno.test("a bookmark that nobody has renewed may be gone without the store having gone back", async () => {
  await using fleet = new MirroredFleet();
  await fleet.makeFresh();
  fleet.start();
  await seen(fleet);
  fleet.time.advance(3_601_000);
  expect(await fleet.read(fleet.layout.bookmarksPrefix)).toEqual({});
  expect((await fleet.mirror.caughtUp()).freshness.actual).toBeDefined();
  expect(listings(fleet)).toBe(2);
});

Deno.test("a store that was away for most of an hour, and comes back as it was before, is not fresh [F11] [I5]", async () => {
  await using fleet = new MirroredFleet();
  await fleet.makeFresh();
  const saved = fleet.database.save();
  fleet.start();
  await seen(fleet);
  fleet.time.advance(3_000_000);
  fleet.database.restore(saved);
  for (let turn = 0; turn < 9; turn += 1) await write(fleet.store, ...puts("/elsewhere/", 1));
  const { freshness } = await fleet.mirror.caughtUp();
  expect(freshness).toEqual({ actual: undefined, desired: undefined });
});

Deno.test("a mirror that nobody asks notices that the store is another one [F11] [I5]", async () => {
  await using fleet = new MirroredFleet();
  await fleet.makeFresh();
  const saved = fleet.database.save();
  fleet.start();
  await seen(fleet);
  await fleet.time.waitForSleeper();
  fleet.database.restore(saved);
  fleet.time.advance(5_000);
  while (listings(fleet) < 2) await settle();
  expect(await fleet.read(fleet.layout.actualFreshKey)).toEqual({});
  expect(fleet.log.messages("error")).toHaveLength(1);
});

Deno.test("asked from several sides at once, a bookmark is moved by one after the other", async () => {
  await using fleet = new MirroredFleet();
  const bookmark = await Bookmark.place(fleet);
  fleet.time.advance(60_000);
  const revisions = await Promise.all(
    Array.from({ length: 5 }, (_, at) => at % 2 === 0 ? bookmark.move() : bookmark.storeRevision()),
  );
  expect(revisions).toEqual([...revisions].sort((a, b) => a - b));
});

Deno.test("a mirror that had lost sight of the store knows another one when it finds it [F11] [I5]", async () => {
  await using fleet = new MirroredFleet();
  await fleet.makeFresh();
  const saved = fleet.database.save();
  fleet.start();
  await seen(fleet);
  await loseSight(fleet);
  fleet.database.restore(saved);
  await findAgain(fleet);
  const { freshness } = await fleet.mirror.caughtUp();
  expect(freshness).toEqual({ actual: undefined, desired: undefined });
  expect(fleet.log.messages("error")).toHaveLength(1);
});

Deno.test("a mirror that had lost sight of the store trusts it when it finds the same one", async () => {
  await using fleet = new MirroredFleet();
  await fleet.makeFresh();
  fleet.start();
  await seen(fleet);
  await loseSight(fleet);
  await findAgain(fleet);
  expect((await fleet.mirror.caughtUp()).freshness.actual).toBeDefined();
  expect(Object.keys(await fleet.read(fleet.layout.bookmarksPrefix))).toHaveLength(1);
});

Deno.test("a bookmark that may or may not have been put does not cost a listing", async () => {
  await using fleet = new MirroredFleet();
  fleet.start();
  await seen(fleet);
  for (let turn = 0; turn < 3; turn += 1) {
    await write(fleet.store, ...puts("/elsewhere/", 1));
    fleet.switched.writeFails = new OutcomeUnknownError("unknown");
    await expect(fleet.mirror.caughtUp()).rejects.toBeInstanceOf(OutcomeUnknownError);
  }
  await fleet.desire(app.desiredState());
  expect(await seen(fleet)).toEqual(["app,app-version"]);
  expect(listings(fleet)).toBe(1);
});

Deno.test("the bookmark outlives its leases while the mirror runs, and goes when it does not", async () => {
  await using fleet = new MirroredFleet();
  fleet.start();
  for (let turn = 0; turn < 80; turn += 1) {
    await seen(fleet);
    fleet.time.advance(60_000);
  }
  expect(listings(fleet)).toBe(1);
  await fleet.stop();
  fleet.time.advance(3_601_000);
  expect(await fleet.read(fleet.layout.bookmarksPrefix)).toEqual({});
});

Deno.test("the view is what a full read finds after writes from everywhere at once", async () => {
  await using fleet = new MirroredFleet();
  fleet.start();
  const apps = Array.from({ length: 20 }, (_, at) => new AppFixture(`app-${at}`));
  await Promise.all(apps.map(async (one) => {
    await fleet.desire(one.desiredState());
    await fleet.mirror.caughtUp();
    await fleet.report(one.heartbeat(2));
  }));
  const view = await fleet.mirror.caughtUp();
  const { revision } = view;
  const full = await readFleet(fleet.store, fleet.layout, { revision });
  const queue = await fleet.outbox.list({ revision });
  expect(recordOfView(view)).toEqual(recordOfFleet(full, queue));
});

Deno.test("subscribe() collects what changes for each reader, once each", async () => {
  await using fleet = new MirroredFleet();
  fleet.start();
  const feed = fleet.mirror.subscribe();
  expect(feed.take().everything).toBe(true);
  await seen(fleet);
  feed.take();
  await fleet.desire(app.desiredState(), other.desiredState());
  await fleet.desire(app.desiredState({ instances: 2 }));
  await seen(fleet);
  expect([...feed.take().fleet].sort()).toEqual(["app,app-version", "other,other-version"]);
  expect(feed.has("fleet")).toBe(false);
  const news = feed.news(new AbortController().signal);
  await fleet.desire(app.desiredState({ instances: 3 }));
  await news;
  expect(feed.hasApp("app,app-version")).toBe(true);
  fleet.mirror.unsubscribe(feed);
});
