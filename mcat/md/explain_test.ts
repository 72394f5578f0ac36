import { expect } from "expect";
import type { IndexExplanation } from "../../lib/explain/explanation.ts";
import type { InstanceState } from "../../lib/models/instance_heartbeat.ts";
import { type Hold, holdToWire } from "../../lib/models/hold.ts";
import { AppFixture } from "../../test_helpers/app.ts";
import { forEachStore } from "./fixture.ts";
import type { Scenario } from "./scenario.ts";

forEachStore("explain: an index that runs, and one that starts", async (md) => {
  const app = await seen(md, ["RUNNING", "STARTING"]);
  expect(await indices(md, app)).toMatchObject([
    { index: 0, state: "running", next: "nothing: it is running" },
    { index: 1, state: "starting", next: "nothing: it is starting" },
  ]);
});

forEachStore(
  "explain: a missing index, from its grace period to the start and after it",
  async (md) => {
    const app = await seen(md, ["RUNNING"], { desired: 2 });
    const missing = async () => (await indices(md, app))[1];
    expect(await missing()).toMatchObject({
      state: "missing",
      next: "start (MISSING) is sent in 30 s, if still right",
      nextAt: 170,
    });
    for (let left = 3; left > 0; left -= 1) await md.tickWithoutSender();
    expect((await missing())?.next).toMatch(/^start \(MISSING\) is due: sent by the next pass/);
    await md.send();
    expect(await missing()).toMatchObject({
      next: "the next analysis, within 10 s, queues a start (MISSING), due 30 s later: " +
        "index 1 has no instance",
      lastSent: { kind: "start", at: 170, reason: "MISSING" },
    });
    const { decisions } = await md.explain(app.id);
    expect(decisions?.map(({ at, component, kind, why }) => [at, component, kind, why])).toEqual([
      [170, "sender", "start_sent", "still needed"],
      [140, "analyzer", "start_enqueued", "index 1 has no instance"],
    ]);
  },
);

forEachStore(
  "explain: a crash that is started at once, waits for its keep-alive, and backs off",
  async (md) => {
    const app = await seen(md, ["RUNNING", "CRASHED"]);
    const crashed = async () => (await indices(md, app))[1];
    expect(await crashed()).toMatchObject({
      state: "crashed",
      next: "start (CRASHED) was sent 0 s ago; judged again in 30 s, unless it is seen to be done",
      crashes: { count: 1, nextDelaySeconds: 0 },
      lastSent: { kind: "start", at: 140, reason: "CRASHED" },
    });
    await md.tickUntil(260);
    expect(await crashed()).toMatchObject({
      next: "start (CRASHED) is sent in 30 s, if still right",
      crashes: { count: 4, backoffUntil: 290, nextDelaySeconds: 60 },
      lastSent: { at: 220 },
    });
  },
);

forEachStore(
  "explain: of an app that crashed altogether only index 0 is tried [CRA-21]",
  async (md) => {
    const app = await seen(md, ["CRASHED", "CRASHED"]);
    expect((await indices(md, app))[1]).toMatchObject({
      state: "crashed",
      next: expect.stringMatching(/^nothing until an instance of the app starts: .* only index 0/),
    });
  },
);

forEachStore("explain: duplicates, of which one goes and one stays", async (md) => {
  const app = new AppFixture();
  const [one, two] = [app.instanceAtIndex(0), app.anotherInstanceAtIndex(0).onDea("dea-2")];
  md.desire(app.desiredState());
  md.report(
    { deaGuid: app.deaGuid, instances: [one.heartbeat()] },
    { deaGuid: "dea-2", instances: [two.heartbeat()] },
  );
  await md.becomeFresh();
  const [index] = await indices(md, app);
  expect([index?.state, index?.nextAt]).toEqual(["duplicate", 260]);
  expect(index?.next).toMatch(
    /^stop \(DUPLICATE\) of \S+ is sent in 120 s, if still right; stop \(DUPLICATE\) of \S+, due in 150 s, would be dropped: nothing else runs at index 0$/,
  );
});

forEachStore("explain: an extra instance that was told to stop", async (md) => {
  const app = await seen(md, ["RUNNING", "RUNNING"], { desired: 1 });
  const { instanceGuid } = app.instanceAtIndex(1);
  expect((await indices(md, app))[1]).toMatchObject({
    desired: false,
    state: "extra",
    next: `stop (EXTRA) of ${instanceGuid} was sent 0 s ago; judged again in 30 s, ` +
      "unless it is seen to be done",
    lastSent: { kind: "stop", at: 140, instanceGuid },
  });
});

forEachStore("explain: an evacuating instance, until what replaces it runs", async (md) => {
  const app = await seen(md, ["RUNNING"]);
  md.report({ deaGuid: app.deaGuid, instances: [app.instanceAtIndex(0).heartbeat("EVACUATING")] });
  await md.tickWithoutSender();
  const evacuating = async () => (await indices(md, app))[0];
  expect(await evacuating()).toMatchObject({
    state: "evacuating",
    next: expect.stringMatching(/^start \(EVACUATING\) is due: sent by the next pass/),
  });
  await md.send();
  expect((await evacuating())?.next).toMatch(/^start \(EVACUATING\) was sent 0 s ago/);
});

forEachStore("explain: an app that is not staged", async (md) => {
  const app = new AppFixture();
  md.desire(app.desiredState({ packageState: "PENDING" }));
  md.report(new AppFixture("other").heartbeat(1));
  await md.becomeFresh();
  expect(await indices(md, app)).toMatchObject([{
    state: "missing",
    next: "nothing until the app is staged: its package is PENDING",
    waitsFor: "staging",
  }]);
});

forEachStore("explain: a stale store, and when it may be fresh", async (md) => {
  const app = new AppFixture();
  md.desire(app.desiredState());
  md.report(new AppFixture("other").heartbeat(1));
  await md.tick(2);
  const { store, indices: [index] } = await md.explain(app.id);
  expect(store).toMatchObject({ fresh: false, freshAt: 140 });
  expect(index).toMatchObject({
    waitsFor: "fresh_store",
    next: expect.stringMatching(/^nothing until the store is fresh; then: the next analysis/),
  });
  await md.tickUntil(140);
  expect((await md.explain(app.id)).store).toMatchObject({ fresh: true, freshSince: 140 });
});

forEachStore("explain: a start that is held", async (md) => {
  const app = await seen(md, ["RUNNING"], { desired: 2 });
  const { store, layout } = md.outside;
  const hold: Hold = {
    name: "starts",
    holds: "starts",
    source: "operator",
    reason: "careful",
    by: "ada",
    setAt: 140,
    expiresAt: 900,
  };
  const key = `${layout.holdsPrefix}${hold.name}`;
  const value = JSON.stringify(holdToWire(hold));
  await store.transact({ guards: [], mutations: [{ kind: "put", key, value }] });
  await md.tickUntil(200);
  expect(md.orders).toEqual([]);
  expect((await indices(md, app))[1]).toMatchObject({
    waitsFor: "end_of_hold",
    next: "start (MISSING), due now, is held by ada for 700 s (careful)",
  });
});

forEachStore("explain: an app of which only decisions are left", async (md) => {
  const app = await seen(md, ["RUNNING", "RUNNING"], { desired: 1 });
  md.desire(new AppFixture("other").desiredState());
  md.report(new AppFixture("other").heartbeat(1));
  await md.tick(8);
  const { indices, decisions } = await md.explain(app.id);
  expect(indices).toEqual([]);
  expect(decisions?.at(-1)).toMatchObject({ at: 140, kind: "stop_enqueued", reason: "EXTRA" });
});

/** An app whose DEA reports these states, index by index, from the beginning until the store is fresh. */
async function seen(
  md: Scenario,
  states: readonly InstanceState[],
  { desired = states.length }: { readonly desired?: number } = {},
): Promise<AppFixture> {
  const app = new AppFixture();
  md.desire(app.desiredState({ instances: desired }));
  const instances = states.map((state, index) => app.instanceAtIndex(index).heartbeat(state));
  md.report({ deaGuid: app.deaGuid, instances });
  await md.becomeFresh();
  return app;
}

async function indices(md: Scenario, app: AppFixture): Promise<readonly IndexExplanation[]> {
  return (await md.explain(app.id)).indices;
}
