import { expect } from "expect";
import { AppFixture } from "../../test_helpers/app.ts";
import { RecordedDecisions } from "../../test_helpers/recorded_decisions.ts";
import { SpanList } from "../../test_helpers/span_list.ts";
import { StoredFleet } from "../../test_helpers/stored_fleet.ts";
import { InProcessBus } from "../message_bus/in_process_bus.ts";
import { InProcessHub } from "../message_bus/in_process_hub.ts";
import { dropletExitedToJson } from "../models/droplet_exited.ts";
import { newPendingStart, parsePendingStart } from "../models/pending_start_message.ts";
import { LeadershipLostError, StoreUnavailableError } from "../store/store_errors.ts";
import { Evacuator, type EvacuatorDeps, type StartQueue } from "./evacuator.ts";

const app = new AppFixture("app");
const evacuation = dropletExitedToJson(app.instanceAtIndex(1).exited("DEA_EVACUATION"));

/** An evacuator at work on a bus and a store. */
class Fixture implements AsyncDisposable {
  readonly fleet = new StoredFleet(200);
  readonly recorded = new RecordedDecisions();
  readonly bus: InProcessBus;
  readonly #abort = new AbortController();
  readonly running: Promise<void>;

  constructor(
    queueOf: (fleet: StoredFleet) => StartQueue = (fleet) => fleet.outbox,
    options: Pick<EvacuatorDeps, "waitingStartsMax" | "spans"> = {},
  ) {
    const { time, random, log, metrics } = this.fleet;
    this.bus = new InProcessBus(new InProcessHub(), { time, log, metrics });
    this.running = new Evacuator({
      bus: this.bus,
      outbox: queueOf(this.fleet),
      gracePeriodSeconds: 30,
      time,
      random,
      log,
      metrics,
      decisions: this.recorded,
      ...options,
    }).run(this.#abort.signal);
  }

  async publish(payload: string): Promise<void> {
    this.bus.publish("droplet.exited", payload);
    await this.bus.flush();
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.running;
  }

  async queued() {
    const records = Object.values(await this.fleet.read(this.fleet.layout.startPrefix));
    return records.map(parsePendingStart);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort();
    await this.running.catch(() => {});
    await this.bus[Symbol.asyncDispose]();
    await this.fleet[Symbol.asyncDispose]();
  }
}

Deno.test("run() queues an unverified start at once for what an evacuating DEA loses [EVC-01] [EVC-03] [EVC-09]", async () => {
  await using fixture = new Fixture();
  await fixture.publish(evacuation);
  await fixture.stop();
  expect(await fixture.queued()).toMatchObject([{
    appGuid: "app",
    instanceIndex: 1,
    sendOn: 200,
    keepAlive: 30,
    priority: 2,
    skipVerification: true,
    reason: "EVACUATING",
  }]);
});

Deno.test("run() leaves alone what was sent for this evacuation, though its clock has just jumped [I13] [F26]", async () => {
  await using fixture = new Fixture();
  const { fleet } = fixture;
  await fixture.publish(evacuation);
  while ((await fixture.queued()).length === 0) await Promise.resolve();
  const { starts } = await fleet.outbox.list();
  await fleet.outbox.claim(starts, 200);
  const before = await fixture.queued();
  for (const jumpSeconds of [-3_600, 7_200]) {
    fleet.time.jumpTo(fleet.time.now() + jumpSeconds);
    await fixture.publish(evacuation);
  }
  await fixture.stop();
  expect(await fixture.queued()).toEqual(before);
});

Deno.test("run() replaces a start that already waits for the index [EVC-08] [HAZ-05]", async () => {
  await using fixture = new Fixture();
  await fixture.fleet.outbox.enqueueStarts([{
    message: {
      ...app.app({}),
      instanceIndex: 1,
      messageId: "old",
      sendOn: 230,
      sentOn: 0,
      keepAlive: 0,
      priority: 1,
      skipVerification: false,
      reason: "MISSING",
    },
  }]);
  await fixture.publish(evacuation);
  await fixture.stop();
  const [start, ...more] = await fixture.queued();
  expect(more).toEqual([]);
  expect(start?.reason).toBe("EVACUATING");
  expect(start?.messageId).not.toBe("old");
});

Deno.test("run() ignores garbage and other reasons, counts and says it [EVC-02] [EVC-05] [F17]", async () => {
  await using fixture = new Fixture();
  await fixture.publish("ß");
  await fixture.publish(`{"droplet":"a/../b","version":"v","reason":"DEA_EVACUATION"}`);
  await fixture.publish(dropletExitedToJson(app.instanceAtIndex(0).exited("STOPPED")));
  await fixture.stop();
  expect(await fixture.queued()).toEqual([]);
  expect(fixture.fleet.metrics.get("droplet_exited_received")).toBe(3);
  expect(fixture.fleet.metrics.get("droplet_exited_rejected")).toBe(2);
  expect(fixture.fleet.log.messages("warn")).toContain("Ignored a droplet.exited message");
});

Deno.test("run() tries again for as long as the store is away, and loses nothing [B16] [I7]", async () => {
  let failures = 2;
  await using fixture = new Fixture((fleet) => ({
    replaceStart: (message) =>
      failures-- > 0
        ? Promise.reject(new StoreUnavailableError("away"))
        : fleet.outbox.replaceStart(message),
  }));
  await fixture.publish(evacuation);
  for (let failure = 0; failure < 2; failure += 1) {
    await fixture.fleet.time.waitForSleeper();
    fixture.fleet.time.advance(10_000);
  }
  await fixture.stop();
  expect(await fixture.queued()).toHaveLength(1);
});

Deno.test("run() stores what it has heard before it ends [F29]", async () => {
  await using fixture = new Fixture();
  fixture.bus.publish("droplet.exited", evacuation);
  await fixture.bus.flush();
  await fixture.stop();
  expect(await fixture.queued()).toHaveLength(1);
});

Deno.test("run() ends when another evacuator leads [I9] [EVC-15]", async () => {
  const lost = new LeadershipLostError("evacuator", "for this test");
  await using fixture = new Fixture(() => ({ replaceStart: () => Promise.reject(lost) }));
  await fixture.publish(evacuation);
  await expect(fixture.running).rejects.toBe(lost);
});

Deno.test("run() says so when it ends before the store is back, after one last try [B16] [F29]", async () => {
  let tries = 0;
  await using fixture = new Fixture(() => ({
    replaceStart: () => {
      tries += 1;
      return Promise.reject(new StoreUnavailableError("away"));
    },
  }));
  await fixture.publish(evacuation);
  await fixture.publish(dropletExitedToJson(app.instanceAtIndex(2).exited("DEA_EVACUATION")));
  await fixture.fleet.time.waitForSleeper();
  expect(tries).toBe(1);
  await fixture.stop();
  expect(tries).toBe(2);
  const [line] = fixture.fleet.log.lines.filter(({ level }) => level === "error");
  expect(line?.message).toMatch(/^Stopped before evacuation starts were stored/);
  expect(line?.fields["starts"]).toBe(2);
});

Deno.test("run() ends when another evacuator leads, even at its last try [I9] [EVC-15]", async () => {
  const lost = new LeadershipLostError("evacuator", "for this test");
  let failure: Error = new StoreUnavailableError("away");
  await using fixture = new Fixture(() => ({ replaceStart: () => Promise.reject(failure) }));
  await fixture.publish(evacuation);
  await fixture.fleet.time.waitForSleeper();
  failure = lost;
  await expect(fixture.stop()).rejects.toBe(lost);
});

Deno.test("run() keeps a bounded number of starts while the store is away, drops and counts more", async () => {
  const away = Promise.withResolvers<void>();
  await using fixture = new Fixture(
    (fleet) => ({
      replaceStart: (message) => away.promise.then(() => fleet.outbox.replaceStart(message)),
    }),
    { waitingStartsMax: 2 },
  );
  for (const index of [0, 1, 2, 3, 1]) {
    await fixture.publish(dropletExitedToJson(app.instanceAtIndex(index).exited("DEA_EVACUATION")));
  }
  away.resolve();
  await fixture.stop();
  const { metrics, log } = fixture.fleet;
  expect((await fixture.queued()).map(({ instanceIndex }) => instanceIndex)).toEqual([0, 1]);
  expect(metrics.get("evacuation_starts_dropped")).toBe(2);
  expect(log.messages("error"))
    .toEqual(["Too many evacuation starts wait for the store, dropped one"]);
});

Deno.test("run() records an evacuation start that it queues, once, and what that replaces", async () => {
  await using fixture = new Fixture();
  const waiting = { ...app.id, instanceIndex: 1, reason: "MISSING", priority: 1 } as const;
  const message = newPendingStart(200, { ...waiting, messageId: "old", delaySeconds: 30 });
  await fixture.fleet.outbox.enqueueStarts([{ message }]);
  await fixture.publish(evacuation);
  await fixture.publish(dropletExitedToJson(app.instanceAtIndex(0).exited("DEA_EVACUATION")));
  await fixture.publish(dropletExitedToJson(app.instanceAtIndex(2).exited("STOPPED")));
  await fixture.stop();
  expect(fixture.recorded.lines).toEqual([
    "200 evacuator start_enqueued app[1] EVACUATING due 200: " +
    "its DEA evacuates; this start takes the place of one that waited",
    "200 evacuator start_enqueued app[0] EVACUATING due 200: its DEA evacuates",
  ]);
});

Deno.test("run() records nothing for an instance whose evacuation start has gone out", async () => {
  await using fixture = new Fixture((fleet) => ({
    replaceStart: async (message) => {
      await fleet.outbox.replaceStart({ ...message, messageId: "sent", sentOn: 200 });
      return await fleet.outbox.replaceStart(message);
    },
  }));
  await fixture.publish(evacuation);
  await fixture.stop();
  expect((await fixture.queued()).map(({ messageId }) => messageId)).toEqual(["sent"]);
  expect(fixture.recorded.lines).toEqual([]);
});

Deno.test("run() tells whoever takes spans of a start that it queued", async () => {
  const spans = new SpanList();
  await using fixture = new Fixture(undefined, { spans });
  const { store, layout } = fixture.fleet;
  const watching = new AbortController();
  const changes = store.watch(layout.startPrefix, { fromRevision: 1, signal: watching.signal });
  const queued = changes[Symbol.asyncIterator]().next();
  await fixture.publish(evacuation);
  await queued;
  watching.abort();
  await fixture.stop();
  expect(spans.times).toEqual([["enqueue", 200_000, 200_000]]);
});
