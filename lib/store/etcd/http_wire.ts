/**
 * etcd over its own JSON gateway (`/v3/...`) and `fetch`: nothing but the runtime is needed, and it works
 * on every one (deps.md). A watch is one streaming POST, its answers one line of JSON each; so are
 * keep-alives, many in one POST.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { gatewayError, networkError } from "./http_errors.ts";
import { type Message, MessageCodec } from "./messages.ts";
import {
  MessageWire,
  type Transport,
  type UnaryCall,
  type WatchCallOptions,
} from "./message_wire.ts";
import { RequestDeadline } from "./request_deadline.ts";
import type { EtcdWire, WatchRequest, WatchResponse } from "./wire.ts";
import { WireCode, WireError } from "./wire_error.ts";
import type { WireOptions } from "./wire_options.ts";

const PATHS: Readonly<Record<UnaryCall, string>> = {
  range: "/v3/kv/range",
  txn: "/v3/kv/txn",
  leaseGrant: "/v3/lease/grant",
  leaseRevoke: "/v3/lease/revoke",
  leaseTimeToLive: "/v3/lease/timetolive",
  authenticate: "/v3/auth/authenticate",
};

/** Base64, as JSON has no bytes. */
const BASE64 = {
  fromKey: (key: string) => btoa(key),
  toKey: (bytes: string) => atob(bytes),
  fromText: (text: string) => Buffer.from(text, "utf8").toString("base64"),
  toText: (bytes: string) => Buffer.from(bytes, "base64").toString("utf8"),
};

/** A member over its JSON gateway. */
export function openHttpWire(options: WireOptions): EtcdWire {
  return new MessageWire(new HttpTransport(options), options.credentials);
}

interface Post {
  readonly path: string;
  readonly body: string;
  readonly token: string | undefined;
  readonly signal: AbortSignal;
}

class HttpTransport implements Transport<string> {
  readonly url: string;
  readonly bytes = BASE64;
  readonly #codec = new MessageCodec(BASE64);
  readonly #client: Deno.HttpClient;
  readonly #deadline: RequestDeadline;

  constructor({ url, tls, requestTimeoutMs }: WireOptions) {
    this.url = url;
    this.#deadline = new RequestDeadline(url, requestTimeoutMs);
    const trust = tls?.ca === undefined ? {} : { caCerts: [tls.ca] };
    const { cert, key } = tls ?? {};
    this.#client = cert === undefined || key === undefined
      ? Deno.createHttpClient(trust)
      : Deno.createHttpClient({ ...trust, cert, key });
  }

  async unary(call: UnaryCall, message: Message, token: string | undefined): Promise<Message> {
    const text = await this.#post(PATHS[call], JSON.stringify(message), token);
    return this.#parse(text);
  }

  /**
   * The gateway answers in order, but when it is busy it may end its answer before all are told: those that
   * are left are asked again. As each is kept alive anew, nothing is wrong with asking twice.
   */
  async keepAlive(messages: readonly Message[], token: string | undefined): Promise<Message[]> {
    const answers: Message[] = [];
    while (answers.length < messages.length) {
      const asked = messages.slice(answers.length);
      const body = asked.map((message) => JSON.stringify(message)).join("\n");
      const text = await this.#post("/v3/lease/keepalive", body, token);
      const told = text.split("\n").filter((line) => line !== "").map((line) => this.#result(line));
      if (told.length === 0 || told.length > asked.length) {
        const reason = `${told.length} answers to ${asked.length} keep-alives`;
        throw new WireError(WireCode.unavailable, reason, { url: this.url });
      }
      answers.push(...told);
    }
    return answers;
  }

  async *watch(request: WatchRequest, options: WatchCallOptions): AsyncGenerator<WatchResponse> {
    const signal = AbortSignal.any([options.signal, this.#deadline.closed]);
    try {
      const post = {
        path: "/v3/watch",
        body: JSON.stringify(this.#codec.watchRequest(request)),
        token: options.token,
        signal,
      };
      for await (const line of lines(await this.#fetch(post))) {
        yield this.#codec.watchResponse(this.#result(line));
      }
      throw new WireError(WireCode.unavailable, "the watch has ended", { url: this.url });
    } catch (error) {
      if (!options.signal.aborted) throw networkError(error, this.url);
    }
  }

  close(): Promise<void> {
    this.#deadline.close();
    this.#client.close();
    return Promise.resolve();
  }

  async #post(path: string, body: string, token: string | undefined): Promise<string> {
    const signal = this.#deadline.start();
    try {
      return await (await this.#fetch({ path, body, token, signal })).text();
    } catch (error) {
      throw signal.aborted ? this.#deadline.error(error) : networkError(error, this.url);
    }
  }

  /** @throws {WireError} when the gateway answers with an error; whatever `fetch` throws otherwise */
  async #fetch({ path, body, token, signal }: Post): Promise<Response> {
    // A member that has lost its leader would otherwise let a watch wait without end.
    const headers = new Headers({ "grpc-metadata-hasleader": "true" });
    if (token !== undefined) headers.set("authorization", token);
    const request = { method: "POST", body, headers, signal, client: this.#client };
    const response = await fetch(`${this.url}${path}`, request);
    if (response.ok) return response;
    throw gatewayError({ status: response.status, text: await response.text() }, this.url);
  }

  #parse(text: string): Message {
    try {
      return JSON.parse(text);
    } catch (cause) {
      const options = { url: this.url, cause };
      throw new WireError(WireCode.internal, "the answer is not etcd's: it is no JSON", options);
    }
  }

  /** What a line of a streamed answer holds. */
  #result(line: string): Message {
    const { result, error } = this.#parse(line);
    if (error === undefined) return (result ?? {}) as Message;
    const { "grpc_code": code, message } = error as Message;
    const reason = String(message ?? "the stream failed");
    throw new WireError(Number(code ?? WireCode.unknown), reason, { url: this.url });
  }
}

async function* lines(response: Response): AsyncGenerator<string> {
  let rest = "";
  for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const found = (rest + text).split("\n");
    rest = found.pop() ?? "";
    yield* found.filter((line) => line !== "");
  }
}
