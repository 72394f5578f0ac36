import { expect } from "expect";
import { StoredFleet } from "../../../test_helpers/stored_fleet.ts";
import type { Decision } from "../../models/decision.ts";
import { ParseError } from "../../models/parse_error.ts";
import {
  decisionKey,
  parseDecisionKey,
  parseDecisions,
  putDecisions,
  readDecisions,
  type ReadDecisionsOptions,
} from "./decisions.ts";

const { layout } = new StoredFleet();

function decision(at: number, overrides: Partial<Decision> = {}): Decision {
  return {
    at,
    component: "analyzer",
    kind: "start_enqueued",
    appGuid: "app",
    appVersion: "v1",
    instanceIndex: 0,
    reason: "MISSING",
    why: "index 0 has no instance",
    ...overrides,
  };
}

/** A log of three records with two decisions each, at 10 and 11, 20 and 21, 30 and 31. */
async function filled(): Promise<StoredFleet> {
  const fleet = new StoredFleet();
  for (const at of [10, 20, 30]) {
    const decisions = [decision(at), decision(at + 1, { appGuid: "other", kind: "stop_sent" })];
    await write(fleet, { at: at + 1, decisions });
  }
  return fleet;
}

async function write(
  fleet: StoredFleet,
  { at, decisions }: { readonly at: number; readonly decisions: readonly Decision[] },
): Promise<void> {
  const key = { atMs: at * 1000, component: "analyzer", unique: "z9" } as const;
  const put = putDecisions(layout, { key, decisions });
  await fleet.put(put.key, put.value);
}

async function times(fleet: StoredFleet, options: ReadDecisionsOptions): Promise<number[]> {
  return (await readDecisions(fleet.store, layout, options)).map(({ at }) => at);
}

Deno.test("decisionKey() is in order of time and says how many decisions are behind it", () => {
  const key = {
    atMs: 1_500_000_000_123,
    component: "sender",
    decisions: 40,
    unique: "k3",
  } as const;
  const text = decisionKey(layout, key);
  expect(text).toBe("/hm/v1/decisions/001500000000123,sender,40,k3");
  expect(parseDecisionKey(layout, text)).toEqual(key);
  expect(decisionKey(layout, { ...key, atMs: 9 }) < text).toBe(true);
});

for (const name of ["", "1,sender,4,k", "001500000000123,nobody,4,k", "001500000000123,sender,4"]) {
  Deno.test(`parseDecisionKey() refuses "${name}"`, () => {
    expect(() => parseDecisionKey(layout, `${layout.decisionsPrefix}${name}`)).toThrow(ParseError);
  });
}

Deno.test("parseDecisions() refuses what is no record", () => {
  for (const text of ["", "[]", '{"decisions":[1]}', '{"decisions":{}}']) {
    expect(() => parseDecisions(text)).toThrow(ParseError);
  }
});

Deno.test("readDecisions() says all there is, the newest first", async () => {
  await using fleet = await filled();
  expect(await times(fleet, {})).toEqual([31, 30, 21, 20, 11, 10]);
  expect((await readDecisions(fleet.store, layout))[1]).toEqual(decision(30));
});

Deno.test("readDecisions() of an app, of a version, of kinds", async () => {
  await using fleet = await filled();
  await write(fleet, { at: 40, decisions: [decision(40, { appVersion: "v2" })] });
  expect(await times(fleet, { app: { appGuid: "app" } })).toEqual([40, 30, 20, 10]);
  const app = { appGuid: "app", appVersion: "v1" };
  expect(await times(fleet, { app })).toEqual([30, 20, 10]);
  expect(await times(fleet, { app, limit: 2 })).toEqual([30, 20]);
  expect(await times(fleet, { kinds: ["stop_sent"], limit: 2 })).toEqual([31, 21]);
});

Deno.test("readDecisions() since a second includes that second", async () => {
  await using fleet = await filled();
  expect(await times(fleet, { since: 21 })).toEqual([31, 30, 21]);
});

Deno.test("readDecisions() with a limit reads no more records than it takes, and one", async () => {
  await using fleet = await filled();
  for (let at = 40; at < 50; at += 1) await write(fleet, { at, decisions: [decision(at)] });
  let read = 0;
  const range = fleet.store.range.bind(fleet.store);
  fleet.store.range = async function* (prefix, options) {
    for await (const page of range(prefix, options)) {
      if (options?.keysOnly !== true) read += page.entries.length;
      yield page;
    }
  };
  expect(await times(fleet, { limit: 3 })).toEqual([49, 48, 47]);
  expect(read).toBe(4);
  expect(await times(fleet, { limit: 100 })).toHaveLength(16);
});

Deno.test("readDecisions() skips a corrupt record and counts it", async () => {
  await using fleet = await filled();
  await fleet.put(`${layout.decisionsPrefix}000000000025000,sender,1,a`, "{");
  await fleet.put(`${layout.decisionsPrefix}nonsense`, '{"decisions":[]}');
  const { log, metrics } = fleet;
  expect(await times(fleet, { log, metrics })).toEqual([31, 30, 21, 20, 11, 10]);
  expect(metrics.get("corrupt_records")).toBe(2);
  expect(await times(fleet, { limit: 2 })).toEqual([31, 30]);
});
