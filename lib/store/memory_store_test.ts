import { expect } from "expect";
import { FakeTimeProvider } from "../../test_helpers/fake_time_provider.ts";
import { type OpenStore, storeConformance } from "../../test_helpers/store_conformance.ts";
import { MemoryDatabase } from "./memory_database.ts";
import { MemoryStore } from "./memory_store.ts";
import { CompactedError } from "./store_errors.ts";

storeConformance({ name: "MemoryStore", open: openMemoryStore });

// deno-lint-ignore require-await -- the harness is asynchronous
async function openMemoryStore(): Promise<OpenStore> {
  const time = new FakeTimeProvider();
  const database = new MemoryDatabase();
  const clients = [new MemoryStore({ time, database })];
  const another = () => {
    const client = new MemoryStore({ time, database });
    clients.push(client);
    return Promise.resolve(client);
  };
  return {
    store: clients[0] as MemoryStore,
    prefix: "/conformance/",
    another,
    passSeconds: (seconds) => Promise.resolve(time.advance(seconds * 1000)),
    compact: (revision) => Promise.resolve(database.compact(revision)),
    async [Symbol.asyncDispose]() {
      for (const client of clients) await client[Symbol.asyncDispose]();
    },
  };
}

const put = (key: string, value = "") => ({
  guards: [],
  mutations: [{ kind: "put", key, value } as const],
});

Deno.test("MemoryStore keeps a bounded history and says what it no longer keeps", async () => {
  const database = new MemoryDatabase({ historyMax: 100 });
  await using store = new MemoryStore({ time: new FakeTimeProvider(), database });
  for (let turn = 0; turn < 1_000; turn++) await store.transact(put("/a", String(turn)));
  const revision = await store.revision();
  const page = await Array.fromAsync(store.range("/", { revision: revision - 99 }));
  expect(page[0]?.entries[0]?.value).toBe("900");
  const old = store.range("/", { revision: revision - 200 });
  await expect(Array.fromAsync(old)).rejects.toBeInstanceOf(CompactedError);
});

Deno.test("MemoryStore throws CompactedError at a watch that fell behind", async () => {
  const database = new MemoryDatabase({ historyMax: 10 });
  await using store = new MemoryStore({ time: new FakeTimeProvider(), database });
  const { signal } = new AbortController();
  const watch = store.watch("/", { fromRevision: 2, signal })[Symbol.asyncIterator]();
  await store.transact(put("/a"));
  expect((await watch.next()).value.revision).toBe(2);
  for (let turn = 0; turn < 100; turn++) await store.transact(put("/a", String(turn)));
  await expect(watch.next()).rejects.toBeInstanceOf(CompactedError);
});

Deno.test("MemoryStore judges leases by monotonic time: a jump of the wall clock ends none", async () => {
  const time = new FakeTimeProvider(1_000);
  await using store = new MemoryStore({ time });
  await store.grantLease(1, 10);
  time.jumpTo(1_000_000);
  expect((await store.leaseStatus([1]))[0]?.ttlSeconds).toBe(10);
  time.advance(9_999);
  expect((await store.leaseStatus([1]))[0]?.ttlSeconds).toBeGreaterThan(0);
  time.advance(1);
  expect((await store.leaseStatus([1]))[0]?.ttlSeconds).toBe(0);
});

Deno.test("MemoryStore sleeps only while a watch waits and a lease is to end", async () => {
  const time = new FakeTimeProvider();
  await using store = new MemoryStore({ time });
  await store.grantLease(1, 10);
  expect(time.sleepers).toBe(0);
  const cancel = new AbortController();
  const watch = store.watch("/", { signal: cancel.signal })[Symbol.asyncIterator]();
  const next = watch.next();
  await time.waitForSleeper();
  expect(time.sleepers).toBe(1);
  cancel.abort();
  await next;
  expect(time.sleepers).toBe(0);
});

Deno.test("MemoryStore has no more than a page of 1,000 entries in hand", async () => {
  await using store = new MemoryStore({ time: new FakeTimeProvider(), operationsMax: 10_000 });
  const mutations = Array.from(
    { length: 2_000 },
    (_, index) => ({ kind: "put", key: `/${index}`, value: "" } as const),
  );
  await store.transact({ guards: [], mutations });
  const pages = await Array.fromAsync(store.range("/"));
  expect(pages.map((page) => page.entries.length)).toEqual([1_000, 1_000]);
});

Deno.test("MemoryStore lets a watch that has no news be behind no compaction", async () => {
  const database = new MemoryDatabase();
  await using store = new MemoryStore({ time: new FakeTimeProvider(), database });
  const { signal } = new AbortController();
  const watch = store.watch("/watched/", { fromRevision: 2, signal })[Symbol.asyncIterator]();
  const next = watch.next();
  for (let turn = 0; turn < 10; turn++) await store.transact(put("/elsewhere", String(turn)));
  database.compact(database.revision());
  const { revision } = await store.transact(put("/watched/a"));
  expect((await next).value).toMatchObject({ revision, events: [{ kind: "put" }] });
});

Deno.test("MemoryStore keeps of a compacted history what stood at its oldest revision", async () => {
  const database = new MemoryDatabase();
  await using store = new MemoryStore({ time: new FakeTimeProvider(), database });
  for (const value of ["1", "2", "3"]) await store.transact(put("/a", value));
  await store.transact(put("/gone"));
  const gone = { kind: "delete", key: "/gone" } as const;
  await store.transact({ guards: [], mutations: [gone] });
  const revision = await store.revision();
  await store.transact(put("/a", "4"));
  database.compact(revision);
  const [page] = await Array.fromAsync(store.range("/", { revision }));
  expect(page?.entries.map(({ key, value }) => [key, value])).toEqual([["/a", "3"]]);
});

Deno.test("MemoryDatabase.restore() goes back to what was saved, revision and leases and all", async () => {
  const time = new FakeTimeProvider();
  const database = new MemoryDatabase();
  await using store = new MemoryStore({ time, database });
  await store.grantLease(7, 30);
  await store.transact({
    guards: [],
    mutations: [{ kind: "put", key: "/a", value: "then", lease: 7 }],
  });
  const saved = database.save();
  const { revision } = await store.transact(put("/a", "now"));
  time.advance(20_000);
  database.restore(saved);
  expect(await store.revision()).toBe(revision - 1);
  expect((await store.get("/a"))?.value).toBe("then");
  time.advance(29_000);
  expect(await store.get("/a")).toBeDefined();
  time.advance(1_000);
  expect(await store.get("/a")).toBeUndefined();
  database.restore(saved);
  expect((await store.get("/a"))?.value).toBe("then");
});
