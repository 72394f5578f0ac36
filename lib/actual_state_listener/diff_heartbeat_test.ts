import { expect } from "expect";
import fc from "fast-check";
import type { Heartbeat } from "../models/heartbeat.ts";
import { INSTANCE_STATES, type InstanceHeartbeat } from "../models/instance_heartbeat.ts";
import { diffHeartbeat, instanceFingerprint, instanceName, UNREADABLE } from "./diff_heartbeat.ts";

function instance(options: Partial<InstanceHeartbeat> = {}): InstanceHeartbeat {
  return {
    appGuid: "app",
    appVersion: "v",
    instanceGuid: "i",
    instanceIndex: 0,
    state: "RUNNING",
    stateTimestamp: 1,
    deaGuid: "dea",
    ...options,
  };
}

function heartbeat(...instances: InstanceHeartbeat[]): Heartbeat {
  return { deaGuid: "dea", instances };
}

function knownFrom(...instances: InstanceHeartbeat[]) {
  return diffHeartbeat(new Map(), heartbeat(...instances)).instances();
}

Deno.test("diffHeartbeat() writes what is new and removes what is gone [STO-02] [STO-08]", () => {
  const known = knownFrom(instance({ instanceGuid: "kept" }), instance({ instanceGuid: "gone" }));
  const added = instance({ instanceGuid: "new" });
  const diff = diffHeartbeat(known, heartbeat(instance({ instanceGuid: "kept" }), added));
  expect([...diff.puts.values()]).toEqual([added]);
  expect(diff.deletes).toEqual(["app,v,gone"]);
});

const CHANGES: [what: string, change: Partial<InstanceHeartbeat>, written: boolean][] = [
  ["its state", { state: "EVACUATING" }, true],
  ["its index", { instanceIndex: 1 }, true],
  ["its timestamp", { stateTimestamp: 2 }, false],
  ["nothing", {}, false],
];
for (const [what, change, written] of CHANGES) {
  Deno.test(`diffHeartbeat() ${written ? "writes" : "leaves"} an instance that changed ${what} [STO-06] [STO-07] [REG-36]`, () => {
    const changed = instance(change);
    const { puts } = diffHeartbeat(knownFrom(instance()), heartbeat(changed));
    expect([...puts.values()]).toEqual(written ? [changed] : []);
  });
}

Deno.test("diffHeartbeat() mends or removes a record that cannot be read", () => {
  const known = new Map([["app,v,i", UNREADABLE], ["nonsense", UNREADABLE]]);
  const diff = diffHeartbeat(known, heartbeat(instance()));
  expect([[...diff.puts.values()], diff.deletes]).toEqual([[instance()], ["nonsense"]]);
});

const instances = fc.array(
  fc.record({
    appGuid: fc.constantFrom("app", "other"),
    instanceGuid: fc.constantFrom("1", "2", "3", "4"),
    instanceIndex: fc.nat({ max: 3 }),
    state: fc.constantFrom(...INSTANCE_STATES),
  }).map(instance),
);

Deno.test("diffHeartbeat() leads from any state to the heartbeat's, and then to rest", () => {
  fc.assert(fc.property(instances, instances, (before, after) => {
    const stored = new Map(before.map((one) => [instanceName(one), one]));
    const known = knownFrom(...before);
    const diff = diffHeartbeat(known, heartbeat(...after));
    for (const name of diff.deletes) stored.delete(name);
    for (const one of diff.puts.values()) stored.set(instanceName(one), one);
    expect(stored).toEqual(new Map(after.map((one) => [instanceName(one), one])));
    const again = diffHeartbeat(diff.instances(), heartbeat(...after));
    expect([again.puts.size, again.deletes]).toEqual([0, []]);
  }));
});

Deno.test("diffHeartbeat() names an instance that is reported twice once, as it was reported last", () => {
  fc.assert(fc.property(instances, instances, (before, reported) => {
    const known = diffHeartbeat(new Map(), heartbeat(...before)).instances();
    const { puts } = diffHeartbeat(known, heartbeat(...reported));
    const last = new Map(reported.map((one) => [instanceName(one), one]));
    for (const [name, put] of puts) expect(last.get(name)).toBe(put);
    for (const [name, one] of last) {
      expect(puts.has(name)).toBe(known.get(name) !== instanceFingerprint(one));
    }
  }));
});
