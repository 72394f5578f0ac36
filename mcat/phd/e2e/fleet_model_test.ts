import { expect } from "expect";
import { parseHeartbeat } from "../../../lib/models/heartbeat.ts";
import { FleetModel, type FleetModelOptions } from "./fleet_model.ts";

Deno.test("FleetModel lays apps of one instance out 100 on a DEA, a tenth of them crashed", () => {
  const fleet = model({ apps: 1_000, crashedFraction: 0.1 });
  expect([fleet.deas, fleet.apps, fleet.runningApps]).toEqual([10, 1_000, 900]);
  expect(said(fleet, 3).length).toBe(100);
  expect(said(fleet, 3).filter(({ state }) => state === "CRASHED").length).toBe(10);
});

Deno.test("FleetModel says the same bytes until something changes", () => {
  const fleet = model();
  const bytes = fleet.heartbeat(0);
  expect(fleet.heartbeat(0)).toBe(bytes);
  const added = fleet.addApp(0);
  expect(said(fleet, 0).at(-1)?.instanceGuid).toBe(added?.instanceGuid);
});

Deno.test("FleetModel starts a crashed app elsewhere and forgets the crash", () => {
  const fleet = model({ crashedFraction: 0.1 });
  expect(fleet.start("app-0")).toBe(true);
  const all = [0, 1].flatMap((dea) => said(fleet, dea)).filter((one) => one.appGuid === "app-0");
  expect(all.map(({ state }) => state)).toEqual(["RUNNING"]);
});

Deno.test("FleetModel loses what runs on a DEA that dies, and starts it on one that lives", () => {
  const fleet = model();
  fleet.die(0);
  expect(fleet.heartbeat(0)).toBeUndefined();
  expect(fleet.runningApps).toBe(100);
  expect(fleet.start("app-5")).toBe(true);
  expect(fleet.runningApps).toBe(101);
  expect(said(fleet, 1).length).toBe(101);
});

Deno.test("FleetModel lets an evacuating instance be stopped, but not the only one that runs", () => {
  const fleet = model();
  const [leaving] = fleet.evacuate(0);
  expect(fleet.evacuatingInstances).toBe(100);
  expect(fleet.stop(leaving?.instanceGuid ?? "")).toBe(true);
  expect(fleet.evacuatingInstances).toBe(99);
  expect(fleet.stop(said(fleet, 1)[0]?.instanceGuid ?? "")).toBe(false);
  expect(fleet.start("app-100")).toBe(true);
  expect(fleet.stop(said(fleet, 1)[0]?.instanceGuid ?? "")).toBe(true);
});

Deno.test("FleetModel can begin with everything desired and nothing running", () => {
  const fleet = model({ empty: true });
  expect([fleet.apps, fleet.runningApps, said(fleet, 0).length]).toEqual([200, 0, 0]);
  expect(fleet.start("app-7")).toBe(true);
  expect(fleet.runningApps).toBe(1);
});

Deno.test("FleetModel gives nothing new to a DEA that leaves or is dead", () => {
  const fleet = model();
  fleet.evacuate(0);
  fleet.die(1);
  expect([fleet.addApp(0), fleet.addApp(1), fleet.start("app-3")]).toEqual([
    undefined,
    undefined,
    false,
  ]);
});

Deno.test("FleetModel ignores orders about what it does not have", () => {
  const fleet = model();
  expect(fleet.start("app-200")).toBe(false);
  expect(fleet.start("stranger")).toBe(false);
  expect(fleet.stop("i-1-1-99")).toBe(false);
});

function model(options: Partial<FleetModelOptions> = {}): FleetModel {
  const usual = { apps: 200, instancesPerDea: 100, crashedFraction: 0, empty: false };
  return new FleetModel({ ...usual, now: () => 100, ...options });
}

function said(fleet: FleetModel, dea: number) {
  return parseHeartbeat(fleet.heartbeat(dea) ?? "").heartbeat.instances;
}

Deno.test("FleetModel counts starts of what was lost with its DEA, each once", () => {
  const fleet = model({ apps: 200 });
  fleet.die(0);
  for (const app of ["app-1", "app-1", "app-150"]) fleet.start(app);
  expect(fleet.lostStarted).toBe(1);
});

Deno.test("guests are named beside what runs, stopped like anything, and no app of the fleet", () => {
  const fleet = model();
  const { runningApps } = fleet;
  fleet.swell(1, 10_000);
  // What NATS takes in one message.
  expect(fleet.heartbeat(1)?.byteLength).toBeLessThan(1024 * 1024);
  const instances = said(fleet, 1);
  expect(instances).toHaveLength(10_100);
  expect(fleet.stop(instances.at(-1)?.instanceGuid ?? "")).toBe(true);
  expect(said(fleet, 1)).toHaveLength(10_099);
  expect(fleet.runningApps).toBe(runningApps);
  fleet.swell(1, 0);
  expect(said(fleet, 1)).toHaveLength(100);
});
