import { expect } from "expect";
import { FakeLogger } from "../../test_helpers/fake_logger.ts";
import { FakeTimeProvider } from "../../test_helpers/fake_time_provider.ts";
import { messageBusConformance } from "../../test_helpers/message_bus_conformance.ts";
import { textOf } from "../../test_helpers/message_inbox.ts";
import { MetricsRegistry } from "../helpers/metrics.ts";
import { InProcessBus } from "./in_process_bus.ts";
import { InProcessHub } from "./in_process_hub.ts";
import { PENDING_MESSAGES_MAX } from "./in_process_subscription.ts";
import { BusUnavailableError } from "./message_bus.ts";

function setUp() {
  const hub = new InProcessHub();
  const log = new FakeLogger();
  const metrics = new MetricsRegistry();
  const time = new FakeTimeProvider();
  return { hub, log, metrics, time, bus: new InProcessBus(hub, { time, log, metrics }) };
}

messageBusConformance({
  name: "InProcessBus",
  open: () => {
    const { hub, log, metrics, time, bus } = setUp();
    const opened = [bus];
    return Promise.resolve({
      bus,
      log,
      metrics,
      another: () => {
        const connection = new InProcessBus(hub, { time, log, metrics });
        opened.push(connection);
        return Promise.resolve(connection);
      },
      elapse: async (ms) => {
        await time.waitForSleeper();
        time.advance(ms);
      },
      [Symbol.asyncDispose]: async () => {
        await Promise.all(opened.map((connection) => connection.drain()));
      },
    });
  },
});

Deno.test("InProcessBus takes turns within a queue group", async () => {
  const { bus } = setUp();
  const received: string[] = [];
  for (const name of ["a", "b", "c"]) {
    bus.subscribe("s", (message) => void received.push(name + textOf(message)), { queue: "q" });
  }
  for (let index = 0; index < 6; index += 1) bus.publish("s", String(index));
  await bus.flush();
  expect(received).toEqual(["a0", "b1", "c2", "a3", "b4", "c5"]);
  await bus.drain();
});

Deno.test("InProcessBus loses nothing silently while its hub is down", async () => {
  const { bus, hub } = setUp();
  const received: string[] = [];
  bus.subscribe("a", (message) => void received.push(textOf(message)));
  hub.goDown();
  expect(bus.connected).toBe(false);
  expect(() => bus.publish("a", "lost?")).toThrow(BusUnavailableError);
  await expect(bus.flush()).rejects.toThrow("Cannot flush: the bus is down");
  hub.comeBack();
  bus.publish("a", "there again");
  await bus.flush();
  expect(received).toEqual(["there again"]);
  await bus.drain();
});

Deno.test("InProcessBus bounds what waits for a subscriber", async () => {
  const { bus, log, metrics } = setUp();
  let received = 0;
  bus.subscribe("a", () => void (received += 1));
  for (let index = 0; index < PENDING_MESSAGES_MAX + 10; index += 1) bus.publish("a", "");
  await bus.flush();
  expect(received).toBe(PENDING_MESSAGES_MAX);
  expect(metrics.get("message_bus_dropped_messages")).toBe(10);
  expect(log.messages("warn").length).toBe(1);
  await bus.drain();
});

Deno.test("InProcessBus leaves the publisher its buffer", async () => {
  const { bus } = setUp();
  const received: number[] = [];
  bus.subscribe("a", ({ data }) => void received.push(...data));
  const buffer = Uint8Array.of(1);
  bus.publish("a", buffer);
  buffer[0] = 2;
  await bus.flush();
  expect(received).toEqual([1]);
  await bus.drain();
});

Deno.test("InProcessBus gives up its requests when it closes", async () => {
  const { bus, time } = setUp();
  bus.subscribe("silent", () => {});
  const request = bus.request("silent", "", { timeoutMs: 1000 });
  await time.waitForSleeper();
  await Promise.all([
    expect(request).rejects.toThrow('Cannot request "silent": the connection was closed'),
    bus.drain(),
  ]);
  expect(time.sleepers).toBe(0);
});
