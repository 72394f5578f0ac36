import { expect } from "expect";
import { ParseError } from "../models/parse_error.ts";
import { StoreLayout } from "./layout.ts";

const layout = new StoreLayout({ schemaVersion: 4 });
const INSTANCE = { deaGuid: "dea", appGuid: "app", appVersion: "v1", instanceGuid: "i-1" };

Deno.test("StoreLayout puts every kind of record under its schema version", () => {
  expect(layout.actualKey(INSTANCE)).toBe("/hm/v4/apps/actual/dea/app,v1,i-1");
  expect(layout.desiredKey(INSTANCE)).toBe("/hm/v4/apps/desired/app,v1");
  expect(layout.crashKey({ ...INSTANCE, instanceIndex: 3 })).toBe("/hm/v4/apps/crashes/app,v1/3");
  expect(layout.presenceKey("dea")).toBe("/hm/v4/dea-presence/dea");
  expect([layout.startPrefix, layout.stopPrefix]).toEqual(["/hm/v4/start/", "/hm/v4/stop/"]);
  expect(layout.decisionsPrefix).toBe("/hm/v4/decisions/");
});

Deno.test("StoreLayout takes the original's configurable freshness keys", () => {
  expect([layout.actualFreshKey, layout.desiredFreshKey])
    .toEqual(["/hm/v4/actual-fresh", "/hm/v4/desired-fresh"]);
  const options = { actualFreshnessKey: "/up/actual", desiredFreshnessKey: "/up/desired" };
  const moved = new StoreLayout({ schemaVersion: 4, ...options });
  expect([moved.actualFreshKey, moved.desiredFreshKey])
    .toEqual(["/hm/v4/up/actual", "/hm/v4/up/desired"]);
});

Deno.test("parseActualKey() reads what actualKey() makes", () => {
  expect(layout.parseActualKey(layout.actualKey(INSTANCE))).toEqual(INSTANCE);
});

for (
  const name of ["", "dea", "dea/", "dea/app,v1", "dea/app,v1,i-1,more", "dea/app,v1,i-1/more"]
    .concat("/app,v1,i-1", "dea/app,,i-1", "dea/app,v 1,i-1")
) {
  Deno.test(`parseActualKey() refuses "${name}"`, () => {
    expect(() => layout.parseActualKey(`${layout.actualPrefix}${name}`)).toThrow(ParseError);
  });
}

Deno.test("parseDesiredKey() reads what desiredKey() makes, and nothing else", () => {
  const { appGuid, appVersion } = INSTANCE;
  expect(layout.parseDesiredKey(layout.desiredKey(INSTANCE))).toEqual({ appGuid, appVersion });
  expect(() => layout.parseDesiredKey(`${layout.desiredPrefix}app`)).toThrow(ParseError);
});

Deno.test("keys that stand elsewhere are refused, whatever follows", () => {
  const elsewhere = (key: string) => key.replace("/apps/", "/APPS/");
  const crash = layout.crashKey({ ...INSTANCE, instanceIndex: 1 });
  expect(layout.parseCrashKey(crash).instanceIndex).toBe(1);
  expect(() => layout.parseActualKey(elsewhere(layout.actualKey(INSTANCE)))).toThrow(ParseError);
  expect(() => layout.parseDesiredKey(elsewhere(layout.desiredKey(INSTANCE)))).toThrow(ParseError);
  expect(() => layout.parseCrashKey(elsewhere(crash))).toThrow(ParseError);
});
