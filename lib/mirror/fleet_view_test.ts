import { expect } from "expect";
import fc from "fast-check";
import { anyFleetChanges, type FleetChange } from "../../test_helpers/any_fleet_change.ts";
import { AppFixture } from "../../test_helpers/app.ts";
import { recordOfFleet, recordOfView } from "../../test_helpers/fleet_record.ts";
import { queuedStart } from "../../test_helpers/queued_messages.ts";
import { StoredFleet } from "../../test_helpers/stored_fleet.ts";
import { CorruptRecords } from "../store/collections/corrupt_records.ts";
import { readFleet } from "../store/collections/fleet.ts";
import { type ChangeKind, FleetView } from "./fleet_view.ts";
import { listFleet } from "./list_fleet.ts";

const layout = new StoredFleet().layout;
const STOPS_HELD = JSON.stringify({ "name": "stops", "holds": "stops", "source": "operator" });
const NEVER = new AbortController().signal;

/** A view of a stored fleet, brought up to date on demand, and what it told. */
class ViewedFleet extends StoredFleet {
  told: string[] = [];
  readonly view = new FleetView({
    layout,
    corruptRecords: new CorruptRecords(),
    onChange: (appKey: string, kind: ChangeKind) => this.told.push(`${appKey} ${kind}`),
  });

  async list(): Promise<void> {
    const { store, time, view } = this;
    await listFleet({ store, layout, time, view, signal: NEVER });
    this.told = [];
  }

  /** The apps that were told to have changed, once each. */
  follow(): string[] {
    this.told = [];
    this.view.apply(this.database.changes(`${layout.root}/`, this.view.revision + 1, Infinity));
    return [...new Set(this.told)].sort();
  }

  async make(change: FleetChange): Promise<void> {
    if (change.kind === "wait") return this.time.advance(change.seconds * 1000);
    if (change.kind === "write") {
      await this.store.transact({ guards: [], mutations: change.mutations });
      return;
    }
    const lease = this.random.leaseId();
    await this.store.grantLease(lease, change.ttlSeconds);
    const put = { kind: "put", key: change.presenceKey, value: "", lease } as const;
    await this.store.transact({ guards: [], mutations: [put] });
  }

  async readAll() {
    const revision = await this.store.revision();
    const fleet = await readFleet(this.store, layout, { revision });
    return recordOfFleet(fleet, await this.outbox.list({ revision }));
  }
}

Deno.test("a view holds what a full read finds, whatever happens and whenever it was listed [APP-02] [STO-26] [PEN-10]", async () => {
  await fc.assert(
    fc.asyncProperty(anyFleetChanges(layout), fc.nat(40), async (changes, listedAfter) => {
      await using fleet = new ViewedFleet();
      for (const [at, change] of changes.entries()) {
        if (at === listedAfter) await fleet.list();
        await fleet.make(change);
        if (at < listedAfter) continue;
        fleet.follow();
        expect(recordOfView(fleet.view)).toEqual(await fleet.readAll());
      }
    }),
    { numRuns: 300 },
  );
});

Deno.test("a view tells of every app whose answer changes", async () => {
  await fc.assert(
    fc.asyncProperty(anyFleetChanges(layout), async (changes) => {
      await using fleet = new ViewedFleet();
      await fleet.list();
      let before = recordOfView(fleet.view).apps;
      for (const change of changes) {
        await fleet.make(change);
        const told = fleet.follow();
        const { apps } = recordOfView(fleet.view);
        for (const key of new Set([...Object.keys(before), ...Object.keys(apps)])) {
          if (JSON.stringify(before[key]) === JSON.stringify(apps[key])) continue;
          expect(told).toContain(`${key} fleet`);
        }
        before = apps;
      }
    }),
    { numRuns: 200 },
  );
});

Deno.test("a view tells nothing when a DEA is heard that is present already", async () => {
  await using fleet = new ViewedFleet();
  const app = new AppFixture("app");
  await fleet.report(app.heartbeat(2));
  await fleet.list();
  await fleet.put(layout.presenceKey("dea"), "dea");
  expect(fleet.follow()).toEqual([]);
});

Deno.test("a DEA that vanishes takes its instances with it, one that comes back brings them [STO-18]", async () => {
  await using fleet = new ViewedFleet();
  const app = new AppFixture("app");
  await fleet.report(app.heartbeat(2));
  await fleet.list();
  await fleet.remove(layout.presenceKey("dea"));
  expect(fleet.follow()).toEqual(["app,app-version fleet"]);
  expect(fleet.view.app("app,app-version")).toBeUndefined();
  await fleet.put(layout.presenceKey("dea"), "dea");
  expect(fleet.follow()).toEqual(["app,app-version fleet"]);
  expect(fleet.view.app("app,app-version")?.instances).toHaveLength(2);
});

Deno.test("a view tells what waits for an app, and when that changes", async () => {
  await using fleet = new ViewedFleet();
  const app = new AppFixture("app");
  await fleet.list();
  await fleet.outbox.enqueueStarts([{
    message: queuedStart(app.id, { instanceIndex: 3 }).message,
  }]);
  expect(fleet.follow()).toEqual(["app,app-version queue"]);
  expect(fleet.view.pending("app,app-version").starts.has(3)).toBe(true);
  await fleet.remove(`${layout.startPrefix}app,app-version,3`);
  expect(fleet.follow()).toEqual(["app,app-version queue"]);
  expect(fleet.view.pending("app,app-version").starts.has(3)).toBe(false);
});

Deno.test("a view has the freshness keys as they are [FRE-10]", async () => {
  await using fleet = new ViewedFleet();
  await fleet.makeFresh(70);
  await fleet.list();
  const value = JSON.stringify({ "timestamp": 70 });
  expect(fleet.view.freshness).toEqual({ actual: value, desired: value });
  await fleet.remove(layout.actualFreshKey);
  fleet.follow();
  expect(fleet.view.freshness).toEqual({ actual: undefined, desired: value });
});

Deno.test("a view has the holds and waivers as they are, and tells when they change", async () => {
  await using fleet = new ViewedFleet();
  const { layout, view } = fleet;
  const held = () => [...view.holds()].map(({ name, holds }) => `${name} ${holds}`);
  const waived = () => [...view.waivers()].map(({ breaker }) => breaker);
  await fleet.put(layout.holdKey("stops"), STOPS_HELD);
  await fleet.list();
  expect(held()).toEqual(["stops stops"]);
  await fleet.put(layout.waiverKey("dea_loss"), '{"breaker":"dea_loss"}');
  await fleet.put(layout.holdKey("starts"), "unreadable");
  expect(fleet.follow()).not.toEqual([]);
  expect(held()).toEqual(["stops stops", "starts all"]);
  expect(waived()).toEqual(["dea_loss"]);
  await fleet.remove(layout.holdKey("starts"));
  await fleet.remove(layout.holdKey("stops"));
  await fleet.put(layout.waiverKey("dea_loss"), "unreadable");
  expect(fleet.follow()).not.toEqual([]);
  expect([...held(), ...waived()]).toEqual([]);
});

Deno.test("two apps of one DEA may have instances of one guid, and either may come and go", async () => {
  await using fleet = new ViewedFleet();
  await fleet.list();
  await fleet.put(layout.presenceKey("dea"), "dea");
  const keys = ["a,1", "b,1", "c,1"].map((app) => `${layout.deaPrefix("dea")}${app},same`);
  const seen = () => ["a,1", "b,1", "c,1"].filter((app) => fleet.view.app(app) !== undefined);
  for (const key of keys) await fleet.put(key, "0,RUNNING,1.0");
  for (const key of [...keys, ...keys.toReversed()]) {
    await fleet.remove(key);
    fleet.follow();
    expect(seen()).toHaveLength(2);
    await fleet.put(key, "0,RUNNING,1.0");
    fleet.follow();
    expect(seen()).toHaveLength(3);
  }
  expect(fleet.view.instances).toBe(3);
});

Deno.test("a view keeps nothing of what is gone", async () => {
  await using fleet = new ViewedFleet();
  const app = new AppFixture("app");
  await fleet.list();
  await fleet.desire(app.desiredState());
  await fleet.report(app.heartbeat(2));
  fleet.follow();
  expect([...fleet.view.keys()]).toEqual(["app,app-version"]);
  await fleet.remove(layout.desiredKey(app));
  await fleet.remove(layout.presenceKey("dea"));
  await fleet.store.transact({
    guards: [],
    mutations: [{ kind: "delete_prefix", prefix: layout.deaPrefix("dea") }],
  });
  fleet.follow();
  expect([[...fleet.view.keys()], fleet.view.instances, fleet.view.presentDeas]).toEqual([
    [],
    0,
    0,
  ]);
});
