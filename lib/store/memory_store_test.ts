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
