import { expect } from "expect";
import fc from "fast-check";
import { FakeTimeProvider } from "../../test_helpers/fake_time_provider.ts";
import { commitMutations, commitUnits, type Unit } from "./commit_units.ts";
import { type Fence, UNFENCED } from "./fence.ts";
import { MemoryStore } from "./memory_store.ts";
import { rangeAll } from "./range_all.ts";
import type { Guard, Mutation, Store, Transaction } from "./store.ts";
import { LeadershipLostError, OutcomeUnknownError } from "./store_errors.ts";

function putUnit(key: string, guards: readonly Guard[] = []): Unit {
  return { guards, mutations: [{ kind: "put", key, value: key }] };
}

function numbered(count: number): Unit[] {
  return Array.from({ length: count }, (_, index) => putUnit(`/${String(index).padStart(4, "0")}`));
}

/** A memory store that remembers what was asked of it, and fails when told. */
class SpiedStore extends MemoryStore {
  readonly seen: Transaction[] = [];
  inFlightMax = 0;
  #inFlight = 0;
  failAt = Infinity;

  override async transact(transaction: Transaction) {
    this.seen.push(transaction);
    if (this.seen.length >= this.failAt) throw new OutcomeUnknownError("Cannot say");
    this.inFlightMax = Math.max(this.inFlightMax, ++this.#inFlight);
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    this.#inFlight -= 1;
    return await super.transact(transaction);
  }
}

function openStore(operationsMax = 128): SpiedStore {
  return new SpiedStore({ time: new FakeTimeProvider(), operationsMax });
}

async function fenceOf(store: Store): Promise<Fence> {
  const result = await store.transact(putUnit("/lock"));
  const guards: Guard[] = [{ kind: "created_at", key: "/lock", revision: result.revision }];
  return { component: "analyzer", guards, assertHeld() {} };
}

Deno.test("commitUnits() of nothing writes nothing", async () => {
  await using store = openStore();
  expect(await commitUnits(store, [], { fence: UNFENCED })).toEqual([]);
  expect(store.seen).toEqual([]);
});

Deno.test("commitUnits() packs as many whole units as a transaction holds", async () => {
  await using store = openStore(10);
  const results = await commitUnits(store, numbered(95), { fence: UNFENCED });
  expect(results.every((result) => result.committed)).toBe(true);
  expect(store.seen.map((transaction) => transaction.mutations.length)).toEqual(
    [10, 10, 10, 10, 10, 10, 10, 10, 10, 5],
  );
  expect((await rangeAll(store, "/")).entries).toHaveLength(95);
});

Deno.test("commitUnits() counts the fence's guards and tears no unit", async () => {
  await using store = openStore(10);
  const fence = await fenceOf(store);
  const units = Array.from({ length: 9 }, (_, index): Unit => ({
    guards: [1, 2].map((part) => ({ kind: "absent", key: `/${index}/${part}` })),
    mutations: [1, 2, 3].map((part) => ({ kind: "put", key: `/${index}/${part}`, value: "" })),
  }));
  store.seen.length = 0;
  await commitUnits(store, units, { fence });
  expect(store.seen.map((transaction) => transaction.mutations.length)).toEqual([9, 9, 9]);
  expect(store.seen.every((transaction) => transaction.guards[0] === fence.guards[0])).toBe(true);
  expect(store.seen.every((transaction) => transaction.guards.length === 7)).toBe(true);
});

Deno.test("commitUnits() keeps each transaction below a number of bytes, as UTF-8", async () => {
  await using store = openStore();
  const mutation = (index: number): Mutation => ({
    kind: "put",
    key: `/${index}`,
    value: "語".repeat(100),
  });
  const units = [0, 1, 2, 3, 4].map((index) => ({ guards: [], mutations: [mutation(index)] }));
  await commitUnits(store, units, { fence: UNFENCED, bytesMax: 700 });
  expect(store.seen.map((transaction) => transaction.mutations.length)).toEqual([2, 2, 1]);
});

Deno.test("commitUnits() has several transactions in flight, and no more than it is told", async () => {
  for (const concurrency of [1, 3]) {
    await using store = openStore(1);
    await commitUnits(store, numbered(20), { fence: UNFENCED, concurrency });
    expect(store.inFlightMax).toBe(concurrency);
  }
});

Deno.test("commitUnits() reports the units whose guards failed and commits the others", async () => {
  await using store = openStore(10);
  await store.transact(putUnit("/taken"));
  const guard: Guard = { kind: "absent", key: "/taken" };
  const units = numbered(30).map((unit, index) =>
    index % 7 === 0 ? { ...unit, guards: [guard] } : unit
  );
  const results = await commitUnits(store, units, { fence: UNFENCED });
  for (const [index, result] of results.entries()) {
    if (index % 7 === 0) expect(result).toEqual({ committed: false, failed: [guard] });
    else expect(result).toMatchObject({ committed: true });
  }
  expect((await rangeAll(store, "/")).entries).toHaveLength(1 + 30 - 5);
});

Deno.test("commitUnits() throws LeadershipLostError when the fence's guard fails", async () => {
  await using store = openStore(10);
  const fence = await fenceOf(store);
  await store.transact({ guards: [], mutations: [{ kind: "delete", key: "/lock" }] });
  await store.transact(putUnit("/lock"));
  const promise = commitUnits(store, numbered(50), { fence });
  await expect(promise).rejects.toBeInstanceOf(LeadershipLostError);
  await expect(promise).rejects.toMatchObject({ component: "analyzer" });
  expect((await rangeAll(store, "/0")).entries).toEqual([]);
});

Deno.test("commitUnits() stops at an error and has nothing in flight when it throws", async () => {
  await using store = openStore(1);
  store.failAt = 6;
  const promise = commitUnits(store, numbered(100), { fence: UNFENCED, concurrency: 2 });
  await expect(promise).rejects.toBeInstanceOf(OutcomeUnknownError);
  const { revision, entries } = await rangeAll(store, "/");
  expect(entries).toHaveLength(5);
  expect(store.seen.length).toBeLessThan(10);
  await Promise.resolve();
  expect(await store.revision()).toBe(revision);
});

Deno.test("commitUnits() refuses a unit that fits into no transaction, before it writes", async () => {
  await using store = openStore(10);
  const fence = await fenceOf(store);
  const guards = numbered(10).map((_, index): Guard => ({ kind: "absent", key: `/g${index}` }));
  const tooLarge: [string, Unit][] = [
    ["mutations", { guards: [], mutations: numbered(11).flatMap((unit) => unit.mutations) }],
    ["guards", { guards, mutations: [] }],
    ["bytes", { guards: [], mutations: [{ kind: "put", key: "/", value: "x".repeat(2 ** 20) }] }],
  ];
  for (const [, unit] of tooLarge) {
    const promise = commitUnits(store, [putUnit("/small"), unit], { fence });
    await expect(promise).rejects.toBeInstanceOf(RangeError);
  }
  expect(await store.get("/small")).toBeUndefined();
});

Deno.test("commitUnits() refuses units that depend on one another, before it writes", async () => {
  await using store = openStore();
  const prefix: Unit = { guards: [], mutations: [{ kind: "delete_prefix", prefix: "/a/" }] };
  const dependent: Unit[][] = [
    [putUnit("/a"), putUnit("/a")],
    [putUnit("/a/1"), prefix],
    [putUnit("/a"), putUnit("/b", [{ kind: "absent", key: "/a" }])],
    [prefix, putUnit("/b", [{ kind: "present", key: "/a/1" }])],
  ];
  for (const units of dependent) {
    const promise = commitUnits(store, units, { fence: UNFENCED });
    await expect(promise).rejects.toBeInstanceOf(TypeError);
  }
  expect(await store.revision()).toBe(1);
  const independent = [putUnit("/a", [{ kind: "absent", key: "/a" }]), prefix, putUnit("/a0")];
  await commitUnits(store, independent, { fence: UNFENCED });
  expect((await rangeAll(store, "/")).entries).toHaveLength(2);
});

Deno.test("commitUnits() ends as if units were committed one by one", async () => {
  const names = ["a", "b", "c", "d", "e", "f"];
  const unit = (name: string) =>
    fc.record({
      guards: fc.subarray(
        [
          { kind: "absent", key: `/${name}/1` },
          { kind: "present", key: `/${name}/1` },
          { kind: "modified_at", key: `/${name}/1`, revision: 2 },
          { kind: "present", key: "/shared" },
        ] satisfies Guard[],
      ),
      mutations: fc.constantFrom<Mutation[]>(
        [{ kind: "put", key: `/${name}/1`, value: "new" }],
        [{ kind: "put", key: `/${name}/1`, value: "x" }, { kind: "delete", key: `/${name}/2` }],
        [{ kind: "delete_prefix", prefix: `/${name}/` }],
      ),
    });
  const plan = fc.record({
    present: fc.subarray(["/shared", ...names.flatMap((name) => [`/${name}/1`, `/${name}/2`])]),
    units: fc.tuple(...names.map(unit)),
    operationsMax: fc.integer({ min: 4, max: 12 }),
  });
  await fc.assert(fc.asyncProperty(plan, async ({ present, units, operationsMax }) => {
    await using together = openStore(operationsMax);
    await using single = openStore(operationsMax);
    for (const key of present) {
      await together.transact(putUnit(key));
      await single.transact(putUnit(key));
    }
    const results = await commitUnits(together, units, { fence: UNFENCED });
    for (const [index, unit] of units.entries()) {
      const result = await single.transact(unit);
      expect(results[index]?.committed).toBe(result.committed);
      if (!result.committed) expect(results[index]).toEqual(omitRevision(result));
    }
    expect(await contents(together)).toEqual(await contents(single));
  }));
});

function omitRevision({ committed, failed }: { committed: false; failed: readonly Guard[] }) {
  return { committed, failed };
}

async function contents(store: Store): Promise<string[]> {
  return (await rangeAll(store, "/")).entries.map((entry) => `${entry.key}=${entry.value}`);
}

function puts(count: number, value = "v"): Mutation[] {
  return Array.from({ length: count }, (_, n) => ({ kind: "put", key: `/${n}`, value }));
}

Deno.test("commitMutations() fills transactions and says in which revisions it wrote", async () => {
  await using store = openStore(10);
  const before = await store.revision();
  const revisions = await commitMutations(store, puts(25), { fence: UNFENCED });
  expect(store.seen.map(({ mutations }) => mutations.length)).toEqual([10, 10, 5]);
  expect(revisions.sort((a, b) => a - b)).toEqual([before + 1, before + 2, before + 3]);
  expect((await rangeAll(store, "/")).entries).toHaveLength(25);
});

Deno.test("commitMutations() of nothing writes nothing", async () => {
  await using store = openStore();
  expect(await commitMutations(store, [], { fence: UNFENCED })).toEqual([]);
  expect(store.seen).toEqual([]);
});

Deno.test("commitMutations() keeps transactions below a number of bytes, and refuses what never fits", async () => {
  await using store = openStore();
  const value = "é".repeat(50);
  await commitMutations(store, puts(10, value), { fence: UNFENCED, bytesMax: 300 });
  expect(store.seen.map(({ mutations }) => mutations.length)).toEqual([2, 2, 2, 2, 2]);
  const tooLarge = commitMutations(store, puts(1, value), { fence: UNFENCED, bytesMax: 100 });
  await expect(tooLarge).rejects.toThrow(RangeError);
});

Deno.test("commitMutations() has so many transactions in flight and no more", async () => {
  await using store = openStore(1);
  await commitMutations(store, puts(20), { fence: UNFENCED, concurrency: 3 });
  expect(store.inFlightMax).toBe(3);
});

Deno.test("commitMutations() writes nothing once another process leads [I9]", async () => {
  await using store = openStore();
  const fence = await fenceOf(store);
  await commitMutations(store, puts(3), { fence });
  await store.transact(putUnit("/lock"));
  await store.transact({ guards: [], mutations: [{ kind: "delete", key: "/lock" }] });
  const late = commitMutations(store, puts(3, "late"), { fence });
  await expect(late).rejects.toBeInstanceOf(LeadershipLostError);
  expect((await store.get("/0"))?.value).toBe("v");
});

Deno.test("commitMutations() begins nothing more after an error", async () => {
  await using store = openStore(1);
  store.failAt = 5;
  const failing = commitMutations(store, puts(50), { fence: UNFENCED, concurrency: 1 });
  await expect(failing).rejects.toBeInstanceOf(OutcomeUnknownError);
  expect(store.seen).toHaveLength(5);
});
