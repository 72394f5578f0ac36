import { expect } from "expect";
import { FakeTimeProvider } from "../../../test_helpers/fake_time_provider.ts";
import { type Fence, UNFENCED } from "../fence.ts";
import { StoreLayout } from "../layout.ts";
import { MemoryDatabase } from "../memory_database.ts";
import { MemoryStore } from "../memory_store.ts";
import type { Transaction, TransactionResult } from "../store.ts";
import {
  LeadershipLostError,
  OutcomeUnknownError,
  StoreUnavailableError,
} from "../store_errors.ts";
import { putMetric, readMetrics, type StoredMetricName } from "./metrics.ts";
import { type MetricChanges, MetricsRecorder } from "./record_metrics.ts";

const layout = new StoreLayout({ schemaVersion: 1 });
const LOCK = "/hm/locks/analyzer";
const LED: Fence = {
  component: "analyzer",
  guards: [{ kind: "present", key: LOCK }],
  assertHeld() {},
};

/** What happens to a transaction instead of its being made and answered. */
type Trouble = "refused" | "made, unanswered" | "made later" | "somebody adds first";

/** A store that gets one transaction after the other into trouble, as listed. */
class TroubledStore extends MemoryStore {
  readonly troubles: Trouble[] = [];
  readonly transactions: Transaction[] = [];
  #late: Transaction[] = [];

  static open(): TroubledStore {
    return new TroubledStore({ time: new FakeTimeProvider(), database: new MemoryDatabase() });
  }

  override async transact(transaction: Transaction): Promise<TransactionResult> {
    this.transactions.push(transaction);
    const trouble = this.troubles.shift();
    if (trouble === "refused") throw new StoreUnavailableError("Cannot write: for this test");
    if (trouble === "made later") this.#late.push(transaction);
    if (trouble === "made, unanswered") await super.transact(transaction);
    if (trouble === "somebody adds first") await this.#addByHand("StopExtra", 10);
    if (trouble?.startsWith("made")) throw new OutcomeUnknownError("Cannot say: for this test");
    return await super.transact(transaction);
  }

  /** Lets happen what the server was late with. */
  async catchUp(): Promise<void> {
    for (const transaction of this.#late.splice(0)) await super.transact(transaction);
  }

  async #addByHand(name: StoredMetricName, by: number): Promise<void> {
    const value = (await this.values()).get(name) ?? 0;
    await super.transact({
      guards: [],
      mutations: [putMetric(layout, { name, value: value + by })],
    });
  }

  async values(): Promise<ReadonlyMap<string, number>> {
    return await readMetrics(this, layout);
  }
}

function changes(
  sums: Partial<Record<StoredMetricName, number>>,
  latest: Partial<Record<StoredMetricName, number>> = {},
): MetricChanges {
  const mapOf = (values: object) =>
    new Map(Object.entries(values)) as Map<StoredMetricName, number>;
  return { sums: mapOf(sums), latest: mapOf(latest) };
}

Deno.test("record() adds to sums and replaces the rest, in one transaction [MET-19] [MET-22] [MET-23]", async () => {
  await using store = TroubledStore.open();
  const recorder = new MetricsRecorder({ store, layout, fence: UNFENCED });
  const latest = {
    "DesiredStateSyncTimeInMilliseconds": 1138,
    "ActualStateListenerStoreUsagePercentage": 72.3,
  };
  await recorder.record(changes({ "StartMissing": 2, "StopExtra": 1 }, latest));
  await recorder.record(changes({ "StartMissing": 2 }));
  expect(Object.fromEntries(await store.values())).toEqual({
    "StartMissing": 4,
    "StopExtra": 1,
    ...latest,
  });
  expect(store.transactions).toHaveLength(2);
});

Deno.test("record() touches nothing but what changed [HAZ-06] [MET-21]", async () => {
  await using store = TroubledStore.open();
  const recorder = new MetricsRecorder({ store, layout, fence: UNFENCED });
  await recorder.record(changes({ "StartMissing": 1 }, { "ReceivedHeartbeats": 5 }));
  await recorder.record(changes({ "StartMissing": 1 }));
  const touched = store.transactions[1]?.mutations.map((one) => "key" in one ? one.key : one);
  expect(touched).toEqual(["/hm/v1/metrics/StartMissing"]);
});

Deno.test("record() loses no update when two processes add at the same time [HAZ-06] [MET-21]", async () => {
  await using store = TroubledStore.open();
  const one = new MetricsRecorder({ store, layout, fence: UNFENCED });
  const other = new MetricsRecorder({ store, layout, fence: UNFENCED });
  const add = (recorder: MetricsRecorder) => recorder.record(changes({ "StopExtra": 1 }));
  for (let round = 0; round < 10; round += 1) await Promise.all([add(one), add(other)]);
  expect((await store.values()).get("StopExtra")).toBe(20);
});

Deno.test("record() reads anew when somebody added first, and gives up in the end [MET-20]", async () => {
  await using store = TroubledStore.open();
  const recorder = new MetricsRecorder({ store, layout, fence: UNFENCED });
  store.troubles.push("somebody adds first");
  await recorder.record(changes({ "StopExtra": 1 }));
  expect((await store.values()).get("StopExtra")).toBe(11);
  for (let time = 0; time < 5; time += 1) store.troubles.push("somebody adds first");
  await expect(recorder.record(changes({ "StopExtra": 1 }))).rejects.toThrow(StoreUnavailableError);
});

Deno.test("record() fails when the store cannot be read or written [MET-20]", async () => {
  await using store = TroubledStore.open();
  const recorder = new MetricsRecorder({ store, layout, fence: UNFENCED });
  store.troubles.push("refused");
  await expect(recorder.record(changes({ "StopExtra": 1 }))).rejects.toThrow(StoreUnavailableError);
  store.range = () => {
    throw new StoreUnavailableError("Cannot read: for this test");
  };
  await expect(recorder.record(changes({ "StopExtra": 1 }))).rejects.toThrow(StoreUnavailableError);
});

Deno.test("record() adds once when the answer was lost, whether it was made, made late, or never [HAZ-06]", async () => {
  const first = changes({ "StopExtra": 1 });
  const grown = changes({ "StopExtra": 3, "StartMissing": 1 });
  for (const trouble of ["made, unanswered", "made later"] as const) {
    await using store = TroubledStore.open();
    const recorder = new MetricsRecorder({ store, layout, fence: UNFENCED });
    store.troubles.push(trouble);
    await expect(recorder.record(first)).rejects.toThrow(OutcomeUnknownError);
    await store.catchUp();
    expect(await recorder.record(grown)).toEqual(first);
    await recorder.record(changes({ "StopExtra": 2, "StartMissing": 1 }));
    expect(Object.fromEntries(await store.values())).toEqual({ "StopExtra": 3, "StartMissing": 1 });
  }
});

Deno.test("record() adds once when a transaction is made while the next is under way [HAZ-06]", async () => {
  await using store = TroubledStore.open();
  const recorder = new MetricsRecorder({ store, layout, fence: UNFENCED });
  const first = changes({ "StopExtra": 1 });
  const grown = changes({ "StopExtra": 3 });
  store.troubles.push("made later", "made later");
  await expect(recorder.record(first)).rejects.toThrow(OutcomeUnknownError);
  await expect(recorder.record(grown)).rejects.toThrow(OutcomeUnknownError);
  await store.catchUp(); // The first is made, and the second refused by the guard they share.
  expect(await recorder.record(grown)).toEqual(first);
  await recorder.record(changes({ "StopExtra": 2 }));
  expect((await store.values()).get("StopExtra")).toBe(3);
});

Deno.test("record() overwrites a sum that cannot be read", async () => {
  await using store = TroubledStore.open();
  const key = layout.metricKey("StopExtra");
  await store.transact({ guards: [], mutations: [{ kind: "put", key, value: "many" }] });
  await new MetricsRecorder({ store, layout, fence: UNFENCED }).record(changes({ "StopExtra": 2 }));
  expect((await store.values()).get("StopExtra")).toBe(2);
});

Deno.test("record() lets only who leads replace, and everybody add", async () => {
  await using store = TroubledStore.open();
  const recorder = new MetricsRecorder({ store, layout, fence: LED });
  await recorder.record(changes({ "StopExtra": 1 }));
  await expect(recorder.record(changes({}, { "NumberOfDesiredApps": 1 })))
    .rejects.toThrow(LeadershipLostError);
  await store.transact({ guards: [], mutations: [{ kind: "put", key: LOCK, value: "me" }] });
  await recorder.record(changes({}, { "NumberOfDesiredApps": 1 }));
  expect(Object.fromEntries(await store.values())).toEqual({
    "NumberOfDesiredApps": 1,
    "StopExtra": 1,
  });
});
