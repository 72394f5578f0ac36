import { expect } from "expect";
import { FakeTimeProvider } from "../../../test_helpers/fake_time_provider.ts";
import { type Fence, UNFENCED } from "../fence.ts";
import { StoreLayout } from "../layout.ts";
import { MemoryStore } from "../memory_store.ts";
import { LeadershipLostError, NotFreshError, StoreUnavailableError } from "../store_errors.ts";
import { bumpFreshness, readFreshness, revokeFreshness, verifyFreshness } from "./freshness.ts";

const layout = new StoreLayout({ schemaVersion: 1 });
const DEPOSED: Fence = {
  component: "actual_state_listener",
  guards: [{ kind: "present", key: "/hm/locks/actual_state_listener" }],
  assertHeld() {},
};

class Fixture {
  readonly time = new FakeTimeProvider(100);
  readonly store = new MemoryStore({ time: this.time });
  #lease = 0;

  bump(key: string, options: { ttlSeconds?: number; fence?: Fence } = {}): Promise<number> {
    this.#lease += 1;
    const { ttlSeconds = 30, fence = UNFENCED } = options;
    return bumpFreshness(this.store, {
      key,
      ttlSeconds,
      now: this.time.now(),
      lease: this.#lease,
      fence,
    });
  }

  write(key: string, value: string): Promise<unknown> {
    return this.store.transact({ guards: [], mutations: [{ kind: "put", key, value }] });
  }

  async value(key: string): Promise<string | undefined> {
    return (await this.store.get(key))?.value;
  }

  actualFreshAt(now: number): Promise<boolean> {
    return readFreshness(this.store, layout, { now, actualFreshnessTtlSeconds: 30 })
      .then(({ actual }) => actual.fresh);
  }

  async staleAt(now: number): Promise<string> {
    try {
      await verifyFreshness(this.store, layout, { now, actualFreshnessTtlSeconds: 30 });
      return "nothing";
    } catch (error) {
      if (error instanceof NotFreshError) return error.stale;
      throw error;
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.store[Symbol.asyncDispose]();
  }
}

Deno.test("bumpFreshness() makes the key with the time, and it lasts its TTL [FRE-01]", async () => {
  await using f = new Fixture();
  await f.bump(layout.actualFreshKey);
  expect(await f.value(layout.actualFreshKey)).toBe('{"timestamp":100}');
  f.time.advance(29_999);
  expect(await f.value(layout.actualFreshKey)).toBeDefined();
  f.time.advance(1_001);
  expect(await f.value(layout.actualFreshKey)).toBeUndefined();
});

Deno.test("bumpFreshness() makes the key last again and keeps its timestamp [FRE-02]", async () => {
  await using f = new Fixture();
  await f.bump(layout.actualFreshKey);
  f.time.advance(20_000);
  await f.bump(layout.actualFreshKey);
  f.time.advance(29_000);
  expect(await f.value(layout.actualFreshKey)).toBe('{"timestamp":100}');
  f.time.advance(2_000);
  expect(await f.value(layout.actualFreshKey)).toBeUndefined();
});

Deno.test("readFreshness() finds actual state fresh at 30 s, not at 29 s [FRE-03] [FRE-04] [FRE-05]", async () => {
  await using f = new Fixture();
  expect(await f.actualFreshAt(200)).toBe(false);
  await f.bump(layout.actualFreshKey);
  expect(await f.actualFreshAt(129)).toBe(false);
  expect(await f.actualFreshAt(130)).toBe(true);
});

Deno.test("readFreshness() holds the reader's clock against the writer's timestamp [FRE-22]", async () => {
  await using f = new Fixture();
  await f.bump(layout.actualFreshKey);
  f.time.advance(10_000);
  // Twenty seconds ahead of the writer, and twenty behind: the store's own clock has no say.
  expect(await f.actualFreshAt(f.time.now() + 20)).toBe(true);
  f.time.advance(19_000);
  await f.bump(layout.actualFreshKey);
  f.time.advance(11_000);
  expect(await f.actualFreshAt(f.time.now())).toBe(true);
  expect(await f.actualFreshAt(f.time.now() - 20)).toBe(false);
});

Deno.test("bumpFreshness() begins anew when the old value cannot be read [FRE-09]", async () => {
  await using f = new Fixture();
  await f.bump(layout.actualFreshKey);
  f.time.advance(20_000);
  const get = f.store.get.bind(f.store);
  f.store.get = () => Promise.reject(new StoreUnavailableError("away"));
  await f.bump(layout.actualFreshKey);
  f.store.get = get;
  expect(await f.value(layout.actualFreshKey)).toBe('{"timestamp":120}');
});

for (const corrupt of ["", "{", "[]", "{}", '{"timestamp":"100"}', '{"timestamp":999999}']) {
  Deno.test(`bumpFreshness() overwrites ${corrupt || "an empty value"} [FRE-06] [HAZ-04]`, async () => {
    await using f = new Fixture();
    await f.write(layout.actualFreshKey, corrupt);
    expect(await f.actualFreshAt(200)).toBe(false);
    await f.bump(layout.actualFreshKey);
    expect(await f.value(layout.actualFreshKey)).toBe('{"timestamp":100}');
  });
}

Deno.test("revokeFreshness() ends freshness at once, and it begins anew [FRE-10] [LIS-12]", async () => {
  await using f = new Fixture();
  await f.bump(layout.actualFreshKey);
  f.time.advance(10_000);
  await revokeFreshness(f.store, { key: layout.actualFreshKey, fence: UNFENCED });
  expect(await f.actualFreshAt(1_000)).toBe(false);
  await f.bump(layout.actualFreshKey);
  expect(await f.value(layout.actualFreshKey)).toBe('{"timestamp":110}');
});

Deno.test("bumpFreshness() starts the quarantine again after a silence longer than the TTL [FRE-11]", async () => {
  await using f = new Fixture();
  await f.bump(layout.actualFreshKey);
  f.time.advance(32_000);
  await f.bump(layout.actualFreshKey);
  expect(await f.actualFreshAt(f.time.now() + 29)).toBe(false);
  expect(await f.actualFreshAt(f.time.now() + 30)).toBe(true);
});

Deno.test("readFreshness() asks of desired state only that its key exists [FRE-12] [FRE-13]", async () => {
  await using f = new Fixture();
  const desired = async () =>
    (await readFreshness(f.store, layout, { now: 100, actualFreshnessTtlSeconds: 30 })).desired;
  expect(await desired()).toEqual({ fresh: false });
  await f.bump(layout.desiredFreshKey, { ttlSeconds: 120 });
  expect(await desired()).toEqual({ fresh: true, since: 100 });
});

Deno.test("verifyFreshness() names what is stale [FRE-15] [FRE-16] [FRE-17] [FRE-18]", async () => {
  await using f = new Fixture();
  expect(await f.staleAt(100)).toBe("both");
  await f.bump(layout.actualFreshKey);
  expect(await f.staleAt(130)).toBe("desired");
  await f.bump(layout.desiredFreshKey, { ttlSeconds: 120 });
  expect(await f.staleAt(100)).toBe("actual");
  expect(await f.staleAt(130)).toBe("nothing");
});

Deno.test("verifyFreshness() reports a store that fails, not staleness [FRE-20]", async () => {
  const f = new Fixture();
  await f.store[Symbol.asyncDispose]();
  await expect(f.staleAt(100)).rejects.toBeInstanceOf(StoreUnavailableError);
});

Deno.test("bumpFreshness() and revokeFreshness() write nothing without leadership [I9]", async () => {
  await using f = new Fixture();
  await expect(f.bump(layout.actualFreshKey, { fence: DEPOSED }))
    .rejects.toBeInstanceOf(LeadershipLostError);
  expect(await f.value(layout.actualFreshKey)).toBeUndefined();
  await f.bump(layout.actualFreshKey);
  await expect(revokeFreshness(f.store, { key: layout.actualFreshKey, fence: DEPOSED }))
    .rejects.toBeInstanceOf(LeadershipLostError);
  expect(await f.value(layout.actualFreshKey)).toBeDefined();
});

Deno.test("bumpFreshness() does not bring back a timestamp that was revoked while it read [LIS-12]", async () => {
  await using f = new Fixture();
  await f.bump(layout.actualFreshKey);
  f.time.advance(10_000);
  const { store } = f;
  const get = store.get.bind(store);
  store.get = async (key) => {
    const entry = await get(key);
    store.get = get;
    await revokeFreshness(store, { key, fence: UNFENCED });
    await f.bump(key);
    return entry;
  };
  await f.bump(layout.actualFreshKey);
  expect(await f.value(layout.actualFreshKey)).toBe('{"timestamp":110}');
});

Deno.test("bumpFreshness() by two writers at once leaves one timestamp, and both succeed", async () => {
  await using f = new Fixture();
  await Promise.all([f.bump(layout.actualFreshKey), f.bump(layout.actualFreshKey)]);
  expect(await f.value(layout.actualFreshKey)).toBe('{"timestamp":100}');
});
