import { expect } from "expect";
import { CertificateAuthority } from "../../../../test_helpers/certificate_authority.ts";
import { WireCode, type WireError } from "../wire_error.ts";
import { Flag, frame, FrameType } from "./frames.ts";
import { type GrpcCall, GrpcChannel } from "./grpc_channel.ts";
import { encodeHeaders } from "./headers.ts";
import { framedMessage } from "./message_reader.ts";
import type { Header } from "./static_table.ts";

const GRPC: readonly Header[] = [[":status", "200"], ["content-type", "application/grpc"]];
const FINE: readonly Header[] = [["grpc-status", "0"]];
const FIRST_STREAM = 1;

/** What a server says when a client has said something. */
type Speech = readonly Uint8Array[];

/** A server on this machine that says the same to whoever connects, whatever that says. */
class ScriptedServer implements AsyncDisposable {
  readonly url: string;
  connections = 0;
  readonly #listener: Deno.Listener;
  readonly #open = new Set<Deno.Conn>();
  readonly #serving: Promise<void>;

  constructor(speech: Speech, listener: Deno.Listener = listen()) {
    this.#listener = listener;
    this.url = `http://127.0.0.1:${(listener.addr as Deno.NetAddr).port}`;
    this.#serving = this.#serve(speech);
  }

  async #serve(speech: Speech): Promise<void> {
    for await (const connection of this.#listener) {
      this.connections += 1;
      this.#open.add(connection);
      void this.#talk(connection, speech).catch(() => {}); // The client has gone.
    }
  }

  async #talk(connection: Deno.Conn, speech: Speech): Promise<void> {
    const into = new Uint8Array(65_536);
    // The preface and what the client asks for may come before its first call.
    let heard = 0;
    while (heard < 150) heard += await connection.read(into) ?? 150;
    for (const bytes of speech) await connection.write(bytes);
    while (await connection.read(into) !== null);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const connection of this.#open) {
      try {
        connection.close();
      } catch {
        // It has closed already.
      }
    }
    await this.#serving;
  }
}

function listen(): Deno.Listener {
  return Deno.listen({ hostname: "127.0.0.1", port: 0 });
}

function headers(of: readonly Header[], flags: number = Flag.endHeaders): Uint8Array {
  const head = { type: FrameType.headers, flags, stream: FIRST_STREAM };
  return frame(head, encodeHeaders(of));
}

function data(bytes: Uint8Array): Uint8Array {
  return frame({ type: FrameType.data, flags: 0, stream: FIRST_STREAM }, bytes);
}

function last(of: readonly Header[]): Uint8Array {
  return headers(of, Flag.endHeaders | Flag.endStream);
}

function call(signal: AbortSignal): GrpcCall {
  return {
    path: "/etcdserverpb.KV/Range",
    token: undefined,
    requests: [new Uint8Array(100)],
    ends: true,
    signal,
    overdueWhenEnded: true,
  };
}

/** Makes a call, and returns what its listener heard when it was over. */
async function outcome(channel: GrpcChannel) {
  const ended = Promise.withResolvers<WireError | undefined>();
  const messages: string[] = [];
  let ends = 0;
  await channel.call(call(new AbortController().signal), {
    onMessage: (message) => void messages.push(message.toString()),
    onEnd: (error) => {
      ends += 1;
      ended.resolve(error);
    },
  });
  const error = await ended.promise;
  return { messages, error, ends };
}

const message = framedMessage(new TextEncoder().encode("hello"));

Deno.test("a call hears every message, and how it ended", async () => {
  await using server = new ScriptedServer([
    headers(GRPC),
    data(message.subarray(0, 3)),
    data(message.subarray(3)),
    last(FINE),
  ]);
  const channel = new GrpcChannel(server.url, undefined);
  expect(await outcome(channel)).toEqual({ messages: ["hello"], error: undefined, ends: 1 });
  channel.close();
});

/** What a server may say that is not an answer, and what whoever called is told. */
const ANSWERS: readonly {
  readonly what: string;
  readonly speech: Speech;
  readonly code: number;
  readonly told: string;
}[] = [
  {
    what: "is a web server",
    speech: [
      headers([[":status", "200"], ["content-type", "text/html"]]),
      data(new TextEncoder().encode("<html>")),
    ],
    code: WireCode.unknown,
    told: "the answer is not gRPC's (HTTP 200)",
  },
  {
    what: "is a proxy whose server is down",
    speech: [last([[":status", "503"], ["content-type", "text/plain"]])],
    code: WireCode.unavailable,
    told: "the answer is not gRPC's (HTTP 503)",
  },
  {
    what: "ends without a status",
    speech: [headers(GRPC), data(message), last([["x", "y"]])],
    code: WireCode.unknown,
    told: "the answer is not gRPC's (HTTP 200)",
  },
  {
    what: "sends data before any headers",
    speech: [data(message)],
    code: WireCode.unknown,
    told: "the answer is not gRPC's (HTTP no status)",
  },
  {
    what: "compresses what it was not asked to compress",
    speech: [headers(GRPC), data(new Uint8Array([1, 0, 0, 0, 1, 0]))],
    code: WireCode.internal,
    told: "it is compressed",
  },
  {
    what: "announces a message that is too long",
    speech: [headers(GRPC), data(new Uint8Array([0, 0xff, 0xff, 0xff, 0xff]))],
    code: WireCode.resourceExhausted,
    told: "larger than max",
  },
  {
    what: "sends headers without an end",
    speech: Array.from({ length: 300 }, () => headers(GRPC)),
    code: WireCode.internal,
    told: "more than 256 headers",
  },
  {
    what: "says what went wrong",
    speech: [last([...GRPC, ["grpc-status", "8"], ["grpc-message", "no%20space"]])],
    code: WireCode.resourceExhausted,
    told: "no space",
  },
  {
    what: "does not speak HTTP/2",
    speech: [new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\n\r\n")],
    code: WireCode.unavailable,
    told: "is it HTTP/2 at all?",
  },
];

for (const { what, speech, code, told } of ANSWERS) {
  Deno.test(`whoever calls a server that ${what} is told so, once [I17]`, async () => {
    await using server = new ScriptedServer(speech);
    const channel = new GrpcChannel(server.url, undefined);
    const { error, ends } = await outcome(channel);
    expect([error?.code, ends]).toEqual([code, 1]);
    expect(error?.message).toContain(told);
    expect(error?.url).toBe(server.url);
    channel.close();
  });
}

Deno.test("a server that falls silent is given up with the call's signal, and connected to anew [I17]", async () => {
  await using server = new ScriptedServer([headers(GRPC)]);
  const channel = new GrpcChannel(server.url, undefined);
  for (const connections of [1, 2]) {
    const patience = new AbortController();
    let heard = 0;
    await channel.call(call(patience.signal), {
      onMessage: () => heard += 1,
      onEnd: () => heard += 1,
    });
    while (server.connections < connections) {
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    patience.abort();
    expect([server.connections, heard]).toEqual([connections, 0]);
  }
  channel.close();
});

Deno.test("a call to nobody has certainly not been made", async () => {
  const listener = listen();
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  const channel = new GrpcChannel(`http://127.0.0.1:${port}`, undefined);
  const failed = await outcome(channel).catch((error) => error);
  expect(failed).toMatchObject({ name: "WireError", code: WireCode.unavailable, unsent: true });
});

Deno.test("a TLS server that does not speak HTTP/2 is refused by name [I17]", async () => {
  const folder = await Deno.makeTempDir({ prefix: "hm9000-h2-" });
  try {
    const authority = await CertificateAuthority.create(folder);
    const { caFile, certFile, keyFile } = await authority.issue("server");
    const [ca, cert, key] = await Promise.all(
      [caFile, certFile, keyFile].map((file) => Deno.readTextFile(file)),
    );
    if (cert === undefined || key === undefined) throw new Error("openssl made no certificate");
    const listener = Deno.listenTls({
      ...{ hostname: "127.0.0.1", port: 0, cert, key },
      alpnProtocols: ["http/1.1"],
    });
    await using server = new ScriptedServer([], listener);
    const channel = new GrpcChannel(server.url.replace("http:", "https:"), {
      ca,
      cert: undefined,
      key: undefined,
    });
    const failed = await outcome(channel).catch((error) => error);
    expect(failed).toMatchObject({ name: "WireError", code: WireCode.unavailable, unsent: true });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
