import { expect } from "expect";
import { parseHeartbeat } from "../lib/models/heartbeat.ts";
import { AppFixture } from "./app.ts";
import { DeaFixture } from "./dea.ts";

const app = new AppFixture("shop");

Deno.test("DeaFixture reports what was started on it, as hm9000 reads it", () => {
  const dea = new DeaFixture("dea-1", { now: () => 1000.5 });
  const instance = dea.start(app, { instanceIndex: 0, state: "STARTING" });
  dea.applyStart({ ...app.id, instanceIndex: 1, messageId: "m" });
  dea.becomeRunning(instance.instanceGuid);
  expect(
    dea.heartbeat().instances.map(({ instanceGuid, instanceIndex, state }) => [
      instanceGuid,
      instanceIndex,
      state,
    ]),
  ).toEqual([["dea-1-instance-1", 0, "RUNNING"], ["dea-1-instance-2", 1, "RUNNING"]]);
  expect(parseHeartbeat(dea.heartbeatJson())).toEqual({ heartbeat: dea.heartbeat(), rejected: [] });
  expect(dea.instances[0]?.stateTimestamp).toBe(1000.5);
});

Deno.test("DeaFixture stops what it has, and only that", () => {
  const dea = new DeaFixture("dea-1");
  const { instanceGuid } = dea.start(app, { instanceIndex: 0, instanceGuid: "mine" });
  const stop = { ...app.id, instanceIndex: 0, isDuplicate: false, messageId: "m" };
  expect(dea.applyStop({ ...stop, instanceGuid: "other" })).toBeUndefined();
  expect(dea.applyStop({ ...stop, instanceGuid })?.reason).toBe("STOPPED");
  expect(dea.instances).toEqual([]);
});

Deno.test("DeaFixture reports a crashed instance until it is reaped", () => {
  const dea = new DeaFixture("dea-1", { now: () => 7.9 });
  const { instanceGuid } = dea.start(app, { instanceIndex: 0 });
  expect(dea.crash(instanceGuid)).toEqual(
    expect.objectContaining({ reason: "CRASHED", crashTimestamp: 7, instanceGuid }),
  );
  expect(dea.heartbeat().instances.map(({ state }) => state)).toEqual(["CRASHED"]);
  dea.reapCrashed();
  expect(dea.instances).toEqual([]);
  expect(dea.crash(instanceGuid)).toBeUndefined();
});

Deno.test("DeaFixture evacuates: what serves goes on, and says that it is leaving", () => {
  const dea = new DeaFixture("dea-1");
  const crashed = dea.start(app, { instanceIndex: 0 });
  dea.crash(crashed.instanceGuid);
  const leaving = dea.start(app, { instanceIndex: 1 });
  expect(dea.isEvacuating).toBe(false);
  const exits = dea.evacuate();
  expect(exits.map(({ reason, instanceGuid }) => [reason, instanceGuid]))
    .toEqual([["DEA_EVACUATION", leaving.instanceGuid]]);
  expect(dea.isEvacuating).toBe(true);
  expect(dea.instances.map(({ state }) => state)).toEqual(["CRASHED", "EVACUATING"]);
  expect(dea.evacuate()).toEqual([]);
});
