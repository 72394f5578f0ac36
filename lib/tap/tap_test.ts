import { expect } from "expect";
import { AppFixture } from "../../test_helpers/app.ts";
import { FakeLogger } from "../../test_helpers/fake_logger.ts";
import { FakeTimeProvider } from "../../test_helpers/fake_time_provider.ts";
import { MessagePublisher } from "../../test_helpers/message_publisher.ts";
import { MetricsRegistry } from "../helpers/metrics.ts";
import { InProcessBus } from "../message_bus/in_process_bus.ts";
import { InProcessHub } from "../message_bus/in_process_hub.ts";
import { HEARTBEAT_SUBJECT } from "../message_bus/subjects.ts";
import { tap, type TapRequest } from "./tap.ts";
import type { TappedMessage } from "./tapped_message.ts";

const HEARTBEATS: TapRequest = {
  kind: "heartbeats",
  subject: HEARTBEAT_SUBJECT,
  appGuid: undefined,
  count: undefined,
  forSeconds: undefined,
};

function setUp() {
  const log = new FakeLogger();
  const time = new FakeTimeProvider();
  const bus = new InProcessBus(new InProcessHub(), { time, log, metrics: new MetricsRegistry() });
  const shown: TappedMessage[] = [];
  const stop = new AbortController();
  const read = { byAnyone: true };
  const show = (tapped: TappedMessage) => {
    if (read.byAnyone) shown.push(tapped);
    return read.byAnyone;
  };
  const deps = { bus, time, log, show, signal: stop.signal };
  return { bus, time, shown, stop, deps, read, publisher: new MessagePublisher(bus) };
}

Deno.test("tap() shows what is published until it is told to stop, and what cannot be read as such", async () => {
  const { shown, stop, deps, publisher } = setUp();
  const tapping = tap(HEARTBEATS, deps);
  await publisher.publishHeartbeat(new AppFixture("app").heartbeat(2));
  await publisher.publishRaw(HEARTBEAT_SUBJECT, "{]");
  stop.abort();
  expect(await tapping).toBe(2);
  expect(shown.map(({ kind }) => kind)).toEqual(["heartbeat", "bad"]);
});

Deno.test("tap() ends by itself when it has shown enough, and counts only what is about the app", async () => {
  const { shown, deps, publisher } = setUp();
  const tapping = tap({ ...HEARTBEATS, appGuid: "wanted", count: 1 }, deps);
  await publisher.publishHeartbeat(new AppFixture("other").heartbeat(1));
  await publisher.publishHeartbeat(new AppFixture("wanted").heartbeat(1));
  await publisher.publishHeartbeat(new AppFixture("wanted").heartbeat(1));
  expect(await tapping).toBe(1);
  expect(shown).toEqual([expect.objectContaining({ kind: "heartbeat" })]);
});

Deno.test("tap() ends when time is up", async () => {
  const { deps, time, publisher } = setUp();
  const tapping = tap({ ...HEARTBEATS, forSeconds: 5 }, deps);
  await publisher.publishHeartbeat(new AppFixture("app").heartbeat(1));
  await time.waitForSleeper();
  time.advance(5_000);
  expect(await tapping).toBe(1);
});

Deno.test("tap() ends when nobody reads any more", async () => {
  const { deps, read, publisher } = setUp();
  const tapping = tap(HEARTBEATS, deps);
  read.byAnyone = false;
  await publisher.publishHeartbeat(new AppFixture("app").heartbeat(1));
  expect(await tapping).toBe(0);
});

Deno.test("tap() fails when the bus is lost for good", async () => {
  const { deps, bus } = setUp();
  const tapping = tap(HEARTBEATS, deps);
  await bus.flush();
  await bus.drain();
  await expect(tapping).rejects.toThrow("Cannot listen any longer");
});
