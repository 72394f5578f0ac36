/**
 * etcd's two busiest calls in its own encoding, written and read by hand. A transaction of 512 puts as
 * objects, each a message in a message, costs several times what etcd itself spends on it; the other calls
 * are too rare to matter and stay in `messages.ts`. The numbers are those of etcd's `rpc.proto` and
 * `kv.proto`, which never change.
 *
 * @module
 */

import type { Buffer } from "node:buffer";
import type { Entry } from "../store.ts";
import { ProtoReader } from "./proto_reader.ts";
import {
  bytesSize,
  FIELD_BYTES_MAX,
  numberSize,
  ProtoWriter,
  textLength,
  varintSize,
} from "./proto_writer.ts";
import { NO_HEADER, readEntry, readHeader, startKey } from "./raw_parts.ts";
import type {
  RangeRequest,
  RangeResponse,
  TxnRequest,
  TxnResponse,
  WireChange,
  WireCompare,
} from "./wire.ts";

/** A `RangeRequest`. */
export function encodeRangeRequest(request: RangeRequest): Buffer {
  const writer = new ProtoWriter(rangeSize(request));
  writeRange(writer, request);
  return writer.bytes;
}

/** A `TxnRequest`. */
export function encodeTxnRequest({ compares, changes, elseRead }: TxnRequest): Buffer {
  const reads = elseRead.map((key): RangeRequest => ({ key, keysOnly: true }));
  const room = compares.reduce((sum, one) => sum + compareSize(one) + FIELD_BYTES_MAX, 0) +
    changes.reduce((sum, one) => sum + changeSize(one) + FIELD_BYTES_MAX, 0) +
    reads.reduce((sum, one) => sum + rangeSize(one) + FIELD_BYTES_MAX, 0);
  const writer = new ProtoWriter(room);
  for (const compare of compares) writeCompare(writer, compare);
  for (const change of changes) writeChange(writer, change);
  for (const read of reads) {
    const size = rangeSize(read);
    writer.start(3, bytesSize(size));
    writer.start(1, size);
    writeRange(writer, read);
  }
  return writer.bytes;
}

/** A `RangeResponse`. */
export function decodeRangeResponse(bytes: Buffer): RangeResponse {
  return readRange(new ProtoReader(bytes));
}

/** A `TxnResponse`. */
export function decodeTxnResponse(bytes: Buffer): TxnResponse {
  const reader = new ProtoReader(bytes);
  let header = NO_HEADER;
  let succeeded = false;
  const read: (Entry | undefined)[] = [];
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) header = readHeader(reader.message());
    else if (field === 2) succeeded = reader.number() !== 0;
    else if (field === 3 && !succeeded) read.push(readResponse(reader.message()));
    else reader.skip();
  }
  return { header, succeeded, read: succeeded ? [] : read };
}

function rangeSize({ key, end, revision = 0, limit = 0, keysOnly = false }: RangeRequest): number {
  return keysSize(key, end) + numberSize(limit) + numberSize(revision) + (keysOnly ? 2 : 0);
}

function writeRange(writer: ProtoWriter, request: RangeRequest): void {
  const { key, end, revision = 0, limit = 0, keysOnly = false } = request;
  writer.latin1(1, startKey(key));
  if (end !== undefined) writer.latin1(2, end);
  writer.number(3, limit);
  writer.number(4, revision);
  writer.number(8, keysOnly ? 1 : 0);
}

function keysSize(key: string, end: string | undefined): number {
  return bytesSize(startKey(key).length) + (end === undefined ? 0 : bytesSize(end.length));
}

/** A comparison with 0 must be there all the same: it is one of several that exclude each other. */
function compareSize({ key, revision, result }: WireCompare): number {
  return numberSize(result === "equal" ? 0 : 1) + 2 + bytesSize(key.length) + 1 +
    varintSize(revision);
}

function writeCompare(writer: ProtoWriter, compare: WireCompare): void {
  const { key, target, result, revision } = compare;
  writer.start(1, compareSize(compare));
  writer.number(1, result === "equal" ? 0 : 1);
  writer.number(2, target === "create" ? 1 : 2);
  writer.latin1(3, key);
  writer.numberOrZero(target === "create" ? 5 : 6, revision);
}

function changeSize(change: WireChange): number {
  if (change.kind === "delete") return keysSize(change.key, change.end);
  const value = textLength(change.value);
  return bytesSize(startKey(change.key).length) + (value === 0 ? 0 : bytesSize(value)) +
    numberSize(change.lease);
}

function writeChange(writer: ProtoWriter, change: WireChange): void {
  const size = changeSize(change);
  writer.start(2, bytesSize(size));
  writer.start(change.kind === "put" ? 2 : 3, size);
  writer.latin1(1, startKey(change.key));
  if (change.kind === "delete") {
    if (change.end !== undefined) writer.latin1(2, change.end);
    return;
  }
  writer.text(2, change.value);
  writer.number(3, change.lease);
}

/** What the one operation of a failed transaction's other branch has read. */
function readResponse(reader: ProtoReader): Entry | undefined {
  let entry: Entry | undefined;
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) entry = readRange(reader.message()).entries[0];
    else reader.skip();
  }
  return entry;
}

function readRange(reader: ProtoReader): RangeResponse {
  let header = NO_HEADER;
  let more = false;
  const entries: Entry[] = [];
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) header = readHeader(reader.message());
    else if (field === 2) entries.push(readEntry(reader.message()));
    else if (field === 3) more = reader.number() !== 0;
    else reader.skip();
  }
  return { header, entries, more };
}
