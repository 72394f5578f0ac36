/**
 * etcd's own messages, as protobuf's JSON mapping spells them: the one place that knows their field
 * names. gRPC and the JSON gateway differ only in what bytes look like, so that is a parameter: 64-bit
 * numbers are decimal text in both, and a field that is left out has its zero.
 *
 * @module
 */

import type { Entry, LeaseStatus, WatchEvent } from "../store.ts";
import { startKey } from "./raw_parts.ts";
import type {
  RangeRequest,
  RangeResponse,
  TxnRequest,
  TxnResponse,
  WatchRequest,
  WatchResponse,
  WireChange,
  WireCompare,
  WireHeader,
} from "./wire.ts";

/** A message, or a part of one. */
export type Message = Readonly<Record<string, unknown>>;

/** What a transport makes of bytes. */
export interface ByteCodec<Bytes> {
  /** A key, one character per byte. */
  fromKey(key: string): Bytes;
  toKey(bytes: Bytes): string;
  /** A value, UTF-8. */
  fromText(text: string): Bytes;
  toText(bytes: Bytes): string;
}

/** Makes requests and reads answers. */
export class MessageCodec<Bytes> {
  readonly #bytes: ByteCodec<Bytes>;

  constructor(bytes: ByteCodec<Bytes>) {
    this.#bytes = bytes;
  }

  rangeRequest(request: RangeRequest): Message {
    const { key, end, revision = 0, limit = 0, keysOnly = false } = request;
    return {
      ...this.#keys(key, end),
      revision: String(revision),
      limit: String(limit),
      "keys_only": keysOnly,
    };
  }

  rangeResponse(message: Message): RangeResponse {
    return {
      header: header(message),
      entries: list(message["kvs"]).map((entry) => this.#entry(entry)),
      more: message["more"] === true,
    };
  }

  txnRequest({ compares, changes, elseRead }: TxnRequest): Message {
    return {
      compare: compares.map((compare) => this.#compare(compare)),
      success: changes.map((change) => this.#change(change)),
      failure: elseRead.map((key) => ({
        "request_range": this.rangeRequest({ key, keysOnly: true }),
      })),
    };
  }

  txnResponse(message: Message): TxnResponse {
    const succeeded = message["succeeded"] === true;
    const responses = succeeded ? [] : list(message["responses"]);
    const read = responses.map((response) =>
      this.rangeResponse(part(response, "response_range")).entries[0]
    );
    return { header: header(message), succeeded, read };
  }

  watchRequest({ key, end, fromRevision }: WatchRequest): Message {
    const create = {
      ...this.#keys(key, end),
      "start_revision": String(fromRevision),
      fragment: true,
    };
    return { "create_request": create };
  }

  watchResponse(message: Message): WatchResponse {
    return {
      header: header(message),
      created: message["created"] === true,
      canceled: message["canceled"] === true ? text(message, "cancel_reason") : undefined,
      compactRevision: number(message, "compact_revision"),
      fragment: message["fragment"] === true,
      events: list(message["events"]).map((event) => this.#event(event)),
    };
  }

  #keys(key: string, end: string | undefined): Message {
    const { fromKey } = this.#bytes;
    const start = fromKey(startKey(key));
    return end === undefined ? { key: start } : { key: start, "range_end": fromKey(end) };
  }

  #compare({ key, target, result, revision }: WireCompare): Message {
    return {
      key: this.#bytes.fromKey(key),
      // As numbers: etcd3 spells their names differently from etcd.
      result: result === "equal" ? 0 : 1,
      target: target === "create" ? 1 : 2,
      [`${target}_revision`]: String(revision),
    };
  }

  #change(change: WireChange): Message {
    if (change.kind === "delete") {
      return { "request_delete_range": this.#keys(change.key, change.end) };
    }
    const { fromKey, fromText } = this.#bytes;
    const { key, value, lease } = change;
    return {
      "request_put": { key: fromKey(key), value: fromText(value), lease: String(lease) },
    };
  }

  #event(event: Message): WatchEvent {
    const entry = this.#entry(part(event, "kv"));
    if (text(event, "type").toUpperCase() !== "DELETE") return { kind: "put", entry };
    return { kind: "delete", key: entry.key, revision: entry.modRevision };
  }

  #entry(message: Message): Entry {
    const { toKey, toText } = this.#bytes;
    const key = message["key"] as Bytes | undefined;
    const value = message["value"] as Bytes | undefined;
    return {
      key: key === undefined ? "" : toKey(key),
      value: value === undefined ? "" : toText(value),
      createRevision: number(message, "create_revision"),
      modRevision: number(message, "mod_revision"),
      lease: number(message, "lease"),
    };
  }
}

/** Asks for a lease of a chosen id. */
export function leaseGrantRequest(lease: number, ttlSeconds: number): Message {
  return { ID: String(lease), TTL: String(Math.ceil(ttlSeconds)) };
}

/** Names a lease: to keep it alive, revoke it or look at it. */
export function leaseRequest(lease: number): Message {
  return { ID: String(lease) };
}

/** What is left of a lease. */
export function leaseResponse(message: Message): LeaseStatus {
  return { lease: number(message, "ID"), ttlSeconds: number(message, "TTL") };
}

/** Asks for a token. */
export function authenticateRequest(name: string, password: string): Message {
  return { name, password };
}

/** The token. */
export function authenticateResponse(message: Message): string {
  return text(message, "token");
}

function header(message: Message): WireHeader {
  const found = part(message, "header");
  return { clusterId: text(found, "cluster_id"), revision: number(found, "revision") };
}

function part(message: Message, name: string): Message {
  const found = message[name];
  return typeof found === "object" && found !== null ? found as Message : {};
}

function list(value: unknown): readonly Message[] {
  return Array.isArray(value) ? value : [];
}

function number(message: Message, name: string): number {
  return Number(message[name] ?? 0);
}

function text(message: Message, name: string): string {
  return String(message[name] ?? "");
}
