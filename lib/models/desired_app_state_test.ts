import { expect } from "expect";
import fc from "fast-check";
import { AppFixture } from "../../test_helpers/app.ts";
import {
  APP_STATES,
  type DesiredAppState,
  desiredAppStateFromCsv,
  desiredAppStateToCsv,
  desiredAppStateToWire,
  isWanted,
  PACKAGE_STATES,
  parseDesiredAppState,
  sameDesiredAppState,
} from "./desired_app_state.ts";
import { ParseError } from "./parse_error.ts";

const fixture = new AppFixture();
const desired = fixture.desiredState({ instances: 3 });

function anyDesired(): fc.Arbitrary<DesiredAppState> {
  return fc.record({
    instances: fc.nat(1_000_000),
    state: fc.constantFrom(...APP_STATES),
    packageState: fc.constantFrom(...PACKAGE_STATES),
  }).map((differing) => fixture.desiredState(differing));
}

Deno.test("parseDesiredAppState() reads what desiredAppStateToWire() writes [MOD-01]", () => {
  expect(desiredAppStateToWire(desired)).toEqual({
    "id": "app",
    "version": "app-version",
    "instances": 3,
    "state": "STARTED",
    "package_state": "STAGED",
  });
  fc.assert(fc.property(anyDesired(), (any) => {
    expect(parseDesiredAppState(desiredAppStateToWire(any))).toEqual(any);
  }));
});

Deno.test("parseDesiredAppState() ignores what it does not know", () => {
  const record = { ...desiredAppStateToWire(desired), "memory": 1024, "routes": null };
  expect(parseDesiredAppState(record)).toEqual(desired);
});

Deno.test("sameDesiredAppState() compares exactly five fields [MOD-01] [DST-03]", () => {
  const differing: Partial<DesiredAppState>[] = [
    { appGuid: "x" },
    { appVersion: "x" },
    { instances: 4 },
    { state: "STOPPED" },
    { packageState: "PENDING" },
  ];
  expect(sameDesiredAppState(desired, { ...desired })).toBe(true);
  for (const part of differing) {
    expect(sameDesiredAppState(desired, { ...desired, ...part })).toBe(false);
  }
});

const BROKEN: readonly (readonly [record: unknown, problem: string])[] = [
  [null, "apps[7]: null is not a JSON object"],
  [[], "apps[7]: an array of 0 is not a JSON object"],
  ["x", 'apps[7]: "x" is not a JSON object'],
  [{}, "apps[7].id: "],
  [{ "id": "a/b" }, 'apps[7].id: "a/b" is not a guid'],
  [{ "id": 7 }, "apps[7].id: 7 is not a string"],
  [{ "id": "a" }, "apps[7].version: "],
  [{ "instances": "3" }, 'apps[7].instances: "3" is not a number'],
  [{ "instances": 1.5 }, "apps[7].instances: 1.5 is not a whole number"],
  [{ "instances": -1 }, "apps[7].instances: -1 is not a number of instances (0 to 1000000)"],
  [{ "instances": 1_000_001 }, "apps[7].instances: 1000001 is not a number of instances"],
  [{ "instances": NaN }, "apps[7].instances: NaN is not a number"],
  [{ "state": "started" }, 'apps[7].state: "started" is not one of STARTED, STOPPED'],
  [{ "state": "" }, "apps[7].state: "],
  [{ "package_state": "STAGING" }, 'apps[7].package_state: "STAGING" is not one of PENDING'],
];

for (const [part, problem] of BROKEN) {
  Deno.test(`parseDesiredAppState() refuses ${JSON.stringify(part)} [MOD-02]`, () => {
    const isPart = part !== null && typeof part === "object" && !Array.isArray(part);
    const isWhole = isPart && Object.keys(part).length > 0 && !("id" in part);
    const record = isWhole ? { ...desiredAppStateToWire(desired), ...part } : part;
    expect(() => parseDesiredAppState(record, "apps[7]")).toThrow(problem);
  });
}

Deno.test("desiredAppStateToCsv() is count, state and package state [MOD-03]", () => {
  expect(desiredAppStateToCsv({ ...desired, state: "STOPPED" })).toBe("3,STOPPED,STAGED");
});

Deno.test("desiredAppStateFromCsv() restores all five fields [MOD-04]", () => {
  fc.assert(fc.property(anyDesired(), (any) => {
    expect(desiredAppStateFromCsv(fixture.id, desiredAppStateToCsv(any))).toEqual(any);
  }));
});

const BROKEN_CSV = [
  "",
  "3,STARTED",
  "3,STARTED,STAGED,",
  "three,STARTED,STAGED",
  "-1,STARTED,STAGED",
  "1e3,STARTED,STAGED",
  "1000001,STARTED,STAGED",
  " 3,STARTED,STAGED",
  "3,started,STAGED",
  "3,STARTED,STAGED\n",
  '{"instances":3}',
];

for (const csv of BROKEN_CSV) {
  Deno.test(`desiredAppStateFromCsv() refuses ${JSON.stringify(csv)} [MOD-05]`, () => {
    expect(() => desiredAppStateFromCsv(fixture.id, csv)).toThrow(ParseError);
  });
}

Deno.test("isWanted() wants STARTED, and anything but FAILED [DES-07] [DES-10] [DES-11]", () => {
  expect(isWanted(desired)).toBe(true);
  expect(isWanted({ ...desired, packageState: "PENDING" })).toBe(true);
  expect(isWanted({ ...desired, packageState: "FAILED" })).toBe(false);
  expect(isWanted({ ...desired, state: "STOPPED" })).toBe(false);
});
