import { expect } from "expect";
import { FakeLogger } from "../../test_helpers/fake_logger.ts";
import { FakeTimeProvider } from "../../test_helpers/fake_time_provider.ts";
import { NatsRunner } from "../../test_helpers/nats_runner.ts";
import type { MessageBusConfig } from "../config/config.ts";
import { MetricsRegistry } from "../helpers/metrics.ts";
import { InProcessBus } from "./in_process_bus.ts";
import { InProcessHub } from "./in_process_hub.ts";
import { NatsBus } from "./nats_bus.ts";
import { openMessageBus } from "./open_message_bus.ts";

function setUp() {
  return {
    time: new FakeTimeProvider(),
    log: new FakeLogger(),
    metrics: new MetricsRegistry(),
    name: "open_message_bus_test",
  };
}

const nowhere: Omit<MessageBusConfig, "type"> = {
  servers: [],
  pingIntervalSeconds: 20,
  tls: undefined,
};

Deno.test("openMessageBus() connects to NATS", async () => {
  await using nats = await NatsRunner.start({ user: "hm", password: "pw" });
  const config = { ...nowhere, type: "nats", servers: [nats.server] } as const;
  await using bus = await openMessageBus(config, setUp());
  expect(bus).toBeInstanceOf(NatsBus);
  await bus.flush();
});

Deno.test("openMessageBus() waits for NATS no longer than it is told to", async () => {
  const stop = new AbortController();
  stop.abort(new Error("told to stop"));
  const servers = [{ host: "127.0.0.1", port: 1, user: "", password: "" }];
  const opening = openMessageBus({ ...nowhere, type: "nats", servers }, {
    ...setUp(),
    signal: stop.signal,
  });
  await expect(opening).rejects.toThrow("told to stop");
});

Deno.test("openMessageBus() joins the hub of an embedded system", async () => {
  const hub = new InProcessHub();
  await using bus = await openMessageBus({ ...nowhere, type: "in_process" }, { ...setUp(), hub });
  expect(bus).toBeInstanceOf(InProcessBus);
});

Deno.test("openMessageBus() says who can use the embedded bus", async () => {
  const opening = openMessageBus({ ...nowhere, type: "in_process" }, setUp());
  await expect(opening).rejects.toThrow('set it to "nats"');
});
