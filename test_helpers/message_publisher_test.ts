import { expect } from "expect";
import { MetricsRegistry } from "../lib/helpers/metrics.ts";
import { RealTimeProvider } from "../lib/helpers/real_time_provider.ts";
import { NatsBus } from "../lib/message_bus/nats_bus.ts";
import { parseDropletExited } from "../lib/models/droplet_exited.ts";
import { parseHeartbeat } from "../lib/models/heartbeat.ts";
import { FakeLogger } from "./fake_logger.ts";
import { MessageInbox } from "./message_inbox.ts";
import { MessagePublisher } from "./message_publisher.ts";
import { NatsRunner } from "./nats_runner.ts";

const heartbeat = {
  deaGuid: "dea",
  instances: [{
    appGuid: "app",
    appVersion: "v1",
    instanceGuid: "instance",
    instanceIndex: 0,
    state: "RUNNING",
    stateTimestamp: 100.5,
    deaGuid: "dea",
  }],
} as const;

const exited = {
  ccPartition: "default",
  appGuid: "app",
  appVersion: "v1",
  instanceGuid: "instance",
  instanceIndex: 0,
  reason: "CRASHED",
  exitStatus: 1,
  exitDescription: "out of memory",
  crashTimestamp: 100,
};

Deno.test("MessagePublisher publishes messages to the NATS bus", async () => {
  await using nats = await NatsRunner.start();
  await using bus = await NatsBus.connect({
    servers: [nats.server],
    pingIntervalSeconds: 20,
    tls: undefined,
    name: "message_publisher_test",
    time: new RealTimeProvider(),
    log: new FakeLogger(),
    metrics: new MetricsRegistry(),
  });
  const inbox = new MessageInbox();
  bus.subscribe(">", inbox.take);
  const publisher = new MessagePublisher(bus);
  await publisher.publishHeartbeat(heartbeat, { deaGuid: "other", instances: [] });
  await publisher.publishAdvertise();
  await publisher.publishDropletExited(exited);
  await publisher.publishRaw("dea.heartbeat", "garbage");
  await inbox.waitFor(5);
  expect(inbox.messages.map(({ subject }) => subject)).toEqual([
    "dea.heartbeat",
    "dea.heartbeat",
    "dea.advertise",
    "droplet.exited",
    "dea.heartbeat",
  ]);
  expect(parseHeartbeat(inbox.texts[0] ?? "").heartbeat).toEqual(heartbeat);
  expect(parseDropletExited(inbox.texts[3] ?? "")).toEqual(exited);
  expect(inbox.texts[4]).toBe("garbage");
});
