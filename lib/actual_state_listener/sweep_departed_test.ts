import { expect } from "expect";
import { FakeTimeProvider } from "../../test_helpers/fake_time_provider.ts";
import { UNFENCED } from "../store/fence.ts";
import { StoreLayout } from "../store/layout.ts";
import { MemoryStore } from "../store/memory_store.ts";
import type { Mutation } from "../store/store.ts";
import { DeaCache } from "./dea_cache.ts";
import { sweepDeparted } from "./sweep_departed.ts";

const ACTUAL = "/hm/v1/apps/actual/";

class Fixture {
  readonly time = new FakeTimeProvider(100);
  readonly store = new MemoryStore({ time: this.time });
  readonly layout = new StoreLayout({ schemaVersion: 1 });
  readonly fence = UNFENCED;
  readonly cache = new DeaCache({ ...this, maxAgeMs: 20_000 });

  write(...keys: string[]): Promise<unknown> {
    const mutations = keys.map((key): Mutation => ({ kind: "put", key, value: "0,RUNNING,1.0" }));
    return this.store.transact({ guards: [], mutations });
  }

  async instances(): Promise<string[]> {
    const keys: string[] = [];
    for await (const page of this.store.range(ACTUAL)) {
      keys.push(...page.entries.map(({ key }) => key.slice(ACTUAL.length)));
    }
    return keys;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.store[Symbol.asyncDispose]();
  }
}

Deno.test("sweepDeparted() removes the instances of absent DEAs, of no others [STO-19] [REG-07] [HAZ-22]", async () => {
  await using f = new Fixture();
  await f.write(
    `${ACTUAL}a/app,v,1`,
    `${ACTUAL}a/app,v,2`,
    `${ACTUAL}ab/app,v,3`,
    "/hm/v1/dea-presence/ab",
  );
  expect(await sweepDeparted(f)).toEqual(["a"]);
  expect(await f.instances()).toEqual(["ab/app,v,3"]);
  expect(f.cache.deaGuids).toEqual(["ab"]);
  expect(await sweepDeparted(f)).toEqual([]);
});

Deno.test("sweepDeparted() leaves a DEA alone that comes back meanwhile [HAZ-11]", async () => {
  await using f = new Fixture();
  await f.write(`${ACTUAL}a/app,v,1`, `${ACTUAL}b/app,v,2`);
  const transact = f.store.transact.bind(f.store);
  f.store.transact = async (transaction) => {
    f.store.transact = transact;
    await f.write("/hm/v1/dea-presence/a");
    return await transact(transaction);
  };
  expect(await sweepDeparted(f)).toEqual(["b"]);
  expect(await f.instances()).toEqual(["a/app,v,1"]);
  expect(f.cache.deaGuids).toEqual(["a"]);
});
