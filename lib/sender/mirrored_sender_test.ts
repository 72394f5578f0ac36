import { expect } from "expect";
import { AppFixture } from "../../test_helpers/app.ts";
import { MirroredFleet } from "../../test_helpers/mirrored_fleet.ts";
import { queuedStart } from "../../test_helpers/queued_messages.ts";
import { BusUnavailableError, type MessageBus } from "../message_bus/message_bus.ts";
import { putInstance } from "../store/collections/actual_state.ts";
import { UNFENCED } from "../store/fence.ts";
import { NotFreshError } from "../store/store_errors.ts";
import { type AdaptiveOptions, MirroredSender } from "./mirrored_sender.ts";

const app = new AppFixture("app");
const CONFIG = {
  pollingIntervalSeconds: 10,
  timeoutSeconds: 100,
  messageLimit: 2,
  startSubject: "hm9000.start",
  stopSubject: "hm9000.stop",
};

/** A fleet with a sender that lives on its mirror, and what it published. */
class LiveFleet extends MirroredFleet {
  readonly indices: number[] = [];
  readonly sender: MirroredSender;
  readonly bus = {
    connected: true,
    publish: (_subject: string, json: string) => {
      this.indices.push(JSON.parse(json)["instance_index"]);
    },
    flush: () => Promise.resolve(),
  };

  constructor(adaptive?: AdaptiveOptions) {
    super();
    const { switched: store, layout, time, log, metrics, mirror } = this;
    this.sender = new MirroredSender({
      ...{ store, layout, time, log, metrics, mirror, fence: UNFENCED },
      bus: this.bus as unknown as MessageBus,
      config: CONFIG,
      adaptive,
      actualFreshnessTtlSeconds: 30,
    });
    this.start();
  }

  async queue(count: number, sendOn = 200): Promise<void> {
    await this.outbox.enqueueStarts(Array.from({ length: count }, (_, instanceIndex) => {
      const messageId = `start-${instanceIndex}`;
      return { message: queuedStart(app.id, { instanceIndex, sendOn, messageId }).message };
    }));
  }

  /** The instances at these indices are seen to start. */
  async serve(indices: readonly number[]): Promise<void> {
    await this.put(this.layout.presenceKey("dea"), "dea");
    const mutations = indices.map((index) =>
      putInstance(this.layout, app.instanceAtIndex(index).heartbeat("STARTING"))
    );
    await this.store.transact({ guards: [], mutations });
  }
}

Deno.test("pass() sends what is due, once, and keeps to the limit of the polling interval [SND-05] [SND-18] [I8]", async () => {
  await using fleet = new LiveFleet();
  await fleet.makeFresh();
  await fleet.desire(app.desiredState({ instances: 5 }));
  await fleet.queue(5);
  expect(await fleet.sender.pass()).toMatchObject({ startsSent: 2, throttled: 3 });
  fleet.time.advance(500);
  expect(await fleet.sender.pass()).toMatchObject({ startsSent: 0, throttled: 3 });
  fleet.time.advance(9_500);
  expect(await fleet.sender.pass()).toMatchObject({ startsSent: 2, throttled: 1 });
  fleet.time.advance(10_000);
  expect(await fleet.sender.pass()).toMatchObject({ startsSent: 1, throttled: 0 });
  expect(fleet.indices).toEqual([0, 1, 2, 3, 4]);
});

Deno.test("pass() sends nothing early for a wall clock that has just jumped an hour ahead [I13] [I4]", async () => {
  await using fleet = new LiveFleet();
  await fleet.makeFresh();
  await fleet.desire(app.desiredState({ instances: 1 }));
  const sendOn = fleet.time.now() + 150;
  const { message } = queuedStart(app.id, { instanceIndex: 0, sendOn });
  await fleet.outbox.enqueueStarts([{ message }]);
  await fleet.sender.pass();
  fleet.time.jumpTo(fleet.time.now() + 3_600);
  await fleet.sender.pass();
  fleet.time.advance(30_000);
  await fleet.sender.pass();
  expect(fleet.indices).toEqual([]);
});

Deno.test("wake() comes when the next message falls due [SND-04] [SND-05]", async () => {
  await using fleet = new LiveFleet();
  await fleet.makeFresh();
  await fleet.desire(app.desiredState());
  await fleet.queue(1, 203);
  expect(await fleet.sender.pass()).toMatchObject({ startsSent: 0 });
  const waking = fleet.sender.wake(new AbortController().signal);
  await fleet.time.waitForSleeper();
  fleet.time.advance(3_000);
  await waking;
  expect(await fleet.sender.pass()).toMatchObject({ startsSent: 1 });
});

Deno.test("wake() comes when what is seen to start makes room, where the limit adapts", async () => {
  await using fleet = new LiveFleet({ inFlightMax: 100, inFlightSeconds: 30 });
  await fleet.makeFresh();
  await fleet.desire(app.desiredState({ instances: 20 }));
  await fleet.queue(20);
  const sent: number[] = [];
  while (true) {
    const before = fleet.indices.length;
    sent.push((await fleet.sender.pass()).startsSent);
    if (fleet.indices.length === 20) break;
    await fleet.sender.pass(); // Nothing was seen yet: nothing more is sent.
    let woken = false;
    const waking = fleet.sender.wake(new AbortController().signal).then(() => woken = true);
    await fleet.serve(fleet.indices.slice(before));
    while (!woken) {
      await fleet.mirror.caughtUp();
      fleet.time.advance(50);
    }
    await waking;
  }
  expect(sent).toEqual([2, 4, 8, 6]);
  expect(fleet.time.monotonicMs()).toBeLessThan(CONFIG.pollingIntervalSeconds * 1000);
  expect(new Set(fleet.indices).size).toBe(20);
});

Deno.test("pass() sends nothing from a store that is stale, nor over a bus that is down [SND-02] [SND-11] [I5]", async () => {
  await using fleet = new LiveFleet();
  await fleet.desire(app.desiredState());
  await fleet.queue(1);
  await expect(fleet.sender.pass()).rejects.toBeInstanceOf(NotFreshError);
  await fleet.makeFresh();
  fleet.bus.connected = false;
  await expect(fleet.sender.pass()).rejects.toBeInstanceOf(BusUnavailableError);
  fleet.bus.connected = true;
  expect((await fleet.outbox.list()).starts[0]?.message.sentOn).toBe(0);
  expect(fleet.indices).toEqual([]);
  expect(await fleet.sender.pass()).toMatchObject({ startsSent: 1 });
});

Deno.test("pass() goes by what was reported before it began, not by what it saw last [VST-12] [I1] [I11]", async () => {
  await using fleet = new LiveFleet();
  await fleet.makeFresh();
  await fleet.desire(app.desiredState());
  await fleet.queue(1);
  await fleet.mirror.caughtUp();
  await fleet.serve([0]);
  expect(await fleet.sender.pass()).toMatchObject({ startsSent: 0, dropped: 1 });
});

Deno.test("pass() discards records that nobody can read, and deletes what has expired [PEN-10] [SND-10]", async () => {
  await using fleet = new LiveFleet();
  await fleet.makeFresh();
  await fleet.desire(app.desiredState());
  await fleet.put(`${fleet.layout.startPrefix}app,app-version,7`, "corrupt");
  const sent = queuedStart(app.id, { sentOn: 170, keepAlive: 30, messageId: "sent" }).message;
  await fleet.outbox.enqueueStarts([{ message: sent }]);
  expect(await fleet.sender.pass()).toMatchObject({ startsSent: 0, expired: 1 });
  expect(await fleet.read(fleet.layout.startPrefix)).toEqual({});
});
