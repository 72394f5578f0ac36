import { expect } from "expect";
import { FakeLogger } from "../../../test_helpers/fake_logger.ts";
import { FakeTimeProvider } from "../../../test_helpers/fake_time_provider.ts";
import { MetricsRegistry } from "../../helpers/metrics.ts";
import { appKey } from "../../models/app_key.ts";
import { type DesiredAppState, desiredAppStateToCsv } from "../../models/desired_app_state.ts";
import { UNFENCED } from "../fence.ts";
import { StoreLayout } from "../layout.ts";
import { MemoryStore } from "../memory_store.ts";
import { readDesiredState, writeDesiredDifference } from "./desired_state.ts";

const layout = new StoreLayout({ schemaVersion: 1 });

function wanted(...apps: DesiredAppState[]): Map<string, DesiredAppState> {
  return new Map(apps.map((app) => [appKey(app), app]));
}

function app(name: string, instances = 1): DesiredAppState {
  return {
    appGuid: name,
    appVersion: "v",
    instances,
    state: "STARTED",
    packageState: "STAGED",
  };
}

function csv(apps: Map<string, DesiredAppState>): Map<string, string> {
  return new Map([...apps].map(([key, app]) => [key, desiredAppStateToCsv(app)]));
}

async function sync(store: MemoryStore, apps: Map<string, DesiredAppState>): Promise<void> {
  const before = await readDesiredState(store, layout);
  const stored = [...before.apps.keys(), ...before.corrupt];
  const deletes = stored.filter((key) => !apps.has(key));
  const difference = { puts: csv(apps), deletes, stored: before.apps.size, lost: deletes.length };
  await writeDesiredDifference(store, layout, { difference, fence: UNFENCED });
}

Deno.test("desired state is read as it was written [DST-01] [DST-04]", async () => {
  await using store = new MemoryStore({ time: new FakeTimeProvider() });
  expect((await readDesiredState(store, layout)).apps).toEqual(new Map());
  const apps = wanted(app("one"), app("two"));
  await sync(store, apps);
  expect((await readDesiredState(store, layout)).apps).toEqual(apps);
});

Deno.test("writeDesiredDifference() removes, changes and adds [DST-02] [REG-24]", async () => {
  await using store = new MemoryStore({ time: new FakeTimeProvider() });
  await sync(store, wanted(app("one"), app("two")));
  const later = wanted(app("two", 2), app("three"));
  await sync(store, later);
  expect((await readDesiredState(store, layout)).apps).toEqual(later);
});

Deno.test("desired records have the fixed layout and no lease [DST-05]", async () => {
  await using store = new MemoryStore({ time: new FakeTimeProvider() });
  await sync(store, wanted(app("one", 3)));
  const entry = await store.get("/hm/v1/apps/desired/one,v");
  expect(entry?.value).toBe("3,STARTED,STAGED");
  expect(entry?.lease).toBe(0);
});

Deno.test("readDesiredState() skips, says and counts a corrupt record; a sync mends it [DST-07]", async () => {
  await using store = new MemoryStore({ time: new FakeTimeProvider() });
  await sync(store, wanted(app("one")));
  const mutations = [
    { kind: "put", key: "/hm/v1/apps/desired/two,v", value: "many,STARTED,STAGED" },
    { kind: "put", key: "/hm/v1/apps/desired/nonsense", value: "1,STARTED,STAGED" },
  ] as const;
  await store.transact({ guards: [], mutations });
  const log = new FakeLogger();
  const metrics = new MetricsRegistry();
  const stored = await readDesiredState(store, layout, { log, metrics });
  expect([...stored.apps.keys()]).toEqual(["one,v"]);
  expect(log.lines.map(({ fields }) => fields["key"])).toEqual([
    "/hm/v1/apps/desired/nonsense",
    "/hm/v1/apps/desired/two,v",
  ]);
  expect(metrics.get("corrupt_records")).toBe(2);
  await sync(store, wanted(app("one"), app("two")));
  const mended = await readDesiredState(store, layout);
  expect([mended.apps.size, mended.corrupt.size]).toEqual([2, 0]);
});

Deno.test("writeDesiredDifference() writes what is new before it removes what is gone [DST-08]", async () => {
  await using store = new MemoryStore({ time: new FakeTimeProvider() });
  await sync(store, wanted(app("old")));
  const signal = new AbortController();
  const watching = store.watch(layout.desiredPrefix, { signal: signal.signal, fromRevision: 1 });
  await sync(store, wanted(app("new")));
  const kinds: string[] = [];
  for await (const batch of watching) {
    kinds.push(...batch.events.map((event) => event.kind));
    if (kinds.length >= 3) break;
  }
  signal.abort();
  expect(kinds).toEqual(["put", "put", "delete"]);
});
