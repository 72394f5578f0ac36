/**
 * The calls of {@linkcode EtcdWire} over any transport that carries etcd's messages, and authentication:
 * a token is asked for when it is first needed, and again when the member says that it has ended.
 *
 * @module
 */

import type { Buffer } from "node:buffer";
import type { Credentials } from "../../models/basic_auth.ts";
import type { LeaseStatus } from "../store.ts";
import {
  authenticateRequest,
  authenticateResponse,
  type ByteCodec,
  leaseGrantRequest,
  leaseRequest,
  leaseResponse,
  type Message,
  MessageCodec,
} from "./messages.ts";
import {
  decodeRangeResponse,
  decodeTxnResponse,
  encodeRangeRequest,
  encodeTxnRequest,
} from "./raw_messages.ts";
import { probedStream } from "./probed_stream.ts";
import type {
  EtcdWire,
  RangeRequest,
  RangeResponse,
  TxnRequest,
  TxnResponse,
  WatchRequest,
  WatchResponse,
} from "./wire.ts";
import { WireCode, WireError } from "./wire_error.ts";

/** A watch that is silent for so long is asked about: its member may be gone. */
const WATCH_SILENCE_MS = 10_000;

/** A call with one request and one answer. */
export type UnaryCall =
  | "range"
  | "txn"
  | "leaseGrant"
  | "leaseRevoke"
  | "leaseTimeToLive"
  | "authenticate";

/** Carries messages to one member. Everything it throws is a {@linkcode WireError}. */
export interface Transport<Bytes> {
  readonly url: string;
  readonly bytes: ByteCodec<Bytes>;
  unary(call: UnaryCall, message: Message, token: string | undefined): Promise<Message>;
  /** A transport that carries etcd's own encoding is given it ready made for its busiest calls. */
  raw?(call: "range" | "txn", request: Buffer, token: string | undefined): Promise<Buffer>;
  /** One answer for each message, in their order. */
  keepAlive(messages: readonly Message[], token: string | undefined): Promise<Message[]>;
  /** Answers until the signal is aborted: then it returns. */
  watch(request: WatchRequest, options: WatchCallOptions): AsyncIterable<WatchResponse>;
  close(): Promise<void>;
}

/** Options of {@linkcode Transport.watch}. */
export interface WatchCallOptions {
  readonly token: string | undefined;
  readonly signal: AbortSignal;
}

/** One member, over a transport. */
export class MessageWire<Bytes> implements EtcdWire {
  readonly url: string;
  readonly #transport: Transport<Bytes>;
  readonly #codec: MessageCodec<Bytes>;
  readonly #credentials: Credentials | undefined;
  #token: Promise<string | undefined> | undefined;

  constructor(transport: Transport<Bytes>, credentials: Credentials | undefined) {
    this.url = transport.url;
    this.#transport = transport;
    this.#codec = new MessageCodec(transport.bytes);
    this.#credentials = credentials;
  }

  async range(request: RangeRequest): Promise<RangeResponse> {
    if (this.#transport.raw !== undefined) {
      return decodeRangeResponse(await this.#raw("range", encodeRangeRequest(request)));
    }
    return this.#codec.rangeResponse(await this.#unary("range", this.#codec.rangeRequest(request)));
  }

  async txn(request: TxnRequest): Promise<TxnResponse> {
    if (this.#transport.raw !== undefined) {
      return decodeTxnResponse(await this.#raw("txn", encodeTxnRequest(request)));
    }
    return this.#codec.txnResponse(await this.#unary("txn", this.#codec.txnRequest(request)));
  }

  async leaseGrant(lease: number, ttlSeconds: number): Promise<void> {
    await this.#unary("leaseGrant", leaseGrantRequest(lease, ttlSeconds));
  }

  async leaseKeepAlive(leases: readonly number[]): Promise<LeaseStatus[]> {
    const messages = leases.map((lease) => leaseRequest(lease));
    const keep = (token: string | undefined) => this.#transport.keepAlive(messages, token);
    return (await this.#authenticated(keep)).map((answer) => leaseResponse(answer));
  }

  async leaseTimeToLive(lease: number): Promise<LeaseStatus> {
    return leaseResponse(await this.#unary("leaseTimeToLive", leaseRequest(lease)));
  }

  async leaseRevoke(lease: number): Promise<void> {
    await this.#unary("leaseRevoke", leaseRequest(lease));
  }

  async *watch(request: WatchRequest, signal: AbortSignal): AsyncGenerator<WatchResponse> {
    const token = await this.#newToken();
    const watch = (until: AbortSignal) => this.#transport.watch(request, { token, signal: until });
    const probe = () => this.#probe(request.key);
    yield* probedStream(watch, { intervalMs: WATCH_SILENCE_MS, probe, signal });
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  /** Whether the member answers at all: that the key must not be read is an answer too. */
  async #probe(key: string): Promise<void> {
    try {
      await this.range({ key, keysOnly: true });
    } catch (error) {
      if (!(error instanceof WireError) || error.memberFailed) throw error;
    }
  }

  /**
   * A watch under a token that has ended is refused as if the user had no permission, so that the one
   * cannot be told from the other: each watch gets a new token.
   */
  #newToken(): Promise<string | undefined> {
    this.#token = undefined;
    return this.#currentToken();
  }

  #unary(call: UnaryCall, message: Message): Promise<Message> {
    return this.#authenticated((token) => this.#transport.unary(call, message, token));
  }

  #raw(call: "range" | "txn", request: Buffer): Promise<Buffer> {
    return this.#authenticated((token) => {
      const { raw } = this.#transport;
      if (raw === undefined) {
        throw new TypeError("Cannot call: the transport carries messages only");
      }
      return raw.call(this.#transport, call, request, token);
    });
  }

  /** A call that is refused for its token has changed nothing: it is made again with a new one, once. */
  async #authenticated<T>(call: (token: string | undefined) => Promise<T>): Promise<T> {
    if (!this.#credentials) return await call(undefined);
    const pending = this.#currentToken();
    const token = await pending;
    try {
      return await call(token);
    } catch (error) {
      if (!(error instanceof WireError && error.staleToken)) throw error;
      if (this.#token === pending) this.#token = undefined;
      return await call(await this.#currentToken());
    }
  }

  #currentToken(): Promise<string | undefined> {
    this.#token ??= this.#authenticate();
    return this.#token;
  }

  async #authenticate(): Promise<string | undefined> {
    if (!this.#credentials) return undefined;
    const { user, password } = this.#credentials;
    try {
      const request = authenticateRequest(user, password);
      return authenticateResponse(await this.#transport.unary("authenticate", request, undefined));
    } catch (error) {
      if (isAuthenticationOff(error)) return undefined;
      this.#token = undefined;
      throw asUnsent(error);
    }
  }
}

/** Credentials that nobody asks for do no harm; once they are asked for, the token counts as stale. */
function isAuthenticationOff(error: unknown): boolean {
  return error instanceof WireError && error.code === WireCode.failedPrecondition &&
    error.message.includes("authentication is not enabled");
}

/** The call that needed the token was not made. */
function asUnsent(error: unknown): unknown {
  if (!(error instanceof WireError)) return error;
  return new WireError(error.code, error.message, { url: error.url, unsent: true, cause: error });
}
