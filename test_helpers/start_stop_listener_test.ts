import { expect } from "expect";
import { InProcessBus } from "../lib/message_bus/in_process_bus.ts";
import { InProcessHub } from "../lib/message_bus/in_process_hub.ts";
import { MetricsRegistry } from "../lib/helpers/metrics.ts";
import { startMessageToJson } from "../lib/models/start_message.ts";
import { stopMessageToJson } from "../lib/models/stop_message.ts";
import { FakeLogger } from "./fake_logger.ts";
import { FakeTimeProvider } from "./fake_time_provider.ts";
import { StartStopListener } from "./start_stop_listener.ts";

async function setUp() {
  const time = new FakeTimeProvider();
  const deps = { time, log: new FakeLogger(), metrics: new MetricsRegistry() };
  const bus = new InProcessBus(new InProcessHub(), deps);
  const listener = await StartStopListener.start(bus, { time });
  return { time, bus, listener };
}

function start(instanceIndex: number): string {
  return startMessageToJson({
    messageId: `start-${instanceIndex}`,
    appGuid: "app",
    appVersion: "v1",
    instanceIndex,
  });
}

const stop = stopMessageToJson({
  messageId: "stop-0",
  appGuid: "app",
  appVersion: "v1",
  instanceGuid: "instance",
  instanceIndex: 0,
  isDuplicate: false,
});

Deno.test("StartStopListener collects starts and stops in the order of arrival", async () => {
  const { bus, listener } = await setUp();
  bus.publish("hm9000.start", start(0));
  bus.publish("hm9000.stop", stop);
  bus.publish("hm9000.start", start(1));
  await listener.waitForCount(3);
  expect(listener.received.map(({ message }) => message.messageId))
    .toEqual(["start-0", "stop-0", "start-1"]);
  expect(listener.starts.map(({ instanceIndex }) => instanceIndex)).toEqual([0, 1]);
  expect(listener.stops.map(({ instanceGuid }) => instanceGuid)).toEqual(["instance"]);
  listener.reset();
  expect(listener.received).toEqual([]);
  await bus.drain();
});

Deno.test("StartStopListener waits for the message that is asked for", async () => {
  const { bus, listener, time } = await setUp();
  const second = listener.waitForStart(({ instanceIndex }) => instanceIndex === 1);
  const anyStop = listener.waitForStop();
  bus.publish("hm9000.start", start(0));
  bus.publish("hm9000.start", start(1));
  bus.publish("hm9000.stop", stop);
  expect((await second).messageId).toBe("start-1");
  expect((await anyStop).messageId).toBe("stop-0");
  expect((await listener.waitForStart()).messageId).toBe("start-0");
  expect(time.sleepers).toBe(0);
  await bus.drain();
});

Deno.test("StartStopListener says what it saw when the expected did not come", async () => {
  const { bus, listener, time } = await setUp();
  bus.publish("hm9000.start", start(7));
  const waiting = listener.waitForStop(undefined, { timeoutMs: 100 });
  await time.waitForSleeper();
  time.advance(100);
  await expect(waiting).rejects.toThrow(/stop message: none came within 100 ms.*\n.*start-7/);
  listener.reset();
  const again = listener.waitForStart(undefined, { timeoutMs: 100 });
  await time.waitForSleeper();
  time.advance(100);
  await expect(again).rejects.toThrow("and no other message either");
  await bus.drain();
});

Deno.test("StartStopListener does not overlook a message it cannot read", async () => {
  const { bus, listener } = await setUp();
  const waiting = listener.waitForStart();
  bus.publish("hm9000.start", '{"droplet":1}');
  await expect(waiting).rejects.toThrow('Cannot read a message to "hm9000.start": {"droplet":1}');
  await bus.drain();
});

Deno.test("StartStopListener stops listening when it is disposed of", async () => {
  const { bus, listener } = await setUp();
  await listener[Symbol.asyncDispose]();
  bus.publish("hm9000.start", start(0));
  await bus.flush();
  expect(listener.received).toEqual([]);
  await bus.drain();
});
