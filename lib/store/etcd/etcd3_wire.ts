/**
 * etcd over gRPC, with npm `etcd3`, for whoever trusts it more than our own (`grpc_wire.ts`). Only its connection and its message definitions are used: its
 * retries, circuit breaker, watch manager and authenticator each hide a failure or end a process
 * (deps.md, section 3). Every call and every watch is a stream of its own on one HTTP/2 connection.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { Etcd3 } from "etcd3";
import { aborted } from "../../helpers/aborted.ts";
import { type DuplexStream, readStream } from "./grpc_stream.ts";
import { ReaderBehindError, WATCH_WAITING_MAX_BYTES } from "./message_inbox.ts";
import type { Message } from "./messages.ts";
import {
  MessageWire,
  type Transport,
  type UnaryCall,
  type WatchCallOptions,
} from "./message_wire.ts";
import { RequestDeadline } from "./request_deadline.ts";
import { decodeWatchResponse, encodeWatchRequest } from "./raw_watch.ts";
import type { EtcdWire, WatchRequest, WatchResponse } from "./wire.ts";
import { WireCode, WireError } from "./wire_error.ts";
import type { WireOptions } from "./wire_options.ts";

/** Answers up to this many bytes; longer ones are refused, and asked for in smaller pages. */
const ANSWER_MAX_BYTES = 32 * 1024 * 1024;

/**
 * What the server may send before we say that we have it, in bytes: gRPC's 64 KiB are less than one
 * transaction's changes, so that the watch would wait for us after each.
 */
const FLOW_CONTROL_WINDOW_BYTES = 8 * 1024 * 1024;

/** How long gRPC waits at most before it tries again to connect, in milliseconds. */
const RECONNECT_MAX_MS = 250;
/** How long an attempt to connect that fails takes, even on a busy machine, in milliseconds. */
const CONNECT_MAX_MS = 500;

const CHANNEL_OPTIONS = {
  "grpc.max_receive_message_length": ANSWER_MAX_BYTES,
  "grpc.max_send_message_length": -1,
  "grpc-node.flow_control_window": FLOW_CONTROL_WINDOW_BYTES,
  // A server that comes back is found again at once, not after the two minutes that are the default.
  "grpc.initial_reconnect_backoff_ms": 100,
  "grpc.max_reconnect_backoff_ms": RECONNECT_MAX_MS,
  // The pool that all clients of a process share keeps connections after the last of them is closed.
  "grpc.use_local_subchannel_pool": 1,
  "grpc.service_config_disable_resolution": 1,
  "grpc.enable_http_proxy": 0,
};

/** Where each call is found in etcd's services. */
const SERVICES = {
  range: "KV",
  txn: "KV",
  leaseGrant: "Lease",
  leaseRevoke: "Lease",
  leaseTimeToLive: "Lease",
  leaseKeepAlive: "Lease",
  authenticate: "Auth",
  watch: "Watch",
} as const;

const RAW_PATHS = {
  range: "/etcdserverpb.KV/Range",
  txn: "/etcdserverpb.KV/Txn",
} as const;
const WATCH_PATH = "/etcdserverpb.Watch/Watch";

const BUFFERS = {
  fromKey: (key: string) => Buffer.from(key, "latin1"),
  toKey: (bytes: Buffer) => bytes.toString("latin1"),
  fromText: (text: string) => Buffer.from(text, "utf8"),
  toText: (bytes: Buffer) => bytes.toString("utf8"),
};

/** Runs what it is given, once: no retry, no circuit breaker. */
const DIRECT = {
  execute<T>(work: (context: { readonly signal: AbortSignal }) => T | PromiseLike<T>): Promise<T> {
    return Promise.resolve().then(() => work({ signal: new AbortController().signal }));
  },
};

function asIs(bytes: Buffer): Buffer {
  return bytes;
}

/** A member over npm's client. */
export function openEtcd3Wire(options: WireOptions): EtcdWire {
  return new MessageWire(new Etcd3Transport(options), options.credentials);
}

/** gRPC's status as `grpc-js` throws it. */
interface GrpcStatus {
  readonly code?: number;
  readonly details?: string;
  readonly message?: string;
}

type UnaryMethod = (
  message: Message,
  metadata: unknown,
  options: object,
  callback: (error: GrpcStatus | null, answer: Message) => void,
) => { cancel(): void };

type StreamMethod = (metadata: unknown, options: object) => DuplexStream<Message>;

type RawStreamMethod = (
  path: string,
  serialize: (request: Buffer) => Buffer,
  deserialize: (answer: Buffer) => Buffer,
  metadata: unknown,
  options: object,
) => DuplexStream<Buffer>;

/** A stream, and what comes on it. */
interface Opened<T> {
  readonly stream: DuplexStream<T>;
  readonly received: AsyncIterable<T>;
}

type RawMethod = (
  path: string,
  serialize: (request: Buffer) => Buffer,
  deserialize: (answer: Buffer) => Buffer,
  request: Buffer,
  metadata: unknown,
  options: object,
  callback: (error: GrpcStatus | null, answer: Buffer) => void,
) => { cancel(): void };

/** etcd's methods by name, and any method by its path. */
type Methods = Readonly<Record<string, UnaryMethod>> & {
  readonly makeUnaryRequest: RawMethod;
  readonly makeBidiStreamRequest: RawStreamMethod;
  readonly leaseKeepAlive: StreamMethod;
};

/** The connection pool is etcd3's to name, and only its subclasses' to use. */
class Connection extends Etcd3 {
  async use<T>(
    call: keyof typeof SERVICES,
    work: (methods: Methods, metadata: { set(name: string, value: string): void }) => Promise<T>,
  ): Promise<T> {
    return await this.pool.withConnection(
      SERVICES[call],
      async ({ client, metadata, resource }) => {
        // A member that has lost its leader would otherwise let a watch wait without end.
        metadata.set("hasleader", "true");
        try {
          return await work(client as unknown as Methods, metadata);
        } catch (error) {
          // The other end of the connection may be gone without a word: the next call makes a new one.
          if (isTimeout(error)) resource.resetAllServices();
          throw error;
        }
      },
    );
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof WireError && error.code === WireCode.deadlineExceeded;
}

class Etcd3Transport implements Transport<Buffer> {
  readonly url: string;
  readonly bytes = BUFFERS;
  readonly #connection: Connection;
  readonly #deadline: RequestDeadline;
  /** The last call that ended did so because there was no connection. */
  #disconnected = false;

  constructor(options: WireOptions) {
    this.url = options.url;
    this.#deadline = new RequestDeadline(options.url, options.requestTimeoutMs);
    this.#connection = connect(options);
  }

  async unary(call: UnaryCall, message: Message, token: string | undefined): Promise<Message> {
    return await this.#call<Message>(call, token, (methods, metadata, callback) => {
      return methods[call]?.(message, metadata, {}, callback);
    });
  }

  async raw(
    call: "range" | "txn",
    request: Buffer,
    token: string | undefined,
  ): Promise<Buffer> {
    return await this.#call<Buffer>(call, token, (methods, metadata, callback) => {
      return methods.makeUnaryRequest(
        RAW_PATHS[call],
        asIs,
        asIs,
        request,
        metadata,
        {},
        callback,
      );
    });
  }

  async keepAlive(messages: readonly Message[], token: string | undefined): Promise<Message[]> {
    this.#checkOpen();
    const signal = this.#deadline.start();
    const { stream, received } = await this.#openKeepAlive({ token, signal });
    messages.forEach((message) => stream.write(message));
    stream.end();
    const answers: Message[] = [];
    try {
      for await (const answer of received) answers.push(answer);
    } catch (error) {
      throw this.#error(error as GrpcStatus, signal);
    }
    if (answers.length === messages.length) return answers;
    if (signal.aborted) throw this.#deadline.error();
    const reason = `${answers.length} answers to ${messages.length} keep-alives`;
    throw new WireError(WireCode.unavailable, reason, { url: this.url });
  }

  async *watch(
    request: WatchRequest,
    { token, signal }: WatchCallOptions,
  ): AsyncGenerator<WatchResponse> {
    this.#checkOpen();
    const ends = AbortSignal.any([signal, this.#deadline.closed]);
    const { stream, received } = await this.#openWatch({ token, signal: ends });
    stream.write(encodeWatchRequest(request));
    try {
      for await (const bytes of received) yield decodeWatchResponse(bytes);
    } catch (error) {
      if (error instanceof ReaderBehindError) throw error;
      throw this.#error(error as GrpcStatus, ends);
    }
    if (signal.aborted) return;
    throw new WireError(WireCode.unavailable, "the watch has ended", { url: this.url });
  }

  async close(): Promise<void> {
    this.#deadline.close();
    this.#connection.close();
    // The calls that were just cancelled end over the next turns of the event loop, and a timer that
    // waits to connect again cannot be stopped: it is let run out, give or take gRPC's jitter. An attempt
    // that is under way starts it only when it fails.
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    if (!this.#disconnected) return;
    await aborted(AbortSignal.timeout(CONNECT_MAX_MS + RECONNECT_MAX_MS * 1.5));
  }

  /** Makes a call with one answer; what it throws is a `WireError`. */
  async #call<T>(
    call: UnaryCall,
    token: string | undefined,
    begin: (
      methods: Methods,
      metadata: unknown,
      callback: (error: GrpcStatus | null, answer: T) => void,
    ) => { cancel(): void } | undefined,
  ): Promise<T> {
    this.#checkOpen();
    const signal = this.#deadline.start();
    return await this.#connection.use(call, (methods, metadata) => {
      if (token !== undefined) metadata.set("token", token);
      return new Promise((resolve, reject) => {
        const running = begin(methods, metadata, (error, answer) => {
          if (error) return reject(this.#error(error, signal));
          this.#disconnected = false;
          resolve(answer);
        });
        signal.addEventListener("abort", () => running?.cancel(), { once: true });
      });
    });
  }

  #openKeepAlive({ token, signal }: WatchCallOptions): Promise<Opened<Message>> {
    return this.#open("leaseKeepAlive", token, (methods, metadata) => {
      const stream = methods.leaseKeepAlive(metadata, {});
      return { stream, received: readStream(stream, { signal }) };
    });
  }

  #openWatch({ token, signal }: WatchCallOptions): Promise<Opened<Buffer>> {
    return this.#open("watch", token, (methods, metadata) => {
      const stream = methods.makeBidiStreamRequest(WATCH_PATH, asIs, asIs, metadata, {});
      const sizeOf = (bytes: Buffer) => bytes.length;
      return {
        stream,
        received: readStream(stream, { signal, sizeOf, waitingMax: WATCH_WAITING_MAX_BYTES }),
      };
    });
  }

  #open<T>(
    call: "leaseKeepAlive" | "watch",
    token: string | undefined,
    open: (methods: Methods, metadata: unknown) => Opened<T>,
  ): Promise<Opened<T>> {
    return this.#connection.use(call, (methods, metadata) => {
      if (token !== undefined) metadata.set("token", token);
      return Promise.resolve(open(methods, metadata));
    });
  }

  #checkOpen(): void {
    if (this.#deadline.closed.aborted) throw this.#deadline.error();
  }

  #error(error: GrpcStatus, signal: AbortSignal): WireError {
    if (error instanceof WireError) return error;
    if (signal.aborted) return this.#deadline.error(error);
    const message = error.details ?? error.message ?? "unknown";
    const unsent = /^No connection established|^Name resolution failed/.test(message);
    const options = { url: this.url, unsent, cause: error };
    if (error.code === WireCode.unavailable) this.#disconnected = true;
    return new WireError(error.code ?? WireCode.unknown, message, options);
  }
}

function connect({ url, tls }: WireOptions): Connection {
  const pem = (text: string | undefined) => text === undefined ? undefined : Buffer.from(text);
  const [ca, cert, key] = [pem(tls?.ca), pem(tls?.cert), pem(tls?.key)];
  const own = cert && key ? { certChain: cert, privateKey: key } : {};
  // etcd3 wants the authority whenever there is anything, grpc-js takes the system's for null.
  const credentials = { rootCertificate: (ca ?? null) as Buffer, ...own };
  return new Connection({
    hosts: url,
    faultHandling: { global: DIRECT, host: () => DIRECT } as never,
    grpcOptions: CHANNEL_OPTIONS,
    ...(url.startsWith("https:") ? { credentials } : {}),
  });
}
