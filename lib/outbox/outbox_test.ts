import { expect } from "expect";
import { FakeLogger } from "../../test_helpers/fake_logger.ts";
import { FakeTimeProvider } from "../../test_helpers/fake_time_provider.ts";
import { MetricsRegistry } from "../helpers/metrics.ts";
import {
  newPendingStart,
  type PendingStartMessage,
  type PendingStartOptions,
} from "../models/pending_start_message.ts";
import { newPendingStop, type PendingStopMessage } from "../models/pending_stop_message.ts";
import type { Queued } from "../models/queued.ts";
import { type Fence, UNFENCED } from "../store/fence.ts";
import { StoreLayout } from "../store/layout.ts";
import { MemoryDatabase } from "../store/memory_database.ts";
import { MemoryStore } from "../store/memory_store.ts";
import type { Mutation, Transaction, TransactionResult } from "../store/store.ts";
import {
  LeadershipLostError,
  OutcomeUnknownError,
  StoreUnavailableError,
} from "../store/store_errors.ts";
import { Outbox } from "./outbox.ts";

const layout = new StoreLayout({ schemaVersion: 1 });
const LEADER: Fence = {
  component: "sender",
  guards: [{ kind: "present", key: "/hm/locks/sender" }],
  assertHeld() {},
};

type Fault = "none" | "made, but said to be unknown" | "not made, and said to be unknown" | "down";

/** A client of a store whose answers can get lost. */
class LossyStore extends MemoryStore {
  /** What happens to the next transactions, one each; then no more faults. */
  readonly faults: Fault[] = [];
  /** Called when an outcome got lost, before the client learns of it. */
  onLost: () => Promise<unknown> = () => Promise.resolve();

  override async transact(transaction: Transaction): Promise<TransactionResult> {
    const fault = this.faults.shift() ?? "none";
    if (fault === "down") throw new StoreUnavailableError("Cannot reach the store: for this test");
    const made = fault !== "not made, and said to be unknown";
    const result = made ? await super.transact(transaction) : undefined;
    if (result !== undefined && fault === "none") return result;
    await this.onLost();
    throw new OutcomeUnknownError("Cannot say what became of it: for this test");
  }
}

class Fixture {
  readonly time = new FakeTimeProvider(100);
  readonly database = new MemoryDatabase();
  readonly store = new LossyStore({ time: this.time, database: this.database });
  readonly log = new FakeLogger();
  readonly metrics = new MetricsRegistry();
  readonly outbox: Outbox;
  /** The same queue, seen by another process. */
  readonly other: Outbox;

  constructor(fence: Fence = UNFENCED) {
    const { log, metrics, time, database } = this;
    this.outbox = new Outbox({ store: this.store, layout, fence, log, metrics });
    const store = new MemoryStore({ time, database });
    this.other = new Outbox({ store, layout, fence: UNFENCED, log, metrics });
  }

  write(...mutations: Mutation[]): Promise<unknown> {
    return this.store.transact({ guards: [], mutations });
  }

  async queuedStart(
    options: Partial<PendingStartOptions> = {},
  ): Promise<Queued<PendingStartMessage>> {
    await this.other.enqueueStarts([{ message: start(options) }]);
    return only((await this.other.list()).starts);
  }

  async startIds(): Promise<string[]> {
    return (await this.other.list()).starts.map(({ message }) => message.messageId);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.store[Symbol.asyncDispose]();
  }
}

function only<T>(items: readonly T[]): T {
  expect(items.length).toBe(1);
  return items[0] as T;
}

function start(options: Partial<PendingStartOptions> = {}): PendingStartMessage {
  return newPendingStart(100, {
    appGuid: "app",
    appVersion: "v",
    instanceIndex: 0,
    reason: "MISSING",
    priority: 0.5,
    delaySeconds: 30,
    messageId: "one",
    ...options,
  });
}

/** What the evacuator queues. */
function evacuation(options: Partial<PendingStartOptions> = {}): PendingStartMessage {
  return start({
    reason: "EVACUATING",
    priority: 2,
    delaySeconds: 0,
    keepAliveSeconds: 30,
    skipVerification: true,
    messageId: "evacuation",
    ...options,
  });
}

function stop(instanceGuid: string, messageId = "one"): PendingStopMessage {
  return newPendingStop(100, {
    appGuid: "app",
    appVersion: "v",
    instanceGuid,
    reason: "EXTRA",
    keepAliveSeconds: 30,
    messageId,
  });
}

Deno.test("Outbox.list() of nothing is two empty lists [PEN-07]", async () => {
  await using f = new Fixture();
  const { starts, stops, corrupt } = await f.outbox.list();
  expect([starts, stops, corrupt]).toEqual([[], [], []]);
});

Deno.test("Outbox keeps starts and stops as they were queued, without a lease [PEN-05] [PEN-06] [PEN-18]", async () => {
  await using f = new Fixture();
  const starts = [start(), start({ instanceIndex: 1, messageId: "two" })];
  const stops = [stop("i-1"), stop("i-2", "two")];
  await f.outbox.enqueueStarts(starts.map((message) => ({ message })));
  await f.outbox.enqueueStops(stops);
  const contents = await f.outbox.list();
  expect(contents.starts.map(({ message }) => message)).toEqual(starts);
  expect(contents.stops.map(({ message }) => message)).toEqual(stops);
  for (const key of ["/hm/v1/start/app,v,0", "/hm/v1/start/app,v,1", "/hm/v1/stop/i-1"]) {
    expect((await f.store.get(key))?.lease).toBe(0);
  }
});

Deno.test("Outbox.list() of one app's starts has those of its versions, and no other app's", async () => {
  await using f = new Fixture();
  const mine = [start(), start({ appVersion: "v2", messageId: "two" })];
  const others = [start({ appGuid: "app2" }), start({ appGuid: "an-app" })];
  await f.outbox.enqueueStarts([...mine, ...others].map((message) => ({ message })));
  const { starts } = await f.outbox.list({ startsOf: "app" });
  expect(starts.map(({ message }) => message)).toEqual(mine);
});

Deno.test("Outbox.enqueueStarts() does not queue under a key that is taken [REG-25] [I3] [HAZ-05]", async () => {
  await using f = new Fixture();
  await f.queuedStart({ messageId: "first" });
  const messages = [start({ messageId: "second" }), start({ instanceIndex: 1 })];
  const result = await f.outbox.enqueueStarts(messages.map((message) => ({ message })));
  expect(result).toEqual({ queued: [messages[1]], existing: [messages[0]] });
  expect(await f.startIds()).toEqual(["first", "one"]);
});

Deno.test("Outbox.enqueueStops() queues the first of two with one key", async () => {
  await using f = new Fixture();
  const result = await f.outbox.enqueueStops([stop("i", "first"), stop("i", "second")]);
  expect(result.queued.map((message) => message.messageId)).toEqual(["first"]);
  expect(result.existing.map((message) => message.messageId)).toEqual(["second"]);
});

Deno.test("Outbox.enqueueStarts() writes what goes with a start only if the start is queued [I14]", async () => {
  await using f = new Fixture();
  await f.queuedStart();
  const mutationOf = (key: string): Mutation => ({ kind: "put", key, value: "2" });
  await f.outbox.enqueueStarts([
    { message: start({ messageId: "late" }), with: [mutationOf("/hm/v1/refused")] },
    { message: start({ instanceIndex: 1 }), with: [mutationOf("/hm/v1/written")] },
  ]);
  expect(await f.store.get("/hm/v1/refused")).toBeUndefined();
  expect((await f.store.get("/hm/v1/written"))?.value).toBe("2");
});

Deno.test("Outbox.list() reads both queues as of the revision asked for", async () => {
  await using f = new Fixture();
  await f.queuedStart();
  const before = await f.outbox.list();
  await f.outbox.enqueueStops([stop("i")]);
  await f.outbox.remove(before.starts);
  expect(await f.outbox.list({ revision: before.revision })).toEqual(before);
});

const CORRUPT: [what: string, key: string, value: string][] = [
  ["start that is not JSON", "/hm/v1/start/app,v,1", "{"],
  ["start of no known reason", "/hm/v1/start/app,v,1", '{"start_reason":"WHIM"}'],
  ["stop that is not JSON", "/hm/v1/stop/i", ""],
  ["start under another one's key", "/hm/v1/start/app,v,9", ""],
];
for (const [what, key, value] of CORRUPT) {
  Deno.test(`Outbox skips a corrupt ${what} and can discard it [PEN-10] [HAZ-02]`, async () => {
    await using f = new Fixture();
    const good = await f.queuedStart();
    const copy = (await f.store.get("/hm/v1/start/app,v,0"))?.value ?? "";
    await f.write({
      kind: "put",
      key,
      value: value === "" && key.includes("start") ? copy : value,
    });
    await f.outbox.list();
    const { starts, stops, corrupt } = await f.outbox.list();
    expect([starts, stops, corrupt.map((record) => record.key)]).toEqual([[good], [], [key]]);
    expect(f.metrics.get("corrupt_records")).toBe(1);
    expect(f.log.messages("error")).toEqual(["Skipped a corrupt record"]);
    await f.outbox.discardCorrupt(corrupt);
    expect(await f.store.get(key)).toBeUndefined();
    expect((await f.outbox.list()).starts).toEqual([good]);
  });
}

Deno.test("Outbox.discardCorrupt() leaves what was mended meanwhile", async () => {
  await using f = new Fixture();
  await f.write({ kind: "put", key: "/hm/v1/start/app,v,0", value: "{" });
  const { corrupt } = await f.outbox.list();
  await f.outbox.replaceStart(evacuation());
  await f.outbox.discardCorrupt(corrupt);
  expect(await f.startIds()).toEqual(["evacuation"]);
});

Deno.test("Outbox.claim() sets sent_on and returns the message as it stands now [PEN-17]", async () => {
  await using f = new Fixture();
  const queued = await f.queuedStart();
  const claimed = only(await f.outbox.claim([queued], 130));
  expect(claimed.message).toEqual({ ...queued.message, sentOn: 130 });
  expect((await f.outbox.list()).starts).toEqual([claimed]);
});

Deno.test("Outbox.claim() by two senders gives each message to one of them [I8]", async () => {
  await using f = new Fixture();
  const messages = Array.from({ length: 300 }, (_, i) => stop(`i-${i}`));
  await f.outbox.enqueueStops(messages);
  const { stops } = await f.outbox.list();
  const claims = await Promise.all([f.outbox.claim(stops, 130), f.other.claim(stops, 130)]);
  expect(claims.flat().length).toBe(300);
});

Deno.test("Outbox.claim() does not claim what was changed or removed since it was read", async () => {
  await using f = new Fixture();
  const changed = await f.queuedStart();
  await f.other.replaceStart(evacuation());
  await f.outbox.enqueueStops([stop("removed"), stop("kept")]);
  const { stops } = await f.outbox.list();
  await f.other.remove(stops.slice(1));
  expect(await f.outbox.claim([changed], 130)).toEqual([]);
  const claimed = await f.outbox.claim(stops, 130);
  expect(claimed.map(({ message }) => message.instanceGuid)).toEqual(["kept"]);
  expect(await f.startIds()).toEqual(["evacuation"]);
});

Deno.test("Outbox.claim() whose outcome got lost finds that it was made", async () => {
  await using f = new Fixture();
  const queued = await f.queuedStart();
  f.store.faults.push("made, but said to be unknown");
  const claimed = only(await f.outbox.claim([queued], 130));
  expect(claimed.message.sentOn).toBe(130);
  await f.outbox.complete(claimed);
  expect(await f.startIds()).toEqual([]);
});

Deno.test("Outbox.claim() whose outcome got lost does not hand out what is not claimed", async () => {
  await using f = new Fixture();
  const queued = await f.queuedStart();
  f.store.faults.push("not made, and said to be unknown");
  expect(await f.outbox.claim([queued], 130)).toEqual([]);
  expect((await f.outbox.list()).starts).toEqual([queued]);
});

Deno.test("Outbox.claim() does not take another's claim for its own", async () => {
  await using f = new Fixture();
  const queued = await f.queuedStart();
  expect((await f.other.claim([queued], 129)).length).toBe(1);
  f.store.faults.push("not made, and said to be unknown");
  expect(await f.outbox.claim([queued], 130)).toEqual([]);
});

Deno.test("Outbox.claim() does not take the claim of another message for its own", async () => {
  await using f = new Fixture();
  const queued = await f.queuedStart();
  f.store.faults.push("not made, and said to be unknown");
  f.store.onLost = async () => {
    await f.other.replaceStart(evacuation());
    await f.other.claim((await f.other.list()).starts, 130);
  };
  expect(await f.outbox.claim([queued], 130)).toEqual([]);
});

Deno.test("Outbox.claim() does not hand out a claim it cannot confirm", async () => {
  await using f = new Fixture();
  const queued = await f.queuedStart();
  f.store.faults.push("made, but said to be unknown", "not made, and said to be unknown");
  expect(await f.outbox.claim([queued], 130)).toEqual([]);
});

Deno.test("Outbox.claim() that lost the leadership before it could be confirmed hands out nothing [I9]", async () => {
  await using f = new Fixture(LEADER);
  const queued = await f.queuedStart();
  await f.other.claim([queued], 130);
  f.store.faults.push("not made, and said to be unknown");
  await expect(f.outbox.claim([queued], 130)).rejects.toBeInstanceOf(LeadershipLostError);
});

Deno.test("Outbox.claim() throws when the store is down", async () => {
  await using f = new Fixture();
  const queued = await f.queuedStart();
  await f.store[Symbol.asyncDispose]();
  await expect(f.outbox.claim([queued], 130)).rejects.toBeInstanceOf(StoreUnavailableError);
});

Deno.test("Outbox.release() makes claims due again, but for what somebody changed [SND-11]", async () => {
  await using f = new Fixture();
  const queued = await f.queuedStart();
  await f.outbox.enqueueStops([stop("i")]);
  const claimed = [
    ...await f.outbox.claim([queued], 130),
    ...await f.outbox.claim((await f.outbox.list()).stops, 130),
  ];
  await f.other.replaceStart(evacuation());
  await f.outbox.release(claimed);
  const { starts, stops } = await f.outbox.list();
  expect(starts.map(({ message }) => message)).toEqual([evacuation()]);
  expect(stops.map(({ message }) => message)).toEqual([stop("i")]);
});

Deno.test("Outbox.remove() leaves what somebody changed, and does not mind what is gone [PEN-08]", async () => {
  await using f = new Fixture();
  const queued = await f.queuedStart();
  await f.outbox.enqueueStops([stop("i")]);
  const stops = (await f.outbox.list()).stops;
  await f.other.claim([queued], 130);
  await f.outbox.remove([queued, ...stops, ...stops]);
  await f.outbox.remove(stops);
  expect(await f.startIds()).toEqual(["one"]);
  expect((await f.outbox.list()).stops).toEqual([]);
});

Deno.test("Outbox writes nothing without leadership [I9]", async () => {
  await using f = new Fixture(LEADER);
  const queued = await f.queuedStart();
  const writes = [
    () => f.outbox.enqueueStarts([{ message: start({ instanceIndex: 1 }) }]),
    () => f.outbox.enqueueStops([stop("i")]),
    () => f.outbox.replaceStart(evacuation()),
    () => f.outbox.claim([queued], 130),
    () => f.outbox.release([queued]),
    () => f.outbox.remove([queued]),
    () => f.outbox.discardCorrupt([{ key: "/hm/v1/start/app,v,0", revision: queued.revision }]),
  ];
  for (const write of writes) await expect(write()).rejects.toBeInstanceOf(LeadershipLostError);
  const contents = await f.other.list();
  expect([contents.starts, contents.stops]).toEqual([[queued], []]);
});

Deno.test("Outbox.replaceStart() queues where nothing is [EVC-03]", async () => {
  await using f = new Fixture();
  expect(await f.outbox.replaceStart(evacuation())).toBe("queued");
  expect(await f.startIds()).toEqual(["evacuation"]);
});

Deno.test("Outbox.replaceStart() takes the place of a start that waits, whatever it is [EVC-08] [HAZ-05]", async () => {
  for (const waiting of [start(), start({ reason: "CRASHED" }), evacuation({ messageId: "x" })]) {
    await using f = new Fixture();
    await f.outbox.enqueueStarts([{ message: waiting }]);
    expect(await f.outbox.replaceStart(evacuation())).toBe("replaced");
    const { message } = only((await f.outbox.list()).starts);
    expect(message).toEqual(evacuation());
  }
});

Deno.test("Outbox.replaceStart() leaves an evacuation start that went out, for its keep-alive [REG-09] [F26]", async () => {
  await using f = new Fixture();
  await f.outbox.enqueueStarts([{ message: evacuation({ messageId: "earlier" }) }]);
  const queued = only((await f.outbox.list()).starts);
  const sent = await f.outbox.claim([queued], 100);
  expect(await f.outbox.replaceStart({ ...evacuation(), sendOn: 129 })).toBe("already_sent");
  expect((await f.outbox.list()).starts).toEqual(sent);
  expect(await f.outbox.replaceStart({ ...evacuation(), sendOn: 130 })).toBe("replaced");
});

Deno.test("Outbox.replaceStart() replaces an evacuation start that was claimed by a clock far ahead [F16]", async () => {
  for (const [claimedOn, outcome] of [[130, "already_sent"], [131, "replaced"]] as const) {
    await using f = new Fixture();
    await f.outbox.enqueueStarts([{ message: evacuation({ messageId: "earlier" }) }]);
    await f.outbox.claim([only((await f.outbox.list()).starts)], claimedOn);
    expect(await f.outbox.replaceStart(evacuation())).toBe(outcome);
  }
});

Deno.test("Outbox.replaceStart() replaces a start that went out for another reason [EVC-08]", async () => {
  await using f = new Fixture();
  const queued = await f.queuedStart({ reason: "CRASHED", keepAliveSeconds: 30 });
  await f.outbox.claim([queued], 100);
  expect(await f.outbox.replaceStart(evacuation())).toBe("replaced");
  expect(await f.startIds()).toEqual(["evacuation"]);
});

Deno.test("Outbox.replaceStart() is queued once however its outcome got lost", async () => {
  for (const fault of ["made", "not made"] as const) {
    await using f = new Fixture();
    await f.queuedStart();
    f.store.faults.push(
      fault === "made" ? "made, but said to be unknown" : "not made, and said to be unknown",
    );
    expect(await f.outbox.replaceStart(evacuation())).toBe("replaced");
    expect(await f.startIds()).toEqual(["evacuation"]);
  }
});

Deno.test("Outbox.replaceStart() whose outcome got lost knows its own start though it was sent since", async () => {
  await using f = new Fixture();
  f.store.faults.push("made, but said to be unknown");
  f.store.onLost = async () => await f.other.claim((await f.other.list()).starts, 100);
  expect(await f.outbox.replaceStart(evacuation())).toBe("queued");
  const { message } = only((await f.outbox.list()).starts);
  expect(message).toEqual({ ...evacuation(), sentOn: 100 });
});

Deno.test("Outbox.replaceStart() takes the place of a record that cannot be read [EVC-08] [HAZ-02]", async () => {
  await using f = new Fixture();
  await f.write({ kind: "put", key: "/hm/v1/start/app,v,0", value: "{" });
  expect(await f.outbox.replaceStart(evacuation())).toBe("replaced");
  expect(await f.startIds()).toEqual(["evacuation"]);
});

Deno.test("Outbox.replaceStart() gives up, to be tried again, when no attempt has an outcome", async () => {
  await using f = new Fixture();
  for (let i = 0; i < 10; i += 1) f.store.faults.push("not made, and said to be unknown");
  await expect(f.outbox.replaceStart(evacuation())).rejects.toThrow(StoreUnavailableError);
  expect(f.store.faults).toEqual([]);
  expect(await f.outbox.replaceStart(evacuation())).toBe("queued");
});

Deno.test("Outbox.claim() whose outcome got lost does not take a corrupt record for its own", async () => {
  await using f = new Fixture();
  const queued = await f.queuedStart();
  f.store.faults.push("made, but said to be unknown");
  f.store.onLost = () => f.write({ kind: "put", key: "/hm/v1/start/app,v,0", value: "{" });
  expect(await f.outbox.claim([queued], 130)).toEqual([]);
  expect((await f.store.get("/hm/v1/start/app,v,0"))?.value).toBe("{");
});
