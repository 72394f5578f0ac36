import { expect } from "expect";
import { FakeTimeProvider } from "../../test_helpers/fake_time_provider.ts";
import { parseHeartbeat } from "../models/heartbeat.ts";
import { UNFENCED } from "../store/fence.ts";
import { StoreLayout } from "../store/layout.ts";
import { MemoryDatabase } from "../store/memory_database.ts";
import { MemoryStore } from "../store/memory_store.ts";
import type { TransactionResult } from "../store/store.ts";
import { DeaCache, type DeaCacheDeps } from "./dea_cache.ts";
import { instanceFingerprint, instancesOf, UNREADABLE } from "./diff_heartbeat.ts";
import type { KnownDea } from "./known_dea.ts";

const layout = new StoreLayout({ schemaVersion: 1 });
const RUNNING_3 = instanceFingerprint({ instanceIndex: 3, state: "RUNNING" });

class Fixture {
  readonly time = new FakeTimeProvider(100);
  readonly database = new MemoryDatabase();
  readonly store = new MemoryStore({ ...this });
  readonly layout = layout;
  readonly fence = UNFENCED;
  /** The prefixes of which the cache has read the records. */
  readonly ranges: string[] = [];
  readonly cache: DeaCache;

  constructor(limits: Pick<DeaCacheDeps, "ownChangesMax" | "rereadPerPass"> = {}) {
    const range = this.store.range.bind(this.store);
    this.store.range = (prefix, options) => {
      this.ranges.push(prefix);
      return range(prefix, options);
    };
    this.cache = new DeaCache({ ...this, ...limits, maxAgeMs: 20_000 });
  }

  write(key: string, value: string): Promise<TransactionResult> {
    return this.store.transact({ guards: [], mutations: [{ kind: "put", key, value }] });
  }

  remove(key: string): Promise<TransactionResult> {
    return this.store.transact({ guards: [], mutations: [{ kind: "delete", key }] });
  }

  /** From here on the cache finds this store in the place of its own. */
  becomes(other: MemoryStore): void {
    this.store.range = other.range.bind(other);
    this.store.transact = other.transact.bind(other);
    this.store.watch = other.watch.bind(other);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.store[Symbol.asyncDispose]();
  }
}

function knownFrom(...droplets: Record<string, unknown>[]): KnownDea {
  const whole = droplets.map((droplet) => ({ "version": "v", "state": "RUNNING", ...droplet }));
  const bytes = new TextEncoder().encode(JSON.stringify({ "dea": "any", "droplets": whole }));
  return { instances: instancesOf(parseHeartbeat(bytes).heartbeat), bytes };
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

Deno.test("DeaCache forgets the bytes of a DEA that is stored otherwise than it was known [REG-33] [REG-34]", async () => {
  for (const deas of [4, 40]) {
    await using f = new Fixture();
    for (let other = 4; other < deas; other += 1) {
      await f.write(`/hm/v1/apps/actual/other-${other}/app,v,i`, "3,RUNNING,1.0");
    }
    await f.cache.ensureLoaded();
    const known = knownFrom({ "droplet": "app", "instance": "i", "index": 3 });
    const empty = knownFrom();
    for (const deaGuid of ["same", "other", "gone"]) f.cache.commit(deaGuid, known);
    f.cache.commit("empty", empty);
    await f.write("/hm/v1/apps/actual/same/app,v,i", "3,RUNNING,9.0");
    await f.write("/hm/v1/apps/actual/other/app,v,i", "3,CRASHED,9.0");
    await f.write("/hm/v1/apps/actual/gone/app,v,i", "3,RUNNING,9.0");
    await f.remove("/hm/v1/apps/actual/gone/app,v,i");
    f.time.advance(20_000);
    await f.cache.ensureLoaded();
    expect(f.cache.known("same").bytes).toBe(known.bytes);
    expect(f.cache.known("other").bytes).toBeUndefined();
    expect(f.cache.known("gone").instances.size).toBe(0);
    expect(f.cache.known("gone").bytes).toBeUndefined();
    expect(f.cache.known("empty").bytes).toBe(empty.bytes);
  }
});

Deno.test("DeaCache that is brought up to date reads the records of those DEAs alone that others wrote", async () => {
  await using f = new Fixture();
  for (let dea = 0; dea < 40; dea += 1) {
    await f.write(`/hm/v1/apps/actual/dea-${dea}/app,v,i`, "3,RUNNING,1.0");
  }
  await f.cache.ensureLoaded();
  expect(f.ranges.splice(0)).toEqual(["/hm/v1/apps/actual/"]);
  const { revision } = await f.write("/hm/v1/apps/actual/dea-1/app,v,i", "3,CRASHED,1.0");
  f.cache.recognize({ revisions: [revision], changes: 1 });
  await f.write("/hm/v1/apps/actual/dea-2/app,v,i", "3,CRASHED,1.0");
  f.time.advance(20_000);
  await f.cache.ensureLoaded();
  expect(f.ranges).toEqual(["/hm/v1/apps/actual/dea-2/"]);
  expect(f.cache.known("dea-2").instances).not.toEqual(f.cache.known("dea-3").instances);
});

for (const rereadPerPass of [1, 2, 5, 100]) {
  Deno.test(`DeaCache reads all again, ${rereadPerPass} DEAs a pass, when it has written much itself [REG-34]`, async () => {
    await using f = new Fixture({ ownChangesMax: 0, rereadPerPass });
    const put = (dea: string, state = "RUNNING") =>
      f.write(`/hm/v1/apps/actual/${dea}/app,v,i`, `3,${state},1.0`);
    for (const dea of ["a", "b", "b-b", "c", "d", "e"]) {
      await put(dea);
      await f.write(`/hm/v1/apps/actual/${dea}/app,v,j`, "3,RUNNING,1.0");
    }
    await f.cache.ensureLoaded();
    await put("b", "CRASHED");
    await f.remove("/hm/v1/apps/actual/d/app,v,i");
    await f.remove("/hm/v1/apps/actual/d/app,v,j");
    f.cache.recognize({ revisions: [], changes: 1 });
    f.time.advance(5_000);
    await f.cache.ensureLoaded();
    expect(f.cache.deaGuids).toEqual(["a", "b-b", "b", "c", "d", "e"]);
    f.time.advance(5_000);
    f.ranges.length = 0;
    await f.cache.ensureLoaded();
    expect(f.ranges.length).toBe(Math.min(6, rereadPerPass));
    for (let pass = 0; pass < 6; pass += 1) await f.cache.ensureLoaded();
    expect([...f.cache.deaGuids].sort()).toEqual(["a", "b", "b-b", "c", "e"]);
    expect(f.cache.known("b").instances.get("app,v,i")).not.toBe(RUNNING_3);
    for (const dea of ["a", "b", "b-b", "c", "e"]) {
      expect(f.cache.known(dea).instances.size).toBe(2);
    }
    const reads = f.ranges.length;
    await f.cache.ensureLoaded();
    expect(f.ranges.length).toBe(reads);
  });
}

Deno.test("DeaCache leaves nothing behind in the store", async () => {
  await using f = new Fixture();
  await f.cache.ensureLoaded();
  f.time.advance(20_000);
  await f.cache.ensureLoaded();
  for await (const { entries } of f.store.range("/")) expect(entries).toEqual([]);
});

Deno.test("DeaCache reads all when the store no longer knows what happened [F12]", async () => {
  await using f = new Fixture();
  await f.cache.ensureLoaded();
  await f.write("/hm/v1/apps/actual/a/app,v,i", "3,RUNNING,1.0");
  f.database.compact(await f.store.revision() + 1);
  f.time.advance(20_000);
  await f.cache.ensureLoaded();
  expect(f.cache.deaGuids).toEqual(["a"]);
});

Deno.test("DeaCache reads all when the store is not the one it was [F11]", async () => {
  await using f = new Fixture();
  for (let times = 0; times < 9; times += 1) await f.write("/hm/v1/apps/actual/a/app,v,i", "");
  await f.cache.ensureLoaded();
  await using restored = new Fixture();
  await restored.write("/hm/v1/apps/actual/b/app,v,i", "3,RUNNING,1.0");
  f.becomes(restored.store);
  f.time.advance(20_000);
  await f.cache.ensureLoaded();
  expect(f.cache.deaGuids).toEqual(["b"]);
});

Deno.test("DeaCache reads a doubted DEA anew at once [HAZ-07]", async () => {
  await using f = new Fixture();
  await f.cache.ensureLoaded();
  await f.write("/hm/v1/apps/actual/a/app,v,i", "3,RUNNING,1.0");
  await f.cache.ensureLoaded();
  expect(f.cache.known("a").instances.size).toBe(0);
  f.cache.doubt(["a"]);
  await f.cache.ensureLoaded();
  expect(f.cache.known("a").instances).toEqual(new Map([["app,v,i", RUNNING_3]]));
});

Deno.test("DeaCache says nothing before it has read the store [STO-12]", async () => {
  await using f = new Fixture();
  expect(() => f.cache.known("a")).toThrow(TypeError);
  await f.cache.ensureLoaded();
  expect(f.cache.known("a").instances.size).toBe(0);
});
