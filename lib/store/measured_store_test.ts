import { expect } from "expect";
import { FakeTimeProvider } from "../../test_helpers/fake_time_provider.ts";
import { storeConformance } from "../../test_helpers/store_conformance.ts";
import { SeriesRegistry } from "../helpers/series.ts";
import { storeError } from "./etcd/store_error.ts";
import { WireCode, WireError } from "./etcd/wire_error.ts";
import { MeasuredStore } from "./measured_store.ts";
import { MemoryDatabase } from "./memory_database.ts";
import { MemoryStore } from "./memory_store.ts";
import { storeFailureReason } from "./store_failure_reason.ts";
import {
  CompactedError,
  LeaseNotFoundError,
  OutcomeUnknownError,
  StoreRefusedError,
  StoreUnavailableError,
} from "./store_errors.ts";

storeConformance({
  name: "MeasuredStore",
  // deno-lint-ignore require-await -- the harness is asynchronous
  open: async () => {
    const time = new FakeTimeProvider();
    const database = new MemoryDatabase();
    const series = new SeriesRegistry();
    const client = () => new MeasuredStore(new MemoryStore({ time, database }), { series, time });
    return {
      store: client(),
      prefix: "/conformance/",
      another: () => Promise.resolve(client()),
      passSeconds: (seconds) => Promise.resolve(time.advance(seconds * 1000)),
      compact: (revision) => Promise.resolve(database.compact(revision)),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  },
});

/** A store each of whose requests takes a quarter of a second, and may fail. */
class SlowStore extends MemoryStore {
  readonly #time: FakeTimeProvider;
  fails: Error | undefined;

  constructor(time: FakeTimeProvider) {
    super({ time });
    this.#time = time;
  }

  override get(key: string) {
    this.#time.advance(250);
    return this.fails === undefined ? super.get(key) : Promise.reject(this.fails);
  }
}

Deno.test("MeasuredStore says how long a request takes, and why it fails", async () => {
  const time = new FakeTimeProvider();
  const series = new SeriesRegistry();
  const slow = new SlowStore(time);
  await using store = new MeasuredStore(slow, { series, time });
  await store.get("/a");
  slow.fails = new StoreUnavailableError("for this test");
  await expect(store.get("/a")).rejects.toBe(slow.fails);
  const [reading] = series.read("store_request_duration_seconds");
  expect(reading?.labels).toEqual({ operation: "get" });
  expect(reading?.value).toBe(0.5);
  expect(reading?.distribution?.count).toBe(2);
  expect(series.read("store_errors")).toEqual([
    { labels: { operation: "get", reason: "unavailable" }, value: 1 },
  ]);
});

Deno.test("MeasuredStore takes each page of a range for a request, and ends the range with its reader", async () => {
  const time = new FakeTimeProvider();
  const series = new SeriesRegistry();
  await using store = new MeasuredStore(new MemoryStore({ time }), { series, time });
  for await (const _ of store.range("/")) break;
  expect(series.read("store_request_duration_seconds")[0]?.distribution?.count).toBe(1);
});

Deno.test("storeFailureReason() has a word for each kind of failure", () => {
  const full = new WireError(
    WireCode.resourceExhausted,
    "etcdserver: mvcc: database space exceeded",
    {
      url: "http://etcd",
    },
  );
  const errors = [
    storeError(full, { what: "write", writes: true }),
    storeError(full, { what: "read", writes: false }),
    new OutcomeUnknownError("unknown"),
    new StoreUnavailableError("away"),
    new StoreRefusedError("no"),
    new CompactedError("old", 7),
    new LeaseNotFoundError(1),
    new RangeError("too large"),
  ];
  expect(errors.map(storeFailureReason)).toEqual([
    ...["no_space", "no_space", "outcome_unknown", "unavailable"],
    ...["refused", "compacted", "lease_gone", "other"],
  ]);
});
