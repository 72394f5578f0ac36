import { setImmediate } from "node:timers";
import { expect } from "expect";
import { AppFixture } from "../../test_helpers/app.ts";
import { MirroredFleet } from "../../test_helpers/mirrored_fleet.ts";
import { InProcessBus } from "../message_bus/in_process_bus.ts";
import { InProcessHub } from "../message_bus/in_process_hub.ts";
import { newPendingStart } from "../models/pending_start_message.ts";
import { UNFENCED } from "../store/fence.ts";
import { MirroredSender } from "./mirrored_sender.ts";

const app = new AppFixture("app");

class Fixture extends MirroredFleet {
  readonly bus = new InProcessBus(new InProcessHub(), this);
  readonly started: number[] = [];
  readonly sender: MirroredSender;

  constructor(messageLimit: number) {
    super();
    this.bus.subscribe("start", ({ data }) => {
      this.started.push(JSON.parse(new TextDecoder().decode(data))["instance_index"]);
    });
    const { store, layout, time, log, metrics, mirror, bus } = this;
    this.sender = new MirroredSender({
      ...{ store, layout, time, log, metrics, mirror, bus },
      fence: UNFENCED,
      config: {
        pollingIntervalSeconds: 10,
        timeoutSeconds: 100,
        messageLimit,
        startSubject: "start",
        stopSubject: "stop",
      },
      actualFreshnessTtlSeconds: 30,
    });
  }

  static async begin(messageLimit = 60): Promise<Fixture> {
    const fixture = new Fixture(messageLimit);
    await fixture.makeFresh();
    await fixture.desire(app.desiredState({ instances: 9 }));
    fixture.start();
    return fixture;
  }

  async queue(index: number, delaySeconds: number): Promise<void> {
    const message = newPendingStart(this.time.now(), {
      ...app.id,
      instanceIndex: index,
      reason: "MISSING",
      priority: 1,
      delaySeconds,
      messageId: `start-${index}`,
    });
    await this.outbox.enqueueStarts([{ message }]);
  }

  /** Moves time until `promise` resolves, and says how many seconds that took. */
  async secondsUntil(promise: Promise<void>): Promise<number> {
    let done = false;
    promise.then(() => done = true);
    const beganAtMs = this.time.monotonicMs();
    while (!done) {
      await this.time.waitForSleeper();
      this.time.advance(250);
      await new Promise((resolve) => setImmediate(resolve));
    }
    return (this.time.monotonicMs() - beganAtMs) / 1000;
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await this.bus.drain();
    await super[Symbol.asyncDispose]();
  }
}

Deno.test("MirroredSender is woken when a start falls due, and sends it [PEN-16]", async () => {
  await using f = await Fixture.begin();
  await f.queue(0, 3);
  await f.sender.pass();
  expect(f.started).toEqual([]);
  const seconds = await f.secondsUntil(f.sender.wake(new AbortController().signal));
  expect(seconds).toBeGreaterThanOrEqual(3);
  expect(seconds).toBeLessThan(4);
  await f.sender.pass();
  expect(f.started).toEqual([0]);
});

Deno.test("MirroredSender is woken by what is queued and due at once", async () => {
  await using f = await Fixture.begin();
  await f.sender.pass();
  const waking = f.sender.wake(new AbortController().signal);
  await f.queue(1, 0);
  expect(await f.secondsUntil(waking)).toBeLessThanOrEqual(1);
});

Deno.test("MirroredSender sends no more starts in a period than one pass may, however often it passes [SND-18] [SND-22]", async () => {
  await using f = await Fixture.begin(2);
  for (const index of [0, 1, 2, 3, 4]) await f.queue(index, 0);
  await f.sender.pass();
  await f.sender.pass();
  expect(f.started).toEqual([0, 1]);
  f.time.advance(10_000);
  await f.sender.pass();
  expect(f.started).toEqual([0, 1, 2, 3]);
});

Deno.test("MirroredSender that failed waits for its period: nothing wakes it", async () => {
  await using f = await Fixture.begin();
  await f.queue(0, 0);
  await f.remove(f.layout.actualFreshKey);
  await expect(f.sender.pass()).rejects.toThrow("Cannot act");
  const resting = new AbortController();
  let woken = false;
  const waking = f.sender.wake(resting.signal).then(() => woken = true);
  for (let step = 0; step < 20; step += 1) {
    f.time.advance(250);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(woken).toBe(false);
  resting.abort();
  await waking;
});
