import { expect } from "expect";
import fc from "fast-check";
import { FakeLogger } from "../../test_helpers/fake_logger.ts";
import { FakeTimeProvider } from "../../test_helpers/fake_time_provider.ts";
import { MemoryStore } from "./memory_store.ts";
import { rangeAll } from "./range_all.ts";
import { SqliteStore } from "./sqlite_store.ts";
import type { Guard, Mutation, Store, WatchBatch } from "./store.ts";

/** Something done to a store; revisions are counted back from the current one. */
type Step =
  | { readonly kind: "transact"; readonly guards: readonly Guard[]; readonly mutations: Mutation[] }
  | { readonly kind: "grant" | "revoke" | "keep_alive"; readonly lease: number }
  | { readonly kind: "pass"; readonly seconds: number };

const key = fc.constantFrom("/a", "/a/1", "/a/2", "/b", "/b/1");
const revision = fc.integer({ min: 1, max: 12 });
const lease = fc.integer({ min: 1, max: 3 });

const guard: fc.Arbitrary<Guard> = fc.oneof(
  fc.record({ kind: fc.constantFrom("absent" as const, "present" as const), key }),
  fc.record({
    kind: fc.constantFrom("modified_at" as const, "created_at" as const),
    key,
    revision,
  }),
);
const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({ kind: fc.constant("put" as const), key, value: fc.string({ unit: "binary" }) }),
  fc.record({ kind: fc.constant("put" as const), key, value: fc.string(), lease }),
  fc.record({ kind: fc.constant("delete" as const), key }),
  fc.record({ kind: fc.constant("delete_prefix" as const), prefix: fc.constantFrom("/a/", "/b") }),
);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("transact" as const),
      guards: fc.array(guard, { maxLength: 1 }),
      mutations: fc.array(mutation, { maxLength: 3 }),
    }),
  },
  fc.record({
    kind: fc.constantFrom("grant" as const, "revoke" as const, "keep_alive" as const),
    lease,
  }),
  fc.record({ kind: fc.constant("pass" as const), seconds: fc.integer({ min: 1, max: 8 }) }),
);

Deno.test("SqliteStore answers as MemoryStore does, whatever is done", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const time = new FakeTimeProvider();
      await using memory = new MemoryStore({ time });
      const options = { path: ":memory:", time, log: new FakeLogger() };
      await using sqlite = await SqliteStore.open(options);
      for (const step of steps) {
        if (step.kind === "pass") time.advance(step.seconds * 1000);
        expect(await answer(sqlite, step)).toEqual(await answer(memory, step));
        expect(await rangeAll(sqlite, "/")).toEqual(await rangeAll(memory, "/"));
      }
      const last = await memory.revision();
      for (let revision = 1; revision <= last; revision++) {
        const then = await rangeAll(memory, "/a", { revision });
        expect(await rangeAll(sqlite, "/a", { revision })).toEqual(then);
      }
      expect(await history(sqlite, last)).toEqual(await history(memory, last));
    }),
    { numRuns: 60 },
  );
});

/** What a store says to a step: its answer, or the kind of its error. */
async function answer(store: Store, step: Step): Promise<unknown> {
  try {
    switch (step.kind) {
      case "transact":
        return await store.transact(step);
      case "grant":
        return await store.grantLease(step.lease, 10);
      case "revoke":
        return await store.revokeLease(step.lease);
      case "keep_alive":
        return await store.keepAlive([step.lease]);
      case "pass":
        return await store.leaseStatus([1, 2, 3]);
      default:
        throw step satisfies never;
    }
  } catch (error) {
    return (error as Error).name;
  }
}

/** Everything that a watch from the beginning tells up to a revision. */
async function history(store: Store, last: number): Promise<WatchBatch["events"]> {
  const events: WatchBatch["events"][number][] = [];
  const cancel = new AbortController();
  await store.transact({ guards: [], mutations: [{ kind: "put", key: "/end", value: "" }] });
  for await (const batch of store.watch("/", { fromRevision: 1, signal: cancel.signal })) {
    events.push(...batch.events);
    if (batch.revision > last) break;
  }
  return events;
}
