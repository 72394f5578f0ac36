import { expect } from "expect";
import { FakeLogger } from "../../test_helpers/fake_logger.ts";
import { FakeTimeProvider } from "../../test_helpers/fake_time_provider.ts";
import { aborted } from "../helpers/aborted.ts";
import { MetricsRegistry } from "../helpers/metrics.ts";
import { InProcessBus } from "../message_bus/in_process_bus.ts";
import { InProcessHub } from "../message_bus/in_process_hub.ts";
import { BusUnavailableError, type MessageBus } from "../message_bus/message_bus.ts";
import { connectWithin } from "./connect_within.ts";

function setUp() {
  const time = new FakeTimeProvider();
  const deps = { time, log: new FakeLogger(), metrics: new MetricsRegistry() };
  const stop = new AbortController();
  const bus = new InProcessBus(new InProcessHub(), deps);
  return { time, stop, bus, signal: stop.signal };
}

/** No server is there, however long one waits. */
async function nobody(signal: AbortSignal): Promise<MessageBus> {
  await aborted(signal);
  throw signal.reason;
}

Deno.test("connectWithin() gives up when no server answers in the time that was to be listened", async () => {
  const { time, signal } = setUp();
  const connecting = connectWithin({ open: nobody, forSeconds: 5, time, signal });
  await time.waitForSleeper();
  time.advance(5_000);
  await expect(connecting).rejects.toThrow(BusUnavailableError);
  await expect(connecting).rejects.toThrow("within 5 s");
});

Deno.test("connectWithin() says how much of the time is left to listen", async () => {
  const { time, signal, bus } = setUp();
  const open = () => {
    time.advance(2_000);
    return Promise.resolve(bus);
  };
  expect(await connectWithin({ open, forSeconds: 5, time, signal })).toEqual({
    bus,
    leftSeconds: 3,
  });
});

Deno.test("connectWithin() waits as long as it takes when no time was said", async () => {
  const { time, signal, stop } = setUp();
  const connecting = connectWithin({ open: nobody, forSeconds: undefined, time, signal });
  time.advance(3_600_000);
  stop.abort(new Error("told to stop"));
  await expect(connecting).rejects.toThrow("told to stop");
});

Deno.test("connectWithin() ends when it is told to stop", async () => {
  const { time, signal, stop } = setUp();
  const connecting = connectWithin({ open: nobody, forSeconds: 5, time, signal });
  stop.abort(new Error("told to stop"));
  await expect(connecting).rejects.toThrow("told to stop");
});
