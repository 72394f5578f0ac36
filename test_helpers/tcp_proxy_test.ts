import { expect } from "expect";
import { FakeTimeProvider } from "./fake_time_provider.ts";
import { TcpProxy } from "./tcp_proxy.ts";

Deno.test("TcpProxy passes both directions on, and the end of each", async () => {
  await using world = openWorld();
  using client = await world.connect();
  await client.write(bytes("hello"));
  await client.closeWrite();
  expect(await readAll(client)).toBe("hello");
  await world.proxy.waitForConnections(0);
  expect(world.proxy.accepted).toBe(1);
});

Deno.test("TcpProxy.spoil() delays every piece by the same time", async () => {
  await using world = openWorld();
  using client = await world.connect();
  world.proxy.spoil({ delayMs: 500 });
  await client.write(bytes("late"));
  const answer = read(client);
  await world.time.waitForSleeper();
  world.time.advance(499);
  expect(world.received).toEqual([]);
  world.time.advance(1);
  await world.time.waitForSleeper(); // on the way back
  expect(world.received).toEqual(["late"]);
  world.time.advance(500);
  expect(await answer).toBe("late");
});

Deno.test("TcpProxy.spoil() slices what passes into small pieces, in order", async () => {
  await using world = openWorld();
  world.proxy.spoil({ sliceBytes: 2 });
  using client = await world.connect();
  const text = "0123456789".repeat(20);
  await client.write(bytes(text));
  await client.closeWrite();
  expect(await readAll(client)).toBe(text);
  expect(world.received.join("")).toBe(text);
});

Deno.test("TcpProxy.spoil() lets no more through than the width allows", async () => {
  await using world = openWorld();
  world.proxy.spoil({ bytesPerSecond: 10 });
  using client = await world.connect();
  await client.write(bytes("0123456789abcde"));
  await client.closeWrite();
  await world.time.waitForSleeper(2); // ten bytes went up, and came back: each way rests a second
  expect(world.received.join("")).toBe("0123456789");
  world.time.advance(1000);
  await world.time.waitForSleeper(2);
  world.time.advance(500);
  expect(await readAll(client)).toBe("0123456789abcde");
});

Deno.test("TcpProxy.spoil() silences one direction, and what was held back passes afterwards", async () => {
  await using world = openWorld();
  using client = await world.connect();
  world.proxy.spoil({ silent: "down" });
  await client.write(bytes("question"));
  await world.hears("question");
  world.proxy.heal();
  expect(await read(client)).toBe("question");
});

Deno.test("TcpProxy.spoil() takes connections and says nothing, when silent in both directions", async () => {
  await using world = openWorld();
  world.proxy.spoil({ silent: "both" });
  using client = await world.connect();
  await world.proxy.waitForConnections(1);
  await client.write(bytes("anybody?"));
  expect(world.received).toEqual([]);
  world.proxy.heal();
  expect(await read(client)).toBe("anybody?");
});

Deno.test("TcpProxy.cut() ends all connections, silent and delayed ones too; new ones are welcome", async () => {
  await using world = openWorld();
  using first = await world.connect();
  using second = await world.connect();
  await world.proxy.waitForConnections(2);
  world.proxy.spoil({ silent: "both", delayMs: 60_000 });
  await first.write(bytes("never"));
  world.proxy.cut();
  await world.proxy.waitForConnections(0);
  expect(await ending(first)).toBe("ended");
  expect(await ending(second)).toBe("ended");
  world.proxy.heal();
  using third = await world.connect();
  await third.write(bytes("again"));
  expect(await read(third)).toBe("again");
});

for (const silent of ["up", "both"] as const) {
  Deno.test(`TcpProxy spoils (${silent}) and cuts one connection and leaves the others alone`, async () => {
    await using world = openWorld();
    using first = await world.connect();
    using second = await world.connect();
    await world.proxy.waitForConnections(2);
    world.proxy.connections[0]?.spoil({ silent });
    await first.write(bytes("first"));
    await second.write(bytes("second"));
    expect(await read(second)).toBe("second");
    expect(world.received).toEqual(["second"]);
    world.proxy.connections[0]?.cut();
    expect(await ending(first)).toBe("ended");
    expect(world.proxy.connections).toHaveLength(1);
  });
}

Deno.test("TcpProxy.refuse() turns new connections away until it is healed", async () => {
  await using world = openWorld();
  using before = await world.connect();
  await world.proxy.waitForConnections(1);
  world.proxy.refuse();
  using refused = await world.connect();
  expect(await ending(refused)).toBe("ended");
  await before.write(bytes("still"));
  expect(await read(before)).toBe("still");
  world.proxy.heal();
  using after = await world.connect();
  await after.write(bytes("here"));
  expect(await read(after)).toBe("here");
});

Deno.test("TcpProxy ends a connection whose server is not there", async () => {
  const gone = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = gone.addr;
  gone.close();
  await using proxy = TcpProxy.start({ port });
  using client = await Deno.connect({ hostname: "127.0.0.1", port: proxy.port });
  expect(await ending(client)).toBe("ended");
});

/** A proxy in front of a server that says what it hears. */
class World implements AsyncDisposable {
  readonly time = new FakeTimeProvider();
  readonly received: string[] = [];
  readonly proxy: TcpProxy;
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #serving: Promise<void>;
  #heard = Promise.withResolvers<void>();

  constructor() {
    this.proxy = TcpProxy.start({ port: this.#listener.addr.port, time: this.time });
    this.#serving = this.#serve();
  }

  async connect(): Promise<Deno.TcpConn> {
    return await Deno.connect({ hostname: "127.0.0.1", port: this.proxy.port });
  }

  /** Resolves when all that was heard is this. */
  async hears(text: string): Promise<void> {
    while (this.received.join("") !== text) await this.#heard.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.proxy[Symbol.asyncDispose]();
    this.#listener.close();
    await this.#serving;
  }

  async #serve(): Promise<void> {
    const echoing: Promise<void>[] = [];
    for await (const conn of this.#listener) echoing.push(this.#echo(conn));
    await Promise.all(echoing);
  }

  async #echo(conn: Deno.TcpConn): Promise<void> {
    const buffer = new Uint8Array(1024);
    try {
      for (;;) {
        const count = await conn.read(buffer);
        if (count === null) break;
        this.received.push(new TextDecoder().decode(buffer.subarray(0, count)));
        this.#heard.resolve();
        this.#heard = Promise.withResolvers();
        await conn.write(buffer.subarray(0, count));
      }
    } catch {
      // The proxy cut the connection.
    }
    conn.close();
  }
}

function openWorld(): World {
  return new World();
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

async function read(conn: Deno.TcpConn): Promise<string> {
  const buffer = new Uint8Array(1024);
  const count = await conn.read(buffer);
  return new TextDecoder().decode(buffer.subarray(0, count ?? 0));
}

async function readAll(conn: Deno.TcpConn): Promise<string> {
  let all = "";
  for (let text = await read(conn); text !== ""; text = await read(conn)) all += text;
  return all;
}

/** "ended" once the other side has closed, orderly or not. */
async function ending(conn: Deno.TcpConn): Promise<string> {
  const text = await read(conn).catch(() => "");
  return text === "" ? "ended" : text;
}
