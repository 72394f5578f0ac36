import { expect } from "expect";
import { FakeTimeProvider } from "../../test_helpers/fake_time_provider.ts";
import { StoreLayout } from "./layout.ts";
import { MemoryStore } from "./memory_store.ts";
import { NewerSchemaError, newerSchemaInUse, refuseNewerSchema } from "./newer_schema.ts";

const TTL_SECONDS = 30;

class Fixture {
  readonly time = new FakeTimeProvider(100);
  readonly store = new MemoryStore({ time: this.time });

  async makeFresh(
    schemaVersion: number,
    what: "actualFreshKey" | "desiredFreshKey",
  ): Promise<void> {
    const lease = 1_000 + schemaVersion;
    await this.store.grantLease(lease, TTL_SECONDS);
    const key = new StoreLayout({ schemaVersion })[what];
    await this.store.transact({
      guards: [],
      mutations: [{ kind: "put", key, value: "{}", lease }],
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.store[Symbol.asyncDispose]();
  }
}

Deno.test("nothing newer is in use in an empty store, nor beside an older or the same version", async () => {
  await using f = new Fixture();
  await refuseNewerSchema(f.store, 3);
  await f.makeFresh(2, "actualFreshKey");
  await f.makeFresh(3, "actualFreshKey");
  await refuseNewerSchema(f.store, 3);
});

for (const what of ["actualFreshKey", "desiredFreshKey"] as const) {
  Deno.test(`a newer version is in use while its ${what} stands, and not a second longer`, async () => {
    await using f = new Fixture();
    await f.makeFresh(12, what);
    expect(await newerSchemaInUse(f.store, 9)).toBe(12);
    await expect(refuseNewerSchema(f.store, 9)).rejects.toThrow(NewerSchemaError);
    f.time.advance((TTL_SECONDS + 1) * 1000);
    await refuseNewerSchema(f.store, 9);
  });
}

Deno.test("the refusal names both versions, the newest of several, and what to do", async () => {
  await using f = new Fixture();
  await f.makeFresh(2, "actualFreshKey");
  await f.makeFresh(10, "actualFreshKey");
  const refused = refuseNewerSchema(f.store, 1);
  await expect(refused).rejects.toThrow("store_schema_version 1: an hm9000 with version 10");
  await expect(refused).rejects.toThrow("stop it first");
});

Deno.test("what a newer version has left behind is not in use", async () => {
  await using f = new Fixture();
  const key = new StoreLayout({ schemaVersion: 2 }).desiredKey({ appGuid: "a", appVersion: "v" });
  await f.store.transact({
    guards: [],
    mutations: [{ kind: "put", key, value: "1,STARTED,STAGED" }],
  });
  await refuseNewerSchema(f.store, 1);
});
