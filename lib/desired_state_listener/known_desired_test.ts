import { expect } from "expect";
import fc from "fast-check";
import { FakeLogger } from "../../test_helpers/fake_logger.ts";
import { FakeTimeProvider } from "../../test_helpers/fake_time_provider.ts";
import { MetricsRegistry } from "../helpers/metrics.ts";
import {
  APP_STATES,
  type DesiredAppState,
  desiredAppStateToCsv,
  isWanted,
  PACKAGE_STATES,
} from "../models/desired_app_state.ts";
import { CorruptRecords } from "../store/collections/corrupt_records.ts";
import { StoreLayout } from "../store/layout.ts";
import { MemoryStore } from "../store/memory_store.ts";
import { KnownDesired } from "./known_desired.ts";

const layout = new StoreLayout({ schemaVersion: 1 });

function app(guid: string, differing: Partial<DesiredAppState> = {}): DesiredAppState {
  const usual = {
    appVersion: "v",
    instances: 1,
    state: "STARTED",
    packageState: "STAGED",
  } as const;
  return { ...usual, appGuid: guid, ...differing };
}

/** A store that holds these records, by app key. */
async function storing(records: Readonly<Record<string, string>>) {
  const store = new MemoryStore({ time: new FakeTimeProvider() });
  const mutations = Object.entries(records).map(([key, value]) => (
    { kind: "put", key: `${layout.desiredPrefix}${key}`, value } as const
  ));
  await store.transact({ guards: [], mutations });
  const log = new FakeLogger();
  const metrics = new MetricsRegistry();
  const corruptRecords = new CorruptRecords({ log, metrics });
  return { known: await KnownDesired.load({ store, layout, corruptRecords }), metrics };
}

const TWO = { "one,v": "1,STARTED,STAGED", "two,v": "1,STARTED,STAGED" };

Deno.test("a tally leaves unchanged apps alone, however they are spelled [DST-03]", async () => {
  const { known } = await storing({ ...TWO, "two,v": "01,STARTED,STAGED" });
  const tally = known.begin();
  for (const guid of ["one", "two"]) tally.add(app(guid));
  expect(tally.difference()).toEqual({ puts: new Map(), deletes: [], stored: 2, lost: 0 });
  expect(tally.received).toBe(2);
});

Deno.test("a tally counts what is lost, corrupt records not among it [DST-07]", async () => {
  const { known, metrics } = await storing({ ...TWO, "bad,v": "many", "three,v": TWO["one,v"] });
  expect(metrics.get("corrupt_records")).toBe(1);
  const tally = known.begin();
  for (const named of [app("one"), app("two", { instances: 2 })]) tally.add(named);
  expect(tally.difference()).toEqual({
    puts: new Map([["two,v", "2,STARTED,STAGED"]]),
    deletes: ["bad,v", "three,v"],
    stored: 3,
    lost: 1,
  });
});

Deno.test("a tally overwrites a corrupt record that is wanted [DST-07]", async () => {
  const { known } = await storing({ "one,v": "many" });
  const tally = known.begin();
  tally.add(app("one"));
  expect(tally.difference()).toMatchObject({ puts: new Map([["one,v", "1,STARTED,STAGED"]]) });
});

Deno.test("a tally keeps STARTED apps that are staged or pending, counts all [DES-07] [DES-08]", async () => {
  const { known } = await storing({});
  const tally = known.begin();
  tally.add(app("staged"));
  tally.add(app("pending", { packageState: "PENDING" }));
  tally.add(app("failed", { packageState: "FAILED" }));
  tally.add(app("stopped", { state: "STOPPED" }));
  expect([...tally.difference().puts.keys()]).toEqual(["staged,v", "pending,v"]);
  expect(tally.received).toBe(4);
});

Deno.test("KnownDesired says of any fetches in a row what comparing everything says [DES-09] [DES-23] [DST-02] [I11]", async () => {
  const anyApp = fc.record({
    appGuid: fc.constantFrom("a", "b", "c", "d"),
    appVersion: fc.constant("v"),
    instances: fc.nat(2),
    state: fc.constantFrom(...APP_STATES),
    packageState: fc.constantFrom(...PACKAGE_STATES),
  });
  const anyFetch = fc.record({ apps: fc.array(anyApp, { maxLength: 8 }), obeyed: fc.boolean() });
  const property = fc.asyncProperty(fc.array(anyFetch, { maxLength: 8 }), async (fetches) => {
    const { known } = await storing({});
    const stored = new Map<string, string>();
    for (const { apps, obeyed } of fetches) {
      const tally = known.begin();
      for (const one of apps) tally.add(one);
      const last = new Map(apps.map((one) => [`${one.appGuid},v`, one]));
      const wanted = new Map(
        [...last].filter(([, one]) => isWanted(one)).map(([key, one]) => [
          key,
          desiredAppStateToCsv(one),
        ]),
      );
      const difference = tally.difference();
      expect(tally.received).toBe(last.size);
      expect(new Map([...difference.puts].sort())).toEqual(
        new Map([...wanted].filter(([key, text]) => stored.get(key) !== text).sort()),
      );
      const lost = [...stored.keys()].filter((key) => !wanted.has(key)).sort();
      expect([[...difference.deletes].sort(), difference.stored, difference.lost])
        .toEqual([lost, stored.size, lost.length]);
      if (!obeyed) continue;
      known.commit(difference);
      for (const key of difference.deletes) stored.delete(key);
      for (const [key, text] of difference.puts) stored.set(key, text);
    }
  });
  await fc.assert(property);
});

Deno.test("KnownDesired says when fetches cannot be told apart any more", async () => {
  const { known } = await storing(TWO);
  for (let fetch = 0; fetch < 1_000; fetch += 1) {
    expect(known.worn).toBe(false);
    const tally = known.begin();
    tally.add(app("one"));
    expect(tally.difference().deletes).toEqual(["two,v"]);
  }
  expect(known.worn).toBe(true);
});
