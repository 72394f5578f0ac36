import { expect } from "expect";
import { StoreLayout } from "../store/layout.ts";
import { planChanges } from "./plan_changes.ts";

const layout = new StoreLayout({ schemaVersion: 1 });
const DROPLET = {
  "droplet": "app",
  "version": "v",
  "instance": "i",
  "index": 2,
  "state": "CRASHED",
  "state_timestamp": 1.25,
};
const bytes = new TextEncoder().encode(JSON.stringify({ "dea": "a", "droplets": [DROPLET] }));
const repeated = { deaGuid: "a", bytes, remembered: true } as const;
const NOTHING = { instances: new Map() };

Deno.test("planChanges() turns a heartbeat into writes, and says what is known once they are made", () => {
  const known = { instances: new Map([["app,v,gone", 0]]) };
  const changes = planChanges(repeated, { known, layout });
  expect(changes?.mutations).toEqual([
    { kind: "put", key: "/hm/v1/apps/actual/a/app,v,i", value: "2,CRASHED,1.3" },
    { kind: "delete", key: "/hm/v1/apps/actual/a/app,v,gone" },
  ]);
  expect([...changes?.known.instances.keys() ?? []]).toEqual(["app,v,i"]);
});

Deno.test("planChanges() does not look into a heartbeat whose bytes were committed", () => {
  const first = planChanges(repeated, { known: NOTHING, layout });
  const known = first?.known ?? NOTHING;
  expect(planChanges(repeated, { known, layout })).toBeUndefined();
});

Deno.test("planChanges() finds nothing to write for what is stored already, and remembers its bytes", () => {
  const instances = planChanges(repeated, { known: NOTHING, layout })?.known.instances ?? new Map();
  const changes = planChanges(repeated, { known: { instances }, layout });
  expect([changes?.mutations, changes?.known.bytes]).toEqual([[], bytes]);
});
