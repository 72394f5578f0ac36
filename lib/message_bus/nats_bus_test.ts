import { expect } from "expect";
import { FakeTimeProvider } from "../../test_helpers/fake_time_provider.ts";
import { EventfulLogger } from "../../test_helpers/eventful_logger.ts";
import { freePort } from "../../test_helpers/free_port.ts";
import { messageBusConformance } from "../../test_helpers/message_bus_conformance.ts";
import { MessageInbox } from "../../test_helpers/message_inbox.ts";
import { NatsRunner } from "../../test_helpers/nats_runner.ts";
import type { NatsServerConfig, TlsFiles } from "../config/config.ts";
import { MetricsRegistry } from "../helpers/metrics.ts";
import { RealTimeProvider } from "../helpers/real_time_provider.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";
import { BusUnavailableError } from "./message_bus.ts";
import { NatsBus } from "./nats_bus.ts";
import { connectToNats } from "./nats_connect.ts";

const timeout = 30_000;

interface Settings {
  readonly pingIntervalSeconds?: number;
  readonly tls?: TlsFiles;
  readonly time?: TimeProvider;
}

function optionsFor(servers: readonly NatsServerConfig[], settings: Settings = {}) {
  return {
    servers,
    pingIntervalSeconds: settings.pingIntervalSeconds ?? 20,
    tls: settings.tls,
    name: "nats_bus_test",
    time: settings.time ?? new RealTimeProvider(),
    log: new EventfulLogger(),
    metrics: new MetricsRegistry(),
  };
}

/** A server that is not there. */
function absent(): NatsServerConfig {
  return { host: "127.0.0.1", port: freePort(), user: "", password: "" };
}

messageBusConformance({
  name: "NatsBus",
  open: async () => {
    const nats = await NatsRunner.start();
    const options = optionsFor([nats.server]);
    const bus = await NatsBus.connect(options);
    const opened = [bus];
    return {
      bus,
      log: options.log,
      metrics: options.metrics,
      another: async () => {
        const connection = await NatsBus.connect(optionsFor([nats.server]));
        opened.push(connection);
        return connection;
      },
      [Symbol.asyncDispose]: async () => {
        await Promise.all(opened.map((connection) => connection.drain()));
        await nats[Symbol.asyncDispose]();
      },
    };
  },
});

for (const end of ["stop", "kill"] as const) {
  Deno.test({
    name: `NatsBus comes back with its subscriptions after a ${end} of the server [REG-32]`,
    timeout,
    fn: async () => {
      await using nats = await NatsRunner.start();
      const options = optionsFor([nats.server]);
      await using bus = await NatsBus.connect(options);
      const inbox = new MessageInbox();
      bus.subscribe("a.*", inbox.take);
      bus.subscribe("a.*", inbox.take, { queue: "q" });
      await bus.flush();
      await nats[end]();
      await options.log.waitFor("Disconnected from NATS, will reconnect");
      expect(bus.connected).toBe(false);
      expect(() => bus.publish("a.b", "lost?")).toThrow("NATS is disconnected");
      await expect(bus.flush()).rejects.toThrow(BusUnavailableError);
      await expect(bus.request("a.b", "", { timeoutMs: 10 })).rejects.toThrow(BusUnavailableError);
      await nats.restart();
      await options.log.waitFor("Reconnected to NATS");
      expect(bus.connected).toBe(true);
      bus.publish("a.b", "1");
      await inbox.waitFor(2);
      expect(inbox.texts).toEqual(["1", "1"]);
      expect(options.log.messages("warn")).toEqual(["Disconnected from NATS, will reconnect"]);
      expect(options.metrics.get("message_bus_reconnects")).toBe(1);
    },
  });
}

Deno.test({
  name: "NatsBus.connect() passes over a first server that is down [REG-53]",
  timeout,
  fn: async () => {
    await using nats = await NatsRunner.start({ user: "second", password: "its own" });
    const down = { ...absent(), user: "first", password: "another" };
    const options = optionsFor([down, nats.server]);
    await using bus = await NatsBus.connect(options);
    await bus.flush();
    expect(options.log.messages("warn")).toEqual(["Cannot reach NATS, will try again"]);
    expect(options.log.lines[0]?.fields["server"]).toBe(`127.0.0.1:${down.port}`);
  },
});

Deno.test({
  name: "NatsBus goes over to another server, with that one's credentials [REG-53]",
  timeout,
  fn: async () => {
    await using first = await NatsRunner.start({ user: "one", password: "secret one" });
    await using second = await NatsRunner.start({ user: "two", password: "secret two" });
    const options = optionsFor([first.server, second.server]);
    await using bus = await NatsBus.connect(options);
    const inbox = new MessageInbox();
    bus.subscribe("a", inbox.take);
    await bus.flush();
    await first.stop();
    const line = await options.log.waitFor("Reconnected to NATS");
    expect(line.fields["server"]).toBe(`127.0.0.1:${second.port}`);
    bus.publish("a", "1");
    await inbox.waitFor(1);
  },
});

Deno.test({
  name: "NatsBus.connect() waits for a server that is not there yet, and says so once",
  timeout,
  fn: async () => {
    const server = absent();
    const time = new FakeTimeProvider();
    const options = optionsFor([server], { time });
    const connecting = NatsBus.connect(options);
    for (let round = 0; round < 3; round += 1) {
      await time.waitForSleeper();
      time.advance(5_000);
    }
    await time.waitForSleeper();
    expect(options.log.messages("warn")).toEqual(["Cannot reach NATS, will try again"]);
    expect(options.metrics.get("message_bus_connect_errors")).toBe(4);
    await using _nats = await NatsRunner.start({ port: server.port });
    time.advance(5_000);
    await using bus = await connecting;
    await bus.flush();
    expect(options.log.messages("info")).toEqual(["Connected to NATS"]);
  },
});

Deno.test({
  name: "NatsBus.connect() gives up when it is told to",
  timeout,
  fn: async () => {
    const time = new FakeTimeProvider();
    const stop = new AbortController();
    const connecting = NatsBus.connect({
      ...optionsFor([absent()], { time }),
      signal: stop.signal,
    });
    await time.waitForSleeper();
    stop.abort(new Error("told to stop"));
    await expect(connecting).rejects.toThrow("told to stop");
  },
});

Deno.test({
  name: "NatsBus.connect() gives up in the middle of an attempt, and leaves nothing open",
  timeout,
  fn: async () => {
    using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const server = { host: "127.0.0.1", port: silent.addr.port, user: "", password: "" };
    const stop = new AbortController();
    const connecting = NatsBus.connect({ ...optionsFor([server]), signal: stop.signal });
    using connection = await silent.accept();
    stop.abort(new Error("told to stop"));
    await expect(connecting).rejects.toThrow("told to stop");
    await connection.write(new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\n"));
    expect(await connection.read(new Uint8Array(1))).toBeNull();
  },
});

Deno.test("NatsBus.connect() refuses an empty list of servers", async () => {
  await expect(NatsBus.connect(optionsFor([]))).rejects.toThrow("no server is named");
});

Deno.test({
  name: "NatsBus.connect() survives being refused a hundred times, and shows no password",
  timeout: 60_000,
  fn: async () => {
    await using nats = await NatsRunner.start({ user: "hm", password: "right" });
    const time = new FakeTimeProvider();
    const wrong = { ...nats.server, password: "wrong" };
    const options = optionsFor([wrong], { time });
    const stop = new AbortController();
    // Several at once: that the server's reset meets a socket nobody listens to is a matter of chance.
    const connecting = Array.from({ length: 5 }, (_, index) => {
      const log = index === 0 ? options.log : new EventfulLogger();
      return NatsBus.connect({ ...options, log, signal: stop.signal });
    });
    for (let round = 0; round < 100; round += 1) {
      await time.waitForSleeper(connecting.length);
      time.advance(5_000);
    }
    stop.abort(new Error("enough"));
    for (const each of connecting) await expect(each).rejects.toThrow("enough");
    const refusals = options.log.lines.filter(({ level }) => level === "error");
    expect(refusals.length).toBe(9);
    expect(refusals[0]?.message).toBe("NATS refuses us, will try again");
    expect(refusals[0]?.fields["user"]).toBe("hm");
    expect(Deno.inspect(options.log.lines, { depth: 20 })).not.toContain("wrong");
  },
});

Deno.test({
  name: "NatsBus comes back when a server that refuses it for a while takes it again",
  timeout,
  fn: async () => {
    const port = freePort();
    const server = { host: "127.0.0.1", port, user: "hm", password: "right" };
    const time = new FakeTimeProvider();
    const options = optionsFor([server], { time });
    const first = await NatsRunner.start({ port, user: "hm", password: "right" });
    await using bus = await NatsBus.connect(options);
    await first[Symbol.asyncDispose]();
    const changed = await NatsRunner.start({ port, user: "hm", password: "changed" });
    // More than two refusals in a row, after which the client by itself would give up for good.
    for (let refusal = 1; refusal <= 4; refusal += 1) {
      await options.log.waitFor("NATS refuses us, will try again", refusal);
      time.advance(60_000);
    }
    await changed[Symbol.asyncDispose]();
    await using _last = await NatsRunner.start({ port, user: "hm", password: "right" });
    await options.log.waitFor("Reconnected to NATS");
    await bus.flush();
    expect(options.log.messages("warn")).toEqual(["Disconnected from NATS, will reconnect"]);
    expect(options.log.messages("info")).toEqual(["Connected to NATS", "Reconnected to NATS"]);
  },
});

Deno.test({
  name: "NatsBus notices a server that hangs",
  timeout,
  fn: async () => {
    await using nats = await NatsRunner.start();
    const options = optionsFor([nats.server], { pingIntervalSeconds: 0.2 });
    await using bus = await NatsBus.connect(options);
    nats.pause();
    // The signal takes a moment to stop the server, which may answer once more meanwhile.
    const flushForEver = async () => {
      while (true) await bus.flush();
    };
    await expect(flushForEver()).rejects.toThrow(BusUnavailableError);
    await options.log.waitFor("Disconnected from NATS, will reconnect");
    nats.resume();
    await options.log.waitFor("Reconnected to NATS");
    await bus.flush();
    expect(options.log.messages("warn")).toContain("NATS does not answer pings, connecting anew");
  },
});

Deno.test({
  name: "NatsBus drains while the server is away",
  timeout,
  fn: async () => {
    const nats = await NatsRunner.start();
    const options = optionsFor([nats.server]);
    const bus = await NatsBus.connect(options);
    bus.subscribe("a", () => {});
    await nats[Symbol.asyncDispose]();
    await options.log.waitFor("Disconnected from NATS, will reconnect");
    await bus.drain();
    expect(await bus.closed).toBeUndefined();
  },
});

Deno.test({
  name: "NatsBus says which subject its user may not use",
  timeout,
  fn: async () => {
    const folder = await Deno.makeTempDir({ prefix: "hm9000-nats-" });
    const file = `${folder}/nats.conf`;
    await Deno.writeTextFile(
      file,
      `authorization { users [ { user: hm, password: pw, permissions: {
        publish: ["allowed", "_INBOX.>"], subscribe: ["allowed", "_INBOX.>"] } } ] }`,
    );
    await using nats = await NatsRunner.start({ args: ["--config", file] });
    const options = optionsFor([{ ...nats.server, user: "hm", password: "pw" }]);
    await using bus = await NatsBus.connect(options);
    bus.publish("forbidden.out", "");
    bus.subscribe("forbidden.in", () => {});
    await options.log.waitFor("NATS does not permit this", 2);
    const lines = options.log.lines.filter(({ level }) => level === "error");
    expect(lines.map(({ fields }) => [fields["operation"], fields["subject"]])).toEqual([
      ["publish", "forbidden.out"],
      ["subscription", "forbidden.in"],
    ]);
    await Deno.remove(folder, { recursive: true });
  },
});

Deno.test({
  name: "NatsBus tells when its connection is closed for good [DMN-24]",
  timeout,
  fn: async () => {
    await using nats = await NatsRunner.start();
    const options = optionsFor([nats.server]);
    const connection = await connectToNats(options);
    const bus = new NatsBus(connection, options);
    await connection.close();
    expect(await bus.closed).toBeInstanceOf(BusUnavailableError);
    expect(options.log.messages("error")).toEqual(["NATS connection closed for good"]);
    expect(bus.connected).toBe(false);
    await bus.drain();
  },
});

Deno.test({
  name: "NatsBus.connect() says that a server does not speak NATS",
  timeout,
  fn: async () => {
    for (const hello of ["", "SSH-2.0-OpenSSH_9.2\r\n", "x".repeat(100_000)]) {
      using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const greet = async () => {
        using connection = await listener.accept();
        if (hello !== "") await connection.write(new TextEncoder().encode(hello));
      };
      const greeted = greet();
      const server = { host: "127.0.0.1", port: listener.addr.port, user: "", password: "" };
      const stop = new AbortController();
      const options = optionsFor([server]);
      const connecting = NatsBus.connect({ ...options, signal: stop.signal });
      const line = await options.log.waitFor("Cannot reach NATS, will try again");
      stop.abort(new Error("enough"));
      await expect(connecting).rejects.toThrow("enough");
      await greeted;
      expect(String(line.fields["error"])).toMatch(/does not speak NATS|unexpected response/);
    }
  },
});
