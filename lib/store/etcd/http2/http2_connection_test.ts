import { expect } from "expect";
import { ErrorCode, Flag, frame, FrameReader, FrameType, numberFrame, PREFACE } from "./frames.ts";
import { encodeHeaders } from "./headers.ts";
import { type ByteStream, Http2Connection, type StreamListener } from "./http2_connection.ts";
import type { Http2Error } from "./http2_error.ts";
import type { Header } from "./static_table.ts";

const NOTHING = new Uint8Array();
const OK: readonly Header[] = [[":status", "200"]];
const PING = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]);

/** The other side: says what it is told to, and keeps what is said to it. */
class Peer implements ByteStream {
  closed = false;
  /** While it reads nothing, nothing can be written. */
  reads = true;
  readonly #said: number[] = [];
  readonly #coming: Uint8Array[] = [];
  #ended = false;
  #wake = () => {};

  say(...frames: readonly Uint8Array[]): void {
    this.#coming.push(...frames.map((bytes) => bytes.slice()));
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  async read(into: Uint8Array): Promise<number | null> {
    while (this.#coming.length === 0 && !this.#ended && !this.closed) {
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
    const [next] = this.#coming;
    if (next === undefined) return null;
    const count = Math.min(next.length, into.length);
    into.set(next.subarray(0, count));
    if (count === next.length) this.#coming.shift();
    else this.#coming[0] = next.subarray(count);
    return count;
  }

  write(bytes: Uint8Array): Promise<number> {
    if (!this.reads) return new Promise(() => {});
    this.#said.push(...bytes);
    return Promise.resolve(bytes.length);
  }

  close(): void {
    this.closed = true;
    this.#wake();
  }

  /** What kinds of frames were said to it after the preface, with their flags, oldest first. */
  get heard(): { readonly type: number; readonly flags: number; readonly stream: number }[] {
    const reader = new FrameReader(this.#said.length);
    const bytes = new Uint8Array(this.#said.slice(PREFACE.length));
    reader.room.set(bytes);
    reader.filled(bytes.length);
    const heard = [];
    for (let next = reader.next(); next !== undefined; next = reader.next()) {
      const { type, flags, stream } = next;
      heard.push({ type, flags, stream });
    }
    return heard;
  }
}

/** A call: what it heard. */
class Call implements StreamListener {
  readonly headers: Header[] = [];
  bytes = 0;
  closed = 0;
  error: Http2Error | undefined;

  onHeaders(headers: readonly Header[]): void {
    this.headers.push(...headers);
  }

  onData(bytes: Uint8Array): void {
    this.bytes += bytes.length;
  }

  onClosed(error: Http2Error | undefined): void {
    this.closed += 1;
    this.error = error;
  }
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) {
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

/** A connection with so many calls that have said all. */
function connected(calls = 1) {
  const peer = new Peer();
  const connection = new Http2Connection(peer);
  const opened = Array.from({ length: calls }, () => {
    const call = new Call();
    const id = connection.open(encodeHeaders([[":method", "POST"]]), call);
    connection.write(id, NOTHING, true);
    return { call, id };
  });
  return { peer, connection, opened, call: opened[0]?.call ?? new Call(), id: opened[0]?.id ?? 0 };
}

function headers(stream: number, of: readonly Header[], flags: number = Flag.endHeaders) {
  return frame({ type: FrameType.headers, flags, stream }, encodeHeaders(of));
}

function data(stream: number, bytes: number, flags = 0) {
  return frame({ type: FrameType.data, flags, stream }, new Uint8Array(bytes));
}

function continuation(stream: number, payload: Uint8Array, flags = 0) {
  return frame({ type: FrameType.continuation, flags, stream }, payload);
}

Deno.test("a call hears headers and data, and once that it is over [I17]", async () => {
  const { peer, call, id, connection } = connected();
  peer.say(
    headers(id, OK),
    data(id, 5),
    headers(id, [["x", "y"]], Flag.endHeaders | Flag.endStream),
  );
  await turns();
  expect([call.headers, call.bytes]).toEqual([[...OK, ["x", "y"]], 5]);
  expect([call.closed, call.error]).toEqual([1, undefined]);
  expect(connection.usable).toBe(true);
  connection.close();
  expect([peer.closed, call.closed]).toEqual([true, 1]);
});

Deno.test("settings and pings are answered, their answers are not", async () => {
  const { peer, connection } = connected(0);
  const settings = { type: FrameType.settings, flags: 0, stream: 0 };
  const ping = { type: FrameType.ping, flags: 0, stream: 0 };
  const before = peer.heard.length;
  peer.say(frame(settings, NOTHING), frame(ping, PING));
  peer.say(frame({ ...settings, flags: Flag.ack }, NOTHING), frame({ ...ping, flags: 1 }, PING));
  await turns();
  const said = peer.heard.slice(before).filter(({ flags }) => flags === Flag.ack);
  expect(said.map(({ type }) => type)).toEqual([FrameType.settings, FrameType.ping]);
  connection.close();
});

/** What a hostile or broken server may say, and what its calls are told. */
const ATTACKS: readonly {
  readonly what: string;
  readonly says: (id: number) => readonly Uint8Array[];
  readonly told: string;
}[] = [
  {
    what: "goes on with headers without an end, in empty frames",
    says: (id) => [
      headers(id, OK, 0),
      ...Array.from({ length: 1_000 }, () => continuation(id, NOTHING)),
    ],
    told: "headers in more than 32 frames",
  },
  {
    what: "goes on with headers without an end, in full frames",
    says: (id) => [
      headers(id, OK, 0),
      ...Array.from({ length: 5 }, () => continuation(id, new Uint8Array(16_384))),
    ],
    told: "headers of more than 65536 bytes",
  },
  {
    what: "says something else within headers",
    says: (id) => [headers(id, OK, 0), data(id, 1)],
    told: "it comes within headers",
  },
  {
    what: "goes on with headers of another stream",
    says: (id) => [headers(id, OK, 0), continuation(id + 2, NOTHING)],
    told: "headers that nobody began",
  },
  {
    what: "goes on with headers that nobody began",
    says: (id) => [continuation(id, NOTHING)],
    told: "headers that nobody began",
  },
  {
    what: "says headers that cannot be unpacked",
    says: (id) => [
      frame(
        { type: FrameType.headers, flags: Flag.endHeaders, stream: id },
        new Uint8Array([0xff]),
      ),
    ],
    told: "",
  },
  {
    what: "sends a frame that is longer than agreed",
    says: (id) => [data(id, 16_385)],
    told: "is it HTTP/2 at all?",
  },
  {
    what: "does not speak HTTP/2",
    says: () => [new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\n\r\n")],
    told: "is it HTTP/2 at all?",
  },
  {
    what: "grants more than a window may be",
    says: (id) => [numberFrame({ type: FrameType.windowUpdate, stream: id }, 0x7fffffff)],
    told: "larger than HTTP/2 allows",
  },
  {
    what: "grants room for nothing",
    says: () => [numberFrame({ type: FrameType.windowUpdate, stream: 0 }, 0)],
    told: "grants room for nothing",
  },
  {
    what: "pushes what nobody asked for",
    says: (id) => [frame({ type: FrameType.push, flags: 0, stream: id }, new Uint8Array(4))],
    told: "nobody asked for a push",
  },
  {
    what: "pads a frame with more than it is long",
    says: (id) => [
      frame({ type: FrameType.data, flags: Flag.padded, stream: id }, new Uint8Array([9, 0])),
    ],
    told: "shorter than its padding",
  },
  {
    what: "says settings on a stream",
    says: (id) => [frame({ type: FrameType.settings, flags: 0, stream: id }, NOTHING)],
    told: "Cannot read a frame of kind 4",
  },
  {
    what: "asks for frames of a length that is not allowed",
    says: () => [
      frame({ type: FrameType.settings, flags: 0, stream: 0 }, new Uint8Array([0, 5, 0, 0, 0, 1])),
    ],
    told: "frames of 1 bytes",
  },
];

for (const { what, says, told } of ATTACKS) {
  Deno.test(`a server that ${what} loses its connection, and every call is told once [I17]`, async () => {
    const { peer, connection, opened, id } = connected(2);
    peer.say(...says(id));
    await turns();
    expect([peer.closed, connection.usable]).toEqual([true, false]);
    for (const { call } of opened) {
      expect(call.closed).toBe(1);
      expect(call.error?.message).toContain(told);
      expect(call.error?.unsent).toBe(false);
    }
  });
}

for (
  const [what, type, payload] of [["settings", FrameType.settings, NOTHING], [
    "pings",
    FrameType.ping,
    PING,
  ]] as const
) {
  Deno.test(`a server that sends ${what} without an end and reads no answer loses its connection [I17]`, async () => {
    const { peer, connection, call } = connected();
    await turns();
    peer.reads = false;
    const asked = frame({ type, flags: 0, stream: 0 }, payload);
    peer.say(...Array.from({ length: 10_002 }, () => asked));
    await turns();
    while (connection.usable) await turns();
    expect(peer.closed).toBe(true);
    expect(call.error?.message).toContain("reads no answer");
  });
}

Deno.test("a server may send as many pings as it likes while it reads the answers", async () => {
  const { peer, connection, call } = connected();
  const asked = frame({ type: FrameType.ping, flags: 0, stream: 0 }, PING);
  for (let round = 0; round < 30; round += 1) {
    peer.say(...Array.from({ length: 1_000 }, () => asked));
    await turns();
  }
  expect([connection.usable, call.closed]).toEqual([true, 0]);
  connection.close();
});

Deno.test("a server that falls silent in the middle of a frame and goes away is noticed", async () => {
  const { peer, connection, call, id } = connected();
  peer.say(data(id, 100).subarray(0, 50));
  peer.end();
  await turns();
  expect([connection.usable, call.closed, call.bytes]).toEqual([false, 1, 0]);
  expect(call.error?.message).toContain("closed by the other side");
});

Deno.test("what is said of a stream that is no more changes nothing", async () => {
  const { peer, connection, opened } = connected(2);
  const [first, second] = opened;
  connection.cancel(first?.id ?? 0);
  for (const stream of [first?.id ?? 0, 99]) {
    peer.say(headers(stream, OK), data(stream, 9));
    peer.say(numberFrame({ type: FrameType.reset, stream }, ErrorCode.cancel));
    peer.say(numberFrame({ type: FrameType.windowUpdate, stream }, 5));
  }
  peer.say(headers(second?.id ?? 0, OK));
  await turns();
  expect([first?.call.closed, first?.call.bytes, first?.call.headers]).toEqual([0, 0, []]);
  expect([second?.call.headers, connection.usable]).toEqual([OK, true]);
  connection.close();
});

Deno.test("a server that goes away ends what it has not begun, and finishes the rest", async () => {
  const { peer, connection, opened } = connected(3);
  const last = opened[1]?.id ?? 0;
  const payload = new Uint8Array([0, 0, 0, last, 0, 0, 0, 0]);
  peer.say(frame({ type: FrameType.goAway, flags: 0, stream: 0 }, payload));
  await turns();
  expect(opened.map(({ call }) => call.closed)).toEqual([0, 0, 1]);
  expect(opened[2]?.call.error?.unsent).toBe(true);
  expect([connection.usable, peer.closed]).toEqual([false, false]);
  expect(() => connection.open(NOTHING, new Call())).toThrow("takes no more calls");
  for (const { id } of opened.slice(0, 2)) {
    peer.say(headers(id, OK, Flag.endHeaders | Flag.endStream));
  }
  await turns();
  expect(opened.map(({ call }) => call.error?.message)).toEqual(
    [undefined, undefined, "the server is going away"],
  );
  expect(peer.closed).toBe(true);
});

Deno.test("a call that a server refuses has certainly not been made; one that it ends may have", async () => {
  const { peer, opened, connection } = connected(2);
  const codes = [ErrorCode.refused, ErrorCode.cancel];
  for (const [index, { id }] of opened.entries()) {
    peer.say(numberFrame({ type: FrameType.reset, stream: id }, codes[index] ?? 0));
  }
  await turns();
  expect(opened.map(({ call }) => call.error?.unsent)).toEqual([true, false]);
  connection.close();
});

Deno.test("what has come is granted anew, on a stream and on the connection", async () => {
  const { peer, connection, id, call } = connected();
  const count = 4 * 1024 * 1024 / 16_384;
  for (let part = 0; part < count; part += 1) peer.say(data(id, 16_384));
  await turns();
  while (call.bytes < count * 16_384) await turns();
  const granted = peer.heard.filter(({ type }) => type === FrameType.windowUpdate);
  expect(granted.map(({ stream }) => stream)).toEqual([0, id]); // The first when it connected.
  connection.close();
});

Deno.test("no more calls are begun than the server takes at one time", async () => {
  const { peer, connection, id } = connected();
  const payload = new Uint8Array([0, 3, 0, 0, 0, 1]);
  peer.say(frame({ type: FrameType.settings, flags: 0, stream: 0 }, payload));
  await turns();
  expect(connection.usable).toBe(false);
  peer.say(headers(id, OK, Flag.endHeaders | Flag.endStream));
  await turns();
  expect(connection.usable).toBe(true);
  connection.close();
});
