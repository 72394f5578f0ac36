import { expect } from "expect";
import { FakeTimeProvider } from "../../test_helpers/fake_time_provider.ts";
import { StoreLayout } from "../store/layout.ts";
import { MemoryStore } from "../store/memory_store.ts";
import { DeaCache } from "./dea_cache.ts";
import { instanceFingerprint, UNREADABLE } from "./diff_heartbeat.ts";

const layout = new StoreLayout({ schemaVersion: 1 });
const RUNNING_3 = instanceFingerprint({ instanceIndex: 3, state: "RUNNING" });

class Fixture {
  readonly time = new FakeTimeProvider(100);
  readonly store = new MemoryStore({ time: this.time });
  readonly layout = layout;
  readonly cache = new DeaCache({ ...this, maxAgeMs: 20_000 });

  write(key: string, value: string): Promise<unknown> {
    return this.store.transact({ guards: [], mutations: [{ kind: "put", key, value }] });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.store[Symbol.asyncDispose]();
  }
}

Deno.test("DeaCache knows what is stored, by DEA [STO-12]", async () => {
  await using f = new Fixture();
  await f.write("/hm/v1/apps/actual/a/app,v,i", "3,RUNNING,1.0");
  await f.write("/hm/v1/apps/actual/b/app,v,j", "corrupt");
  await f.write("/hm/v1/apps/actual/plain", "");
  await f.cache.ensureLoaded();
  expect(f.cache.deaGuids).toEqual(["a", "b"]);
  expect(f.cache.known("a").instances).toEqual(new Map([["app,v,i", RUNNING_3]]));
  expect(f.cache.known("b").instances).toEqual(new Map([["app,v,j", UNREADABLE]]));
  expect(f.cache.known("c").instances.size).toBe(0);
});

Deno.test("DeaCache is read anew at its age, not before [STO-10] [STO-11]", async () => {
  await using f = new Fixture();
  await f.cache.ensureLoaded();
  await f.write("/hm/v1/apps/actual/a/app,v,i", "3,RUNNING,1.0");
  f.time.advance(19_999);
  await f.cache.ensureLoaded();
  expect(f.cache.deaGuids).toEqual([]);
  f.time.advance(1);
  await f.cache.ensureLoaded();
  expect(f.cache.deaGuids).toEqual(["a"]);
});

Deno.test("DeaCache forgets the bytes of a DEA that is stored otherwise than it was known", async () => {
  await using f = new Fixture();
  await f.cache.ensureLoaded();
  const known = { instances: new Map([["app,v,i", RUNNING_3]]), bytes: new Uint8Array(1) };
  await f.write("/hm/v1/apps/actual/same/app,v,i", "3,RUNNING,9.0");
  await f.write("/hm/v1/apps/actual/other/app,v,i", "3,CRASHED,9.0");
  for (const deaGuid of ["same", "other", "gone"]) f.cache.commit(deaGuid, known);
  const empty = { instances: new Map(), bytes: new Uint8Array(1) };
  f.cache.commit("empty", empty);
  f.time.advance(20_000);
  await f.cache.ensureLoaded();
  expect(f.cache.known("same")).toBe(known);
  expect(f.cache.known("other").bytes).toBeUndefined();
  expect(f.cache.known("gone")).toEqual({ instances: new Map() });
  expect(f.cache.known("empty")).toBe(empty);
});

Deno.test("DeaCache that was dropped must be read anew [HAZ-07]", async () => {
  await using f = new Fixture();
  await f.cache.ensureLoaded();
  f.cache.drop();
  expect(() => f.cache.known("a")).toThrow(TypeError);
  await f.cache.ensureLoaded();
  expect(f.cache.known("a").instances.size).toBe(0);
});
