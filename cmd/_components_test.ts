import { expect } from "expect";
import { FLEET_GAUGES, STORED_COUNTERS } from "../lib/store/collections/metrics.ts";
import { COMPONENT_NAMES, COMPONENT_ROLES } from "../lib/models/component_role.ts";
import { COMPONENTS } from "./_components.ts";

Deno.test("COMPONENTS: one of each name leads, but every replica of the API answers [DMN-08] [I16] [B7]", () => {
  expect(COMPONENT_NAMES.filter((name) => !COMPONENT_ROLES[name].leads)).toEqual(["api"]);
});

Deno.test("COMPONENTS: the original's names go on working [CLI-01]", () => {
  expect(Object.fromEntries(COMPONENT_NAMES.map((name) => [name, COMPONENTS[name].alias]))).toEqual(
    {
      "actual_state_listener": "listen",
      "desired_state_listener": "fetch_desired",
      "analyzer": "analyze",
      "sender": "send",
      "api": "serve_api",
      "evacuator": undefined,
      "shredder": "shred",
    },
  );
});

Deno.test("COMPONENTS: what works in passes is what --once is for", () => {
  expect(COMPONENT_NAMES.filter((name) => COMPONENTS[name].worksInPasses)).toEqual([
    "desired_state_listener",
    "analyzer",
    "sender",
    "shredder",
  ]);
});

Deno.test("COMPONENTS: each figure that is stored is one component's to store [MET-18] [HAZ-06]", () => {
  const names = COMPONENT_NAMES.flatMap((name) => COMPONENTS[name].storesMetrics);
  expect([...names].sort()).toEqual([...Object.keys(STORED_COUNTERS), ...FLEET_GAUGES].sort());
});
