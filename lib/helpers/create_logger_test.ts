import { expect } from "expect";
import fc from "fast-check";
import { FakeTimeProvider } from "../../test_helpers/fake_time_provider.ts";
import { createLogger, type CreateLoggerOptions } from "./create_logger.ts";

function setUp(more: Partial<CreateLoggerOptions> = {}) {
  let text = "";
  const state = { broken: false };
  const decoder = new TextDecoder();
  const created = createLogger({
    component: "analyzer",
    level: "INFO",
    format: "auto",
    isTerminal: false,
    stream: {
      writeSync: (bytes) => {
        if (state.broken) throw new Deno.errors.BrokenPipe("Gone");
        text += decoder.decode(bytes);
        return bytes.length;
      },
    },
    time: new FakeTimeProvider(1_393_632_000),
    ...more,
  });
  const lines = () => text.split("\n").slice(0, -1);
  return { ...created, state, lines, json: () => lines().map((line) => JSON.parse(line)) };
}

/** A syslog server in memory. */
function fakeSyslog(send: () => Promise<void> = () => Promise.resolve()) {
  const datagrams: string[] = [];
  const syslog = {
    url: "udp://127.0.0.1:514",
    hostname: "node-1",
    processId: 42,
    open: () => ({
      send: (datagram: Uint8Array) => {
        datagrams.push(new TextDecoder().decode(datagram));
        return send();
      },
      close: () => {},
    }),
  };
  return { datagrams, syslog };
}

Deno.test("createLogger() writes JSON lines where no people read, at once [CLI-13]", () => {
  const { logger, json } = setUp();
  logger.info("Pass done", { starts: 2 });
  expect(json()).toEqual([{
    timestamp: "2014-03-01T00:00:00.000Z",
    level: "INFO",
    source: "vcap.hm9000.analyzer",
    message: "Pass done",
    data: { starts: 2 },
  }]);
});

Deno.test("createLogger() writes for people on a terminal, or whatever it is told", () => {
  const begins = (more: Partial<CreateLoggerOptions>) => {
    const { logger, lines } = setUp(more);
    logger.info("Pass done");
    return lines()[0]?.slice(0, 1);
  };
  expect(begins({ isTerminal: true })).toBe("\x1b");
  expect(begins({ isTerminal: true, colors: false })).toBe("0");
  expect(begins({ format: "human" })).toBe("0");
  expect(begins({ isTerminal: true, format: "json" })).toBe("{");
});

Deno.test("createLogger() logs nothing below its level", () => {
  for (
    const [level, logged] of [
      ["DEBUG", ["DEBUG", "INFO", "WARN", "ERROR"]],
      ["INFO", ["INFO", "WARN", "ERROR"]],
      ["WARN", ["WARN", "ERROR"]],
      ["ERROR", ["ERROR"]],
    ] as const
  ) {
    const { logger, json } = setUp({ level });
    logger.debug("a");
    logger.info("a");
    logger.warn("a");
    logger.error("a");
    expect(json().map((line) => line.level)).toEqual(logged);
  }
});

Deno.test("createLogger() shows errors with their causes, and stacks at DEBUG only", () => {
  const error = new Error("Cannot read", { cause: new TypeError("refused") });
  const stackOf = (level: "DEBUG" | "INFO") => {
    const { logger, json } = setUp({ level });
    logger.error("Failed", { error });
    expect(json()[0].data.error).toMatchObject({
      name: "Error",
      message: "Cannot read",
      cause: { name: "TypeError", message: "refused" },
    });
    return json()[0].data.error.stack;
  };
  expect(stackOf("INFO")).toBe(undefined);
  expect(stackOf("DEBUG")).toContain("create_logger_test.ts");
});

Deno.test("createLogger() treats a message as text, not as a template", () => {
  const { logger, json } = setUp();
  logger.info("Count {n}", { n: 3 });
  expect(json()[0].message).toBe("Count {n}");
});

Deno.test("createLogger() keeps two loggers apart", () => {
  const [a, b] = [setUp({ level: "DEBUG" }), setUp({ level: "ERROR", component: "sender" })];
  a.logger.debug("x");
  b.logger.debug("x");
  expect([a.lines().length, b.lines().length]).toEqual([1, 0]);
});

Deno.test("createLogger() has a logger for each component of a process [CLI-13]", async () => {
  const { datagrams, syslog } = fakeSyslog();
  const { forComponent, json, close } = setUp({ syslog });
  forComponent("actual_state_listener").info("x");
  expect(json()[0].source).toBe("vcap.hm9000.listener");
  await close();
  expect(datagrams[0]).toContain(" vcap.hm9000.listener 42 ");
});

Deno.test("createLogger() never throws, and says how many lines were lost", () => {
  const { logger, state, json } = setUp();
  state.broken = true;
  logger.info("a");
  logger.info("b");
  state.broken = false;
  logger.info("c");
  logger.info("d");
  expect(json().map(({ level, message, data }) => [level, message, data])).toEqual([
    ["INFO", "c", {}],
    ["WARN", "Log lines were lost, nobody took them", { lines: 2 }],
    ["INFO", "d", {}],
  ]);
});

Deno.test("createLogger() sends lines to syslog too, all of them before it is closed [CLI-13]", async () => {
  const { datagrams, syslog } = fakeSyslog();
  const { logger, lines, close } = setUp({ syslog });
  logger.debug("hidden");
  logger.warn("Store is stale", { why: "x" });
  await close();
  expect(lines()).toHaveLength(1);
  expect(datagrams).toEqual([
    "<28>1 2014-03-01T00:00:00.000Z node-1 vcap.hm9000.analyzer 42 - - " +
    '{"message":"Store is stale","data":{"why":"x"}}',
  ]);
});

Deno.test("createLogger() says on the stream, and there alone, that syslog fails", async () => {
  const { datagrams, syslog } = fakeSyslog(() => Promise.reject(new Error("Nobody there")));
  const { logger, json, close } = setUp({ syslog });
  logger.info("a");
  logger.info("b");
  await close();
  expect(json().map(({ message }) => message)).toEqual(["a", "b", "Cannot send to syslog"]);
  expect(json()[2].data).toMatchObject({ lost: 1, error: { message: "Nobody there" } });
  expect(datagrams).toHaveLength(2);
});

Deno.test("createLogger() refuses a syslog URL that is none", () => {
  const { syslog } = fakeSyslog();
  expect(() => setUp({ syslog: { ...syslog, url: "tcp://h:1" } })).toThrow(TypeError);
});

Deno.test("createLogger() lets no secret out, in whatever format, anywhere", async () => {
  const canary = "cAnArY42";
  const fields = fc.constantFrom<Record<string, unknown>>(
    { password: canary },
    { config: { nats: [{ user: "u", password: canary }] } },
    { url: `nats://u:${canary}@host` },
    { error: new Error("a", { cause: new Error(`Authorization: Basic ${canary}`) }) },
    { body: `{"cc_auth_password": "${canary}"}` },
  );
  await fc.assert(fc.asyncProperty(
    fields,
    fc.constantFrom("human" as const, "json" as const),
    fc.constantFrom("DEBUG" as const, "INFO" as const),
    async (fields, format, level) => {
      const { datagrams, syslog } = fakeSyslog();
      const { logger, lines, close } = setUp({ format, level, syslog });
      logger.error(`Cannot reach http://u:${canary}@host`, fields);
      await close();
      expect([...lines(), ...datagrams].length).toBeGreaterThanOrEqual(2);
      expect([...lines(), ...datagrams].join("\n")).not.toContain(canary);
    },
  ));
});
