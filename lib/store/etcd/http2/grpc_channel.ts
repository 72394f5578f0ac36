/**
 * gRPC calls to one server over one HTTP/2 connection, which is made when it is first needed and again
 * when it has gone. There are no retries: whoever calls is told what became of it.
 *
 * @module
 */

import type { Buffer } from "node:buffer";
import { aborted } from "../../../helpers/aborted.ts";
import { WireCode, WireError } from "../wire_error.ts";
import type { TlsPem } from "../wire_options.ts";
import { connectHttp2 } from "./connect.ts";
import { encodeHeaders } from "./headers.ts";
import type { Http2Connection, StreamListener } from "./http2_connection.ts";
import { Http2Error } from "./http2_error.ts";
import { framedMessage, MessageReader, MessageTooLargeError } from "./message_reader.ts";
import { statusError } from "./grpc_status.ts";
import type { Header } from "./static_table.ts";

/** Answers up to this many bytes; longer ones are refused, and asked for in smaller pages. */
const ANSWER_MAX_BYTES = 32 * 1024 * 1024;
/** Headers of one answer, first and last together; etcd's are about ten. */
const HEADERS_MAX = 256;
/** Packed headers that are kept: there are as many as methods, times the tokens of late. */
const HEADERS_KEPT_MAX = 64;

/** A call. */
export interface GrpcCall {
  /** `/package.Service/Method`. */
  readonly path: string;
  readonly token: string | undefined;
  /** What is said at once. */
  readonly requests: readonly Uint8Array[];
  /** Nothing more will be said, so that the server ends the call when it has answered. */
  readonly ends: boolean;
  /** Ends the call: nothing more is heard of it. */
  readonly signal: AbortSignal;
  /**
   * When the signal ends the call, it is because no answer has come: the other end of the connection may be
   * gone without a word, and the next call makes a new one.
   */
  readonly overdueWhenEnded: boolean;
}

/** Hears the answers of a call. */
export interface GrpcListener {
  onMessage(message: Buffer): void;
  /** The last of it; undefined when the call has ended well. */
  onEnd(error: WireError | undefined): void;
}

/** The calls to one server. */
export class GrpcChannel {
  readonly #url: URL;
  readonly #name: string;
  readonly #tls: TlsPem | undefined;
  readonly #headers = new Map<string, Uint8Array>();
  /** A connection that is being made. */
  #attempt: Promise<Http2Connection> | undefined;
  #connection: Http2Connection | undefined;

  /** @param url `http://` or `https://`, host and port */
  constructor(url: string, tls: TlsPem | undefined) {
    this.#url = new URL(url);
    this.#name = url;
    this.#tls = tls;
  }

  /**
   * Makes a call. Returns when it is on its way, or when the signal has ended it before it was.
   *
   * @throws {WireError} when there is no connection: the call has certainly done nothing
   */
  async call(call: GrpcCall, listener: GrpcListener): Promise<void> {
    try {
      const connection = await this.#connected(call);
      if (connection === undefined || call.signal.aborted) return;
      this.#begin(connection, { call, listener });
    } catch (error) {
      throw asWireError(error, this.#name);
    }
  }

  #begin(
    connection: Http2Connection,
    { call, listener }: { readonly call: GrpcCall; readonly listener: GrpcListener },
  ): void {
    const stream = new GrpcStream(listener, this.#name);
    const id = connection.open(this.#packedHeaders(call), stream);
    stream.cancel = () => connection.cancel(id);
    const cancel = () => {
      if (call.overdueWhenEnded) connection.retire();
      connection.cancel(id);
    };
    call.signal.addEventListener("abort", cancel, { once: true });
    stream.onDone = () => call.signal.removeEventListener("abort", cancel);
    const last = call.requests.length - 1;
    for (const [index, request] of call.requests.entries()) {
      connection.write(id, framedMessage(request), call.ends && index === last);
    }
  }

  /** Ends the connection, and the calls on it. */
  close(): void {
    this.#connection?.close();
    this.#attempt = undefined;
  }

  /** The connection that all who need one wait for; undefined when the signal is aborted first. */
  async #connected({ signal }: GrpcCall): Promise<Http2Connection | undefined> {
    if (this.#connection?.usable) return this.#connection;
    const attempt = this.#attempt ??= this.#connect();
    const ended = aborted(signal).then(() => {
      // Nobody knows how long the system would go on trying.
      if (this.#attempt === attempt) this.#attempt = undefined;
      return undefined;
    });
    return await Promise.race([attempt, ended]);
  }

  #connect(): Promise<Http2Connection> {
    this.#connection?.retire();
    const attempt = connectHttp2(this.#url, this.#tls);
    const done = (connection?: Http2Connection) => {
      if (this.#attempt !== attempt) return connection?.retire();
      this.#connection = connection;
      this.#attempt = undefined;
    };
    attempt.then(done, () => done());
    return attempt;
  }

  #packedHeaders({ path, token }: GrpcCall): Uint8Array {
    const name = `${path} ${token ?? ""}`;
    const kept = this.#headers.get(name);
    if (kept !== undefined) return kept;
    if (this.#headers.size >= HEADERS_KEPT_MAX) this.#headers.clear();
    const packed = encodeHeaders(callHeaders({ url: this.#url, path, token }));
    this.#headers.set(name, packed);
    return packed;
  }
}

function callHeaders(
  call: { readonly url: URL; readonly path: string; readonly token: string | undefined },
): Header[] {
  const headers: Header[] = [
    [":method", "POST"],
    [":scheme", call.url.protocol.slice(0, -1)],
    [":path", call.path],
    [":authority", call.url.host],
    ["te", "trailers"],
    ["content-type", "application/grpc"],
    // A member that has lost its leader would otherwise let a watch wait without end.
    ["hasleader", "true"],
  ];
  if (call.token !== undefined) headers.push(["token", call.token]);
  return headers;
}

/** One call on its stream. */
class GrpcStream implements StreamListener {
  readonly #listener: GrpcListener;
  readonly #server: string;
  readonly #reader = new MessageReader(ANSWER_MAX_BYTES);
  readonly #headers: Header[] = [];
  cancel = () => {};
  onDone = () => {};

  constructor(listener: GrpcListener, server: string) {
    this.#listener = listener;
    this.#server = server;
  }

  onHeaders(headers: readonly Header[]): void {
    this.#headers.push(...headers);
    if (this.#headers.length <= HEADERS_MAX) return;
    const message = `the answer has more than ${HEADERS_MAX} headers`;
    this.#giveUp(new WireError(WireCode.internal, message, { url: this.#server }));
  }

  onData(bytes: Uint8Array): void {
    // What is not gRPC's is not read as such: its headers say what it is.
    if (!isGrpc(this.#headers)) {
      return this.#giveUp(statusError(this.#headers, this.#server));
    }
    try {
      this.#reader.read(bytes, (message) => this.#listener.onMessage(message));
    } catch (error) {
      this.#giveUp(asWireError(error, this.#server));
    }
  }

  #giveUp(error: WireError | undefined): void {
    this.cancel();
    this.#end(error);
  }

  onClosed(error: Http2Error | undefined): void {
    this.#end(error ? asWireError(error, this.#server) : statusError(this.#headers, this.#server));
  }

  #end(error: WireError | undefined): void {
    this.onDone();
    this.#listener.onEnd(error);
  }
}

function isGrpc(headers: readonly Header[]): boolean {
  const found = new Map(headers);
  return found.get(":status") === "200" &&
    (found.get("content-type") ?? "").startsWith("application/grpc");
}

function asWireError(cause: unknown, url: string): WireError {
  if (cause instanceof Http2Error) {
    const options = { url, unsent: cause.unsent, cause };
    return new WireError(WireCode.unavailable, cause.message, options);
  }
  const message = cause instanceof Error ? cause.message : String(cause);
  const tooLarge = cause instanceof MessageTooLargeError;
  const code = tooLarge ? WireCode.resourceExhausted : WireCode.internal;
  return new WireError(code, message, { url, cause });
}
