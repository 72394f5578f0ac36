import { expect } from "expect";
import { MetricsRegistry } from "../lib/helpers/metrics.ts";
import { RealTimeProvider } from "../lib/helpers/real_time_provider.ts";
import { NatsBus } from "../lib/message_bus/nats_bus.ts";
import { FakeLogger } from "./fake_logger.ts";
import { MessageInbox } from "./message_inbox.ts";
import { NatsRunner } from "./nats_runner.ts";

function connect(nats: NatsRunner): Promise<NatsBus> {
  return NatsBus.connect({
    servers: [nats.server],
    pingIntervalSeconds: 20,
    tls: undefined,
    name: "nats_runner_test",
    time: new RealTimeProvider(),
    log: new FakeLogger(),
    metrics: new MetricsRegistry(),
  });
}

async function isListening({ host, port }: NatsRunner): Promise<boolean> {
  try {
    const connection = await Deno.connect({ hostname: host, port });
    connection.close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.ConnectionRefused) return false;
    throw error;
  }
}

Deno.test("NatsRunner listens from start to dispose, and restarts on its port", async () => {
  const nats = await NatsRunner.start();
  const { port } = nats;
  expect(port).toBeGreaterThan(0);
  expect(await isListening(nats)).toBe(true);
  await nats.stop();
  await nats.stop();
  expect(await isListening(nats)).toBe(false);
  await nats.restart();
  expect(nats.port).toBe(port);
  expect(await isListening(nats)).toBe(true);
  await nats[Symbol.asyncDispose]();
  expect(await isListening(nats)).toBe(false);
});

Deno.test("NatsRunner can be disposed of while it is paused", async () => {
  const nats = await NatsRunner.start();
  nats.pause();
  await nats[Symbol.asyncDispose]();
  expect(await isListening(nats)).toBe(false);
});

Deno.test("NatsRunner.start() fails with the server's own words when it cannot get ready", async () => {
  await using nats = await NatsRunner.start();
  await expect(NatsRunner.start({ port: nats.port })).rejects.toThrow(/address already in use/);
  await expect(NatsRunner.start({ args: ["--no-such-flag"] })).rejects.toThrow(
    /ended with code \d before it was ready[^]*no-such-flag/,
  );
});

Deno.test("NatsRunner runs a cluster that passes messages on", async () => {
  await using first = await NatsRunner.start({ cluster: [] });
  await using second = await NatsRunner.start({ cluster: [first] });
  await using publisher = await connect(first);
  await using subscriber = await connect(second);
  const inbox = new MessageInbox();
  const heard = Promise.withResolvers<void>();
  subscriber.subscribe("far", (message) => {
    inbox.take(message);
    message.respond("heard");
    heard.resolve();
  });
  await subscriber.flush();
  // The second server may not have told the first of the subscription yet: ask until it has.
  while (true) {
    try {
      await publisher.request("far", "hello", { timeoutMs: 5_000 });
      break;
    } catch (error) {
      if (!String(error).includes("nobody listens")) throw error;
    }
  }
  await heard.promise;
  expect(inbox.texts).toEqual(["hello"]);
});
