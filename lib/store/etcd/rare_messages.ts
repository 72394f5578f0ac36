/**
 * etcd's calls that are not busy, in its own encoding, by a table of their fields: leases and
 * authentication. The numbers are those of etcd's `rpc.proto`.
 *
 * @module
 */

import type { Buffer } from "node:buffer";
import type { Message } from "./messages.ts";
import { ProtoReader } from "./proto_reader.ts";
import { bytesSize, numberSize, ProtoWriter, textLength } from "./proto_writer.ts";

/** A call by this table. */
export type RareCall =
  | "leaseGrant"
  | "leaseRevoke"
  | "leaseTimeToLive"
  | "leaseKeepAlive"
  | "authenticate";

interface Field {
  readonly number: number;
  readonly name: string;
  readonly kind: "number" | "text";
}

interface Fields {
  readonly request: readonly Field[];
  readonly response: readonly Field[];
}

function int(number: number, name: string): Field {
  return { number, name, kind: "number" };
}

function text(number: number, name: string): Field {
  return { number, name, kind: "text" };
}

const FIELDS: Readonly<Record<RareCall, Fields>> = {
  leaseGrant: {
    request: [int(1, "TTL"), int(2, "ID")],
    response: [int(2, "ID"), int(3, "TTL"), text(4, "error")],
  },
  leaseRevoke: { request: [int(1, "ID")], response: [] },
  leaseTimeToLive: { request: [int(1, "ID")], response: [int(2, "ID"), int(3, "TTL")] },
  leaseKeepAlive: { request: [int(1, "ID")], response: [int(2, "ID"), int(3, "TTL")] },
  authenticate: {
    request: [text(1, "name"), text(2, "password")],
    response: [text(2, "token")],
  },
};

/** A call's request. */
export function encodeRareRequest(call: RareCall, message: Message): Buffer {
  const fields = FIELDS[call].request;
  const sizes = fields.map((field) => fieldSize(field, message));
  const writer = new ProtoWriter(sizes.reduce((sum, size) => sum + size, 0));
  for (const { number, name, kind } of fields) {
    if (kind === "number") writer.number(number, Number(message[name] ?? 0));
    else writer.text(number, String(message[name] ?? ""));
  }
  return writer.bytes;
}

function fieldSize({ name, kind }: Field, message: Message): number {
  if (kind === "number") return numberSize(Number(message[name] ?? 0));
  return bytesSize(textLength(String(message[name] ?? "")));
}

/** A call's answer. */
export function decodeRareResponse(call: RareCall, bytes: Buffer): Message {
  const fields = FIELDS[call].response;
  const reader = new ProtoReader(bytes);
  const message: Record<string, unknown> = {};
  for (let number = reader.next(); number !== 0; number = reader.next()) {
    const field = fields.find((one) => one.number === number);
    if (field === undefined) reader.skip();
    else if (field.kind === "number") message[field.name] = reader.signed();
    else message[field.name] = reader.text();
  }
  return message;
}
