import { expect } from "expect";
import { FakeLogger } from "../../test_helpers/fake_logger.ts";
import { FakeTimeProvider } from "../../test_helpers/fake_time_provider.ts";
import {
  type FetchHandler,
  type RunningServer,
  SERVER_LIMITS,
  type ServerLimits,
} from "./http_server.ts";
import { serveHttp } from "./serve_http.ts";

const BODY_BYTES_MAX = 1024 * 1024;

/** Answers with the length of what it was given. */
const echo: FetchHandler = async (request, { peer }) => {
  const { byteLength } = await request.arrayBuffer();
  return new Response(`${byteLength} from ${peer}`, {
    status: byteLength > BODY_BYTES_MAX ? 413 : 200,
  });
};

class Fixture implements AsyncDisposable {
  readonly log: FakeLogger;
  readonly #server: RunningServer;
  readonly #connections: Deno.Conn[] = [];

  constructor(server: RunningServer, log: FakeLogger) {
    this.#server = server;
    this.log = log;
  }

  static async start(limits: Partial<ServerLimits>, handler = echo): Promise<Fixture> {
    const log = new FakeLogger();
    const server = await serveHttp(handler, {
      ...{ address: "127.0.0.1", port: 0, tls: undefined, log, time: new FakeTimeProvider() },
      limits: { ...SERVER_LIMITS, bodyBytesMax: BODY_BYTES_MAX, ...limits },
    });
    return new Fixture(server, log);
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.port}/`;
  }

  async connect(): Promise<Deno.Conn> {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port: this.#server.port });
    this.#connections.push(connection);
    return connection;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const connection of this.#connections) connection.close();
    await this.#server.shutdown();
  }
}

/** What the other side says until it closes the connection. */
async function untilClosed(connection: Deno.Conn): Promise<string> {
  let said = "";
  const buffer = new Uint8Array(4096);
  try {
    for (
      let read = await connection.read(buffer);
      read !== null;
      read = await connection.read(buffer)
    ) {
      said += new TextDecoder().decode(buffer.subarray(0, read));
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.ConnectionReset)) throw error;
  }
  return said;
}

function send(connection: Deno.Conn, text: string): Promise<number> {
  return connection.write(new TextEncoder().encode(text));
}

Deno.test("serveHttp() closes a connection whose headers or body do not come in time, others go on [S11]", async () => {
  await using f = await Fixture.start({ requestSeconds: 0.2 });
  const silent = await f.connect();
  const slow = await f.connect();
  await send(slow, "GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");
  const broken = await f.connect();
  await send(broken, "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc");
  expect(await untilClosed(silent)).toMatch(/^HTTP\/1\.1 408 /);
  expect(await untilClosed(slow)).toMatch(/^HTTP\/1\.1 408 /);
  expect(await untilClosed(broken)).toMatch(/^HTTP\/1\.1 408 /);
  expect(await (await fetch(f.url)).text()).toBe("0 from 127.0.0.1");
});

Deno.test("serveHttp() closes a connection on which nothing more is asked [S11]", async () => {
  await using f = await Fixture.start({ idleSeconds: 0.2 });
  const idle = await f.connect();
  await send(idle, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  expect(await untilClosed(idle)).toMatch(/^HTTP\/1\.1 200 /);
});

Deno.test("serveHttp() keeps 1,000 idle connections from shutting out who was there before [S11]", async () => {
  await using f = await Fixture.start({ connectionsMax: 50 });
  const known = await f.connect();
  await send(known, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const buffer = new Uint8Array(4096);
  await known.read(buffer);
  const crowd: Deno.Conn[] = [];
  while (crowd.length < 1_000) crowd.push(await f.connect());
  // All but those that may stay are closed without a word.
  const refused = crowd.slice(100).map(untilClosed);
  expect(new Set(await Promise.all(refused))).toEqual(new Set([""]));
  await send(known, "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  expect(await untilClosed(known)).toMatch(/^HTTP\/1\.1 200 /);
  expect(f.log.messages("warn")).toEqual([
    "Refused a connection: as many as may be are open",
  ]);
});

Deno.test("serveHttp() does not read a body of 100 MB, whether its length is said or not [S11] [F28]", async () => {
  await using f = await Fixture.start({});
  const said = await f.connect();
  await send(
    said,
    `POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${100 * 1024 * 1024}\r\n\r\n` +
      "x".repeat(BODY_BYTES_MAX + 1),
  );
  expect(await untilClosed(said)).toMatch(/^HTTP\/1\.1 413 [^]*connection: close/i);
  let sent = 0;
  const body = new ReadableStream({
    pull(controller) {
      sent += 64 * 1024;
      if (sent > 100 * 1024 * 1024) controller.close();
      else controller.enqueue(new Uint8Array(64 * 1024));
    },
  });
  const answer = await fetch(f.url, { method: "POST", body }).then(
    async (response) => [response.status, await response.text()],
    () => "cut off", // The answer may be overtaken by the end of the connection.
  );
  if (answer !== "cut off") expect(answer).toEqual([413, expect.stringMatching(/ from 127/)]);
  expect(sent).toBeLessThan(50 * 1024 * 1024);
  expect(await (await fetch(f.url)).text()).toBe("0 from 127.0.0.1");
});

Deno.test("serveHttp() refuses what is no HTTP, and a target that is no URL", async () => {
  await using f = await Fixture.start({});
  const garbage = await f.connect();
  await send(garbage, "what is this\r\n\r\n");
  expect(await untilClosed(garbage)).toMatch(/^HTTP\/1\.1 400 /);
  const odd = await f.connect();
  await send(odd, "GET http://[ HTTP/1.1\r\nHost: localhost\r\n\r\n");
  expect(await untilClosed(odd)).toMatch(/^HTTP\/1\.1 400 /);
});

Deno.test("serveHttp() ends what is answered without an end once the client has gone", async () => {
  const ended = Promise.withResolvers<void>();
  await using f = await Fixture.start({}, () => {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode("first")),
      cancel: () => ended.resolve(),
    });
    return new Response(body);
  });
  const leaving = new AbortController();
  const response = await fetch(f.url, { signal: leaving.signal });
  await response.body?.getReader().read();
  leaving.abort();
  await ended.promise;
  expect(f.log.messages("warn")).toEqual([]);
});
