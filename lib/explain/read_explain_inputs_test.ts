import { expect } from "expect";
import { AppFixture } from "../../test_helpers/app.ts";
import { queuedStart, queuedStop } from "../../test_helpers/queued_messages.ts";
import { StoredFleet } from "../../test_helpers/stored_fleet.ts";
import { parseConfig } from "../config/parse_config.ts";
import { messageDecision } from "../models/decision.ts";
import { DecisionLog } from "../store/decision_log.ts";
import { UNFENCED } from "../store/fence.ts";
import { readExplainInputs, type WhichApp } from "./read_explain_inputs.ts";

const { config } = parseConfig({ text: "{store_type: memory}", path: "hm9000.yml", env: {} });
const app = new AppFixture("app");
const newer = app.withVersion("v2");
const other = new AppFixture("other");

async function read(fleet: StoredFleet, which: WhichApp, since = 0) {
  const { store, layout, time, log, metrics } = fleet;
  const deps = { store, layout, time, log, metrics, config, since, decisionsMax: 2 };
  return await readExplainInputs(which, deps);
}

async function decided(
  fleet: StoredFleet,
  times: readonly number[],
  about = app,
): Promise<void> {
  const { store, layout, time, random, log, metrics } = fleet;
  const decisions = new DecisionLog({
    ...{ store, layout, time, random, log, metrics, fence: UNFENCED, component: "sender" },
    config: config.decisionLog,
  });
  decisions.record(
    times.map((at) =>
      messageDecision(queuedStart(about.id).message, { at, component: "sender", outcome: "sent" })
    ),
  );
  await decisions.flush();
}

Deno.test("readExplainInputs() has every version of the app with its own messages, and no other app", async () => {
  await using fleet = new StoredFleet();
  await fleet.makeFresh();
  await fleet.desire(app.desiredState(), newer.desiredState(), other.desiredState());
  await fleet.outbox.enqueueStarts(
    [app, newer, other].map(({ id }) => ({ message: queuedStart(id).message })),
  );
  await fleet.outbox.enqueueStops([queuedStop(newer.id, { instanceGuid: "i-1" }).message]);
  const inputs = await read(fleet, { appGuid: "app" });
  expect(inputs.map(({ app: { appVersion }, pendingStarts, pendingStops }) => [
    appVersion,
    pendingStarts.map((start) => start.appVersion),
    pendingStops.length,
  ])).toEqual([["app-version", ["app-version"], 0], ["v2", ["v2"], 1]]);
  expect(await read(fleet, { appGuid: "app", appVersion: "v2" })).toHaveLength(1);
});

Deno.test("readExplainInputs() has the newest decisions of late, also of an app that is gone", async () => {
  await using fleet = new StoredFleet();
  await decided(fleet, [100, 110, 120, 130]);
  const [gone, ...more] = await read(fleet, { appGuid: "app" }, 110);
  expect(more).toEqual([]);
  expect([gone?.app.desired, gone?.app.instances]).toEqual([undefined, []]);
  expect(gone?.decisions?.map(({ at }) => at)).toEqual([130, 120]);
  expect(await read(fleet, { appGuid: "app" }, 131)).toEqual([]);
});

Deno.test("readExplainInputs() knows nothing of an unknown app or version", async () => {
  await using fleet = new StoredFleet();
  await fleet.desire(app.desiredState());
  expect(await read(fleet, { appGuid: "ap" })).toEqual([]);
  expect(await read(fleet, { appGuid: "app", appVersion: "v9" })).toEqual([]);
});

Deno.test("readExplainInputs() says whether the store is fresh, and why not", async () => {
  await using fleet = new StoredFleet();
  await fleet.desire(app.desiredState());
  const [stale] = await read(fleet, app.id);
  expect(stale?.staleBecause).toMatch(/no heartbeats were saved/);
  await fleet.makeFresh(150);
  const [fresh] = await read(fleet, app.id);
  expect(fresh?.staleBecause).toBeUndefined();
  expect(fresh?.freshness?.actual).toEqual({ fresh: true, since: 150 });
});

Deno.test("readExplainInputs() tells the decisions about one version from those about another", async () => {
  await using fleet = new StoredFleet();
  await decided(fleet, [100]);
  await decided(fleet, [110], newer);
  const inputs = await read(fleet, { appGuid: "app" });
  expect(inputs.map(({ decisions }) => decisions?.map(({ at }) => at))).toEqual([[100], [110]]);
});
