/**
 * etcd over gRPC, as close to the protocol as it goes: messages in etcd's own encoding, on one HTTP/2
 * connection of our own. A fleet of a million instances is written and watched through here; npm's client
 * spends more on a transaction than etcd does (`etcd3_wire.ts` is that one).
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { GrpcChannel } from "./http2/grpc_channel.ts";
import { MessageInbox, WATCH_WAITING_MAX_BYTES } from "./message_inbox.ts";
import type { Message } from "./messages.ts";
import {
  MessageWire,
  type Transport,
  type UnaryCall,
  type WatchCallOptions,
} from "./message_wire.ts";
import { decodeRareResponse, encodeRareRequest, type RareCall } from "./rare_messages.ts";
import { decodeWatchResponse, encodeWatchRequest } from "./raw_watch.ts";
import { RequestDeadline } from "./request_deadline.ts";
import type { EtcdWire, WatchRequest, WatchResponse } from "./wire.ts";
import { WireCode, WireError } from "./wire_error.ts";
import type { WireOptions } from "./wire_options.ts";

const PATHS = {
  range: "/etcdserverpb.KV/Range",
  txn: "/etcdserverpb.KV/Txn",
  leaseGrant: "/etcdserverpb.Lease/LeaseGrant",
  leaseRevoke: "/etcdserverpb.Lease/LeaseRevoke",
  leaseTimeToLive: "/etcdserverpb.Lease/LeaseTimeToLive",
  leaseKeepAlive: "/etcdserverpb.Lease/LeaseKeepAlive",
  authenticate: "/etcdserverpb.Auth/Authenticate",
  watch: "/etcdserverpb.Watch/Watch",
} as const;

const BUFFERS = {
  fromKey: (key: string) => Buffer.from(key, "latin1"),
  toKey: (bytes: Buffer) => bytes.toString("latin1"),
  fromText: (text: string) => Buffer.from(text, "utf8"),
  toText: (bytes: Buffer) => bytes.toString("utf8"),
};

/** A member over gRPC. */
export function openGrpcWire(options: WireOptions): EtcdWire {
  return new MessageWire(new GrpcTransport(options), options.credentials);
}

/** What is asked in one call. */
interface Asked {
  readonly path: string;
  readonly requests: readonly Buffer[];
  readonly token: string | undefined;
}

class GrpcTransport implements Transport<Buffer> {
  readonly url: string;
  readonly bytes = BUFFERS;
  readonly #channel: GrpcChannel;
  readonly #deadline: RequestDeadline;

  constructor(options: WireOptions) {
    this.url = options.url;
    this.#deadline = new RequestDeadline(options.url, options.requestTimeoutMs);
    this.#channel = new GrpcChannel(options.url, options.tls);
  }

  async unary(call: UnaryCall, message: Message, token: string | undefined): Promise<Message> {
    const rare = call as RareCall;
    const answer = await this.#call(PATHS[call], encodeRareRequest(rare, message), token);
    return decodeRareResponse(rare, answer);
  }

  raw(call: "range" | "txn", request: Buffer, token: string | undefined): Promise<Buffer> {
    return this.#call(PATHS[call], request, token);
  }

  async keepAlive(messages: readonly Message[], token: string | undefined): Promise<Message[]> {
    const requests = messages.map((message) => encodeRareRequest("leaseKeepAlive", message));
    const answers = await this.#ask({ path: PATHS.leaseKeepAlive, requests, token });
    return answers.map((answer) => decodeRareResponse("leaseKeepAlive", answer));
  }

  async *watch(
    request: WatchRequest,
    { token, signal }: WatchCallOptions,
  ): AsyncGenerator<WatchResponse> {
    this.#checkOpen();
    const over = new AbortController();
    const ends = AbortSignal.any([signal, this.#deadline.closed, over.signal]);
    try {
      const inbox = this.#openWatch({ request: encodeWatchRequest(request), token, signal: ends });
      for await (const bytes of inbox.messages()) yield decodeWatchResponse(bytes);
    } finally {
      over.abort();
    }
    if (signal.aborted) return;
    if (this.#deadline.closed.aborted) throw this.#deadline.error();
    throw new WireError(WireCode.unavailable, "the watch has ended", { url: this.url });
  }

  close(): Promise<void> {
    this.#deadline.close();
    this.#channel.close();
    return Promise.resolve();
  }

  #openWatch(
    { request, token, signal }: WatchCallOptions & { readonly request: Buffer },
  ): MessageInbox<Buffer> {
    const inbox = new MessageInbox<Buffer>({
      sizeOf: (bytes) => bytes.length,
      waitingMax: WATCH_WAITING_MAX_BYTES,
    });
    const end = (error?: unknown) => error === undefined ? inbox.end() : inbox.fail(error);
    signal.addEventListener("abort", () => end(), { once: true });
    const call = {
      path: PATHS.watch,
      token,
      requests: [request],
      ends: false,
      signal,
      overdueWhenEnded: false,
    };
    const onMessage = (message: Buffer) => inbox.put(message);
    this.#channel.call(call, { onMessage, onEnd: end }).catch(end);
    return inbox;
  }

  async #call(path: string, request: Buffer, token: string | undefined): Promise<Buffer> {
    const [answer] = await this.#ask({ path, requests: [request], token });
    if (answer === undefined) throw this.#incomplete("no answer");
    return answer;
  }

  /** The answers of a call in which everything is said at once, one for each request. */
  async #ask({ path, requests, token }: Asked): Promise<Buffer[]> {
    this.#checkOpen();
    const signal = this.#deadline.start();
    const answers = await new Promise<Buffer[]>((resolve, reject) => {
      const heard: Buffer[] = [];
      const onMessage = (answer: Buffer) => void heard.push(answer);
      const onEnd = (error?: unknown) => error === undefined ? resolve(heard) : reject(error);
      signal.addEventListener("abort", () => reject(this.#deadline.error()), { once: true });
      const call = { path, requests, token, ends: true, signal, overdueWhenEnded: true };
      this.#channel.call(call, { onMessage, onEnd }).catch(reject);
    });
    if (answers.length === requests.length) return answers;
    throw this.#incomplete(`${answers.length} answers to ${requests.length} requests`);
  }

  #incomplete(reason: string): WireError {
    return new WireError(WireCode.unavailable, reason, { url: this.url });
  }

  #checkOpen(): void {
    if (this.#deadline.closed.aborted) throw this.#deadline.error();
  }
}
