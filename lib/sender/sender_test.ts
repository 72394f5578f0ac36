import { expect } from "expect";
import { AppFixture } from "../../test_helpers/app.ts";
import { StoredFleet } from "../../test_helpers/stored_fleet.ts";
import { BusUnavailableError, type MessageBus } from "../message_bus/message_bus.ts";
import { newPendingStart, type PendingStartOptions } from "../models/pending_start_message.ts";
import { newPendingStop, type PendingStopOptions } from "../models/pending_stop_message.ts";
import { type Fence, UNFENCED } from "../store/fence.ts";
import type { RangeOptions, Store, Transaction } from "../store/store.ts";
import { LeadershipLostError, StoreUnavailableError } from "../store/store_errors.ts";
import { Sender } from "./sender.ts";

/** A bus that remembers, and that can be cut. */
class RecordingBus implements Pick<MessageBus, "connected" | "publish" | "flush"> {
  readonly published: { readonly subject: string; readonly body: Record<string, unknown> }[] = [];
  connected = true;
  /** Publishing fails once this many messages are out. */
  cutAfter = Infinity;
  flushFails = false;
  /** Called before each message goes out. */
  beforePublish: () => void = () => {};

  publish(subject: string, data: Uint8Array | string): void {
    this.beforePublish();
    if (this.published.length >= this.cutAfter) throw new BusUnavailableError("cut");
    this.published.push({ subject, body: JSON.parse(String(data)) });
  }

  flush(): Promise<void> {
    return this.flushFails ? Promise.reject(new BusUnavailableError("cut")) : Promise.resolve();
  }
}

const app = new AppFixture("app");

function senderOf(
  fleet: StoredFleet,
  bus: RecordingBus,
  overrides: { fence?: Fence; store?: Store } = {},
): Sender {
  const { store, layout, time, log, metrics } = fleet;
  return new Sender({
    store,
    layout,
    time,
    log,
    metrics,
    bus: bus as unknown as MessageBus,
    fence: UNFENCED,
    config: {
      pollingIntervalSeconds: 10,
      timeoutSeconds: 100,
      messageLimit: 2,
      startSubject: "custom.start",
      stopSubject: "custom.stop",
    },
    actualFreshnessTtlSeconds: 30,
    ...overrides,
  });
}

function start(index: number, overrides: Partial<PendingStartOptions> = {}) {
  return newPendingStart(100, {
    ...app.app({}),
    instanceIndex: index,
    reason: "MISSING",
    priority: 1,
    messageId: `start-${index}`,
    ...overrides,
  });
}

function stop(instanceGuid: string, overrides: Partial<PendingStopOptions> = {}) {
  return newPendingStop(100, {
    ...app.app({}),
    instanceGuid,
    reason: "EXTRA",
    keepAliveSeconds: 30,
    messageId: `stop-${instanceGuid}`,
    ...overrides,
  });
}

async function freshFleet(instances: number): Promise<StoredFleet> {
  const fleet = new StoredFleet(200);
  await fleet.makeFresh();
  await fleet.desire(app.desiredState({ instances }));
  return fleet;
}

Deno.test("pass() sends a due start under its own id and deletes it when it is not kept [SND-05] [SND-08] [REG-26]", async () => {
  await using fleet = await freshFleet(1);
  const bus = new RecordingBus();
  await fleet.outbox.enqueueStarts([{ message: start(0) }]);
  const report = await senderOf(fleet, bus).pass();
  expect(report.startsSent).toBe(1);
  expect(bus.published).toEqual([{
    subject: "custom.start",
    body: {
      "droplet": "app",
      "version": "app-version",
      "instance_index": 0,
      "message_id": "start-0",
    },
  }]);
  expect((await fleet.outbox.list()).starts).toEqual([]);
  expect(fleet.metrics.get("StartMissing")).toBe(1);
});

Deno.test("pass() keeps a sent start for its keep-alive, sends it once, then deletes it [SND-07] [SND-09] [SND-10]", async () => {
  await using fleet = await freshFleet(1);
  const bus = new RecordingBus();
  await fleet.outbox.enqueueStarts([{ message: start(0, { keepAliveSeconds: 30 }) }]);
  const sender = senderOf(fleet, bus);
  await sender.pass();
  expect((await fleet.outbox.list()).starts[0]?.message.sentOn).toBe(200);
  fleet.time.advance(29_000);
  await sender.pass();
  expect((await fleet.outbox.list()).starts).toHaveLength(1);
  fleet.time.advance(1_000);
  expect((await sender.pass()).expired).toBe(1);
  expect((await fleet.outbox.list()).starts).toEqual([]);
  expect(bus.published).toHaveLength(1);
  expect(fleet.metrics.get("StartMissing")).toBe(1);
});

Deno.test("pass() leaves what is not due [SND-04]", async () => {
  await using fleet = await freshFleet(1);
  const bus = new RecordingBus();
  await fleet.outbox.enqueueStarts([{ message: start(0, { delaySeconds: 101 }) }]);
  await senderOf(fleet, bus).pass();
  expect(bus.published).toEqual([]);
  expect((await fleet.outbox.list()).starts[0]?.message.sentOn).toBe(0);
});

Deno.test("pass() sends a stop with the index it found, and keeps it [SND-16] [SND-17] [VSP-03]", async () => {
  await using fleet = await freshFleet(1);
  const bus = new RecordingBus();
  await fleet.report(app.heartbeat(2));
  const { instanceGuid } = app.instanceAtIndex(1).heartbeat();
  await fleet.outbox.enqueueStops([stop(instanceGuid)]);
  expect((await senderOf(fleet, bus).pass()).stopsSent).toBe(1);
  expect(bus.published).toEqual([{
    subject: "custom.stop",
    body: {
      "droplet": "app",
      "version": "app-version",
      "instance_guid": instanceGuid,
      "instance_index": 1,
      "is_duplicate": false,
      "message_id": `stop-${instanceGuid}`,
    },
  }]);
  expect((await fleet.outbox.list()).stops[0]?.message.sentOn).toBe(200);
});

Deno.test("pass() limits starts, and a new pass has the whole limit again [SND-18] [SND-22] [REG-26] [REG-45]", async () => {
  await using fleet = await freshFleet(5);
  const bus = new RecordingBus();
  await fleet.outbox.enqueueStarts([0, 1, 2, 3, 4].map((index) => ({ message: start(index) })));
  const sender = senderOf(fleet, bus);
  expect(await sender.pass()).toMatchObject({ startsSent: 2, throttled: 3 });
  expect(fleet.metrics.get("starts_throttled")).toBe(3);
  expect(await sender.pass()).toMatchObject({ startsSent: 2, throttled: 1 });
  expect(await sender.pass()).toMatchObject({ startsSent: 1, throttled: 0 });
  expect(fleet.metrics.get("StartMissing")).toBe(5);
});

Deno.test("pass() drops what is not right any more [VST-08] [VST-12] [VSP-12]", async () => {
  await using fleet = await freshFleet(1);
  const bus = new RecordingBus();
  await fleet.report(app.heartbeat(1));
  await fleet.outbox.enqueueStarts([{ message: start(0, { keepAliveSeconds: 30 }) }]);
  await fleet.outbox.enqueueStops([stop(app.instanceAtIndex(0).heartbeat().instanceGuid)]);
  expect((await senderOf(fleet, bus).pass()).dropped).toBe(2);
  expect(bus.published).toEqual([]);
  const { series } = fleet.metrics;
  expect(series.get("starts_dropped", { reason: "MISSING" })).toBe(1);
  expect(series.get("stops_dropped", { reason: "EXTRA" })).toBe(1);
  const queue = await fleet.outbox.list();
  expect([queue.starts, queue.stops]).toEqual([[], []]);
});

Deno.test("pass() does nothing at all on a stale store, not even to expired messages [SND-02] [I5]", async () => {
  await using fleet = await freshFleet(1);
  const bus = new RecordingBus();
  await fleet.outbox.enqueueStarts([
    { message: start(0) },
    { message: { ...start(1), sentOn: 1 } },
  ]);
  await fleet.remove(fleet.layout.actualFreshKey);
  await expect(senderOf(fleet, bus).pass()).rejects.toThrow(/Cannot act on what is stored/);
  expect(bus.published).toEqual([]);
  expect((await fleet.outbox.list()).starts).toHaveLength(2);
});

Deno.test("pass() claims nothing while the bus is down [SND-11] [I7]", async () => {
  await using fleet = await freshFleet(1);
  const bus = new RecordingBus();
  bus.connected = false;
  await fleet.outbox.enqueueStarts([{ message: start(0) }]);
  await expect(senderOf(fleet, bus).pass()).rejects.toThrow(/message bus is down/);
  expect((await fleet.outbox.list()).starts[0]?.message.sentOn).toBe(0);
});

Deno.test("pass() makes due again what could not be published, and counts none of it [SND-11]", async () => {
  await using fleet = await freshFleet(2);
  const bus = new RecordingBus();
  bus.cutAfter = 1;
  await fleet.outbox.enqueueStarts([0, 1].map((index) => ({ message: start(index) })));
  const sender = senderOf(fleet, bus);
  await expect(sender.pass()).rejects.toThrow("cut");
  expect((await fleet.outbox.list()).starts.map(({ message }) => message.sentOn)).toEqual([200, 0]);
  expect(fleet.metrics.get("StartMissing")).toBe(0);
  bus.cutAfter = Infinity;
  await sender.pass();
  expect(bus.published.map(({ body }) => body["message_id"])).toEqual(["start-0", "start-1"]);
});

Deno.test("pass() leaves claimed what may have left before the bus went down [I8]", async () => {
  await using fleet = await freshFleet(1);
  const bus = new RecordingBus();
  bus.flushFails = true;
  await fleet.outbox.enqueueStarts([{ message: start(0, { keepAliveSeconds: 30 }) }]);
  await expect(senderOf(fleet, bus).pass()).rejects.toThrow("cut");
  expect((await fleet.outbox.list()).starts[0]?.message.sentOn).toBe(200);
});

Deno.test("pass() claims before it publishes [I7] [I8]", async () => {
  await using fleet = await freshFleet(1);
  const bus = new RecordingBus();
  const claims: unknown[] = [];
  await fleet.outbox.enqueueStarts([{ message: start(0, { keepAliveSeconds: 30 }) }]);
  const key = `${fleet.layout.startPrefix}app,app-version,0`;
  bus.beforePublish = () => claims.push(fleet.store.get(key));
  await senderOf(fleet, bus).pass();
  const [claimed] = await Promise.all(claims) as [{ value: string }];
  expect(JSON.parse(claimed.value)["sent_on"]).toBe(200);
});

Deno.test("two senders never both publish one message [I8]", async () => {
  await using fleet = await freshFleet(1);
  const buses = [new RecordingBus(), new RecordingBus()];
  await fleet.outbox.enqueueStarts([{ message: start(0, { keepAliveSeconds: 30 }) }]);
  await Promise.all(buses.map((bus) => senderOf(fleet, bus).pass()));
  expect(buses.flatMap((bus) => bus.published)).toHaveLength(1);
});

Deno.test("pass() publishes nothing more once its lease may have ended [I10]", async () => {
  await using fleet = await freshFleet(2);
  const bus = new RecordingBus();
  await fleet.outbox.enqueueStarts([0, 1].map((index) => ({ message: start(index) })));
  const fence: Fence = {
    ...UNFENCED,
    assertHeld() {
      if (bus.published.length > 0) throw new LeadershipLostError("sender", "for this test");
    },
  };
  await expect(senderOf(fleet, bus, { fence }).pass()).rejects.toThrow(LeadershipLostError);
  expect(bus.published).toHaveLength(1);
});

Deno.test("pass() discards a corrupt record of the queue, which would block its key for ever [PEN-10]", async () => {
  await using fleet = await freshFleet(1);
  await fleet.put(`${fleet.layout.startPrefix}app,app-version,0`, "{broken");
  await senderOf(fleet, new RecordingBus()).pass();
  expect(await fleet.read(fleet.layout.startPrefix)).toEqual({});
  expect(fleet.metrics.get("corrupt_records")).toBe(1);
});

Deno.test("pass() sends nothing when apps or queues cannot be read [SND-01]", async () => {
  for (const unreadable of ["actualPrefix", "startPrefix", "stopPrefix"] as const) {
    await using fleet = await freshFleet(1);
    const bus = new RecordingBus();
    await fleet.outbox.enqueueStarts([{ message: start(0) }]);
    const range = fleet.store.range.bind(fleet.store);
    fleet.store.range = (prefix, options) => {
      if (prefix === fleet.layout[unreadable]) throw new StoreUnavailableError("away");
      return range(prefix, options);
    };
    await expect(senderOf(fleet, bus).pass()).rejects.toThrow("away");
    expect(bus.published).toEqual([]);
  }
});

Deno.test("pass() fails when what was sent cannot be deleted; it is not sent again [SND-13] [I8]", async () => {
  await using fleet = await freshFleet(1);
  const bus = new RecordingBus();
  await fleet.outbox.enqueueStarts([{ message: start(0) }]);
  const transact = fleet.store.transact.bind(fleet.store);
  fleet.store.transact = (transaction) =>
    transaction.mutations.some(({ kind }) => kind === "delete")
      ? Promise.reject(new StoreUnavailableError("away"))
      : transact(transaction);
  await expect(senderOf(fleet, bus).pass()).rejects.toThrow("away");
  fleet.store.transact = transact;
  await senderOf(fleet, bus).pass();
  expect(bus.published).toHaveLength(1);
  expect((await fleet.outbox.list()).starts).toEqual([]);
});

Deno.test("pass() counts each message that was sent, by its reason, and nothing else [SND-03] [SND-06] [MET-19]", async () => {
  await using fleet = await freshFleet(2);
  await fleet.report(app.heartbeat(0));
  await senderOf(fleet, new RecordingBus()).pass();
  expect(fleet.metrics.get("StartCrashed")).toBe(0);
  await fleet.outbox.enqueueStarts([
    { message: start(0, { reason: "CRASHED" }) },
    { message: start(1, { reason: "EVACUATING", skipVerification: true }) },
    { message: start(7) },
  ]);
  await senderOf(fleet, new RecordingBus()).pass();
  const counted = ["StartCrashed", "StartEvacuating", "StartMissing"];
  expect(counted.map((name) => fleet.metrics.get(name))).toEqual([1, 1, 0]);
});

Deno.test("pass() reports each message that was dropped by itself, and sends the others [HAZ-12]", async () => {
  await using fleet = await freshFleet(1);
  const bus = new RecordingBus();
  await fleet.outbox.enqueueStarts([{ message: start(7) }, { message: start(0) }]);
  expect(await senderOf(fleet, bus).pass()).toMatchObject({ startsSent: 1, dropped: 1 });
  const line = fleet.log.lines.find(({ message }) => message === "Dropped a message");
  expect(line?.fields).toMatchObject({ messageId: "start-7", why: expect.any(String) });
});

Deno.test("pass() publishes on the subjects that are configured [SND-23]", async () => {
  await using fleet = await freshFleet(1);
  const bus = new RecordingBus();
  const extra = new AppFixture("extra").heartbeat(1);
  await fleet.report(extra);
  await fleet.outbox.enqueueStarts([{ message: start(0) }]);
  const stopped = stop(extra.instances[0]?.instanceGuid ?? "", {
    appGuid: "extra",
    appVersion: "extra-version",
  });
  await fleet.outbox.enqueueStops([stopped]);
  await senderOf(fleet, bus).pass();
  expect(bus.published.map(({ subject }) => subject)).toEqual(["custom.start", "custom.stop"]);
});

Deno.test("pass() sends no duplicate stop when what was to survive goes before the claim [I4] [VSP-14]", async () => {
  const gone = [
    (fleet: StoredFleet) => fleet.remove(fleet.layout.actualKey(survivor)),
    (fleet: StoredFleet) => fleet.remove(fleet.layout.presenceKey(survivor.deaGuid)),
  ];
  const target = app.instanceAtIndex(0).heartbeat();
  const survivor = app.anotherInstanceAtIndex(0).onDea("other").heartbeat();
  for (const vanish of gone) {
    await using fleet = new StoredFleet();
    const bus = new RecordingBus();
    await fleet.makeFresh();
    await fleet.desire(app.desiredState({ instances: 1 }));
    await fleet.report({ deaGuid: target.deaGuid, instances: [target] });
    await fleet.report({ deaGuid: survivor.deaGuid, instances: [survivor] });
    await fleet.outbox.enqueueStops([stop(target.instanceGuid, { reason: "DUPLICATE" })]);
    const store = beforeWriting(fleet.store, () => vanish(fleet));
    expect((await senderOf(fleet, bus, { store }).pass()).stopsSent).toBe(0);
    expect(bus.published).toEqual([]);
    expect(await fleet.read(fleet.layout.stopPrefix)).toHaveProperty(target.instanceGuid);
    await senderOf(fleet, bus).pass(); // The next pass sees that nothing would be left, and drops it.
    expect(bus.published).toEqual([]);
    expect(await fleet.read(fleet.layout.stopPrefix)).toEqual({});
  }
});

/** A store to which something happens right before it is first written. */
function beforeWriting(store: Store, happen: () => Promise<void>): Store {
  let happened = false;
  return Object.create(store, {
    get: { value: (key: string) => store.get(key) },
    range: { value: (prefix: string, options: RangeOptions) => store.range(prefix, options) },
    operationsMax: { value: store.operationsMax },
    transact: {
      value: async (transaction: Transaction) => {
        if (!happened) await happen();
        happened = true;
        return await store.transact(transaction);
      },
    },
  });
}
