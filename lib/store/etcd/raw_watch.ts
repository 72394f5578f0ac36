/**
 * A watch in etcd's own encoding, written and read by hand. A fleet that starts tells every watcher of a
 * million changes within seconds, and a watcher that is slow to read them is dear to etcd: it must read
 * them from its history again.
 *
 * @module
 */

import type { Buffer } from "node:buffer";
import type { WatchEvent } from "../store.ts";
import { ProtoReader } from "./proto_reader.ts";
import { bytesSize, numberSize, ProtoWriter } from "./proto_writer.ts";
import { NO_HEADER, readEntry, readHeader, startKey } from "./raw_parts.ts";
import type { WatchRequest, WatchResponse } from "./wire.ts";

const DELETE = 1;

/** A `WatchRequest` that creates a watch; its answers may come in fragments. */
export function encodeWatchRequest({ key, end, fromRevision }: WatchRequest): Buffer {
  const start = startKey(key);
  const size = bytesSize(start.length) + bytesSize(end.length) + numberSize(fromRevision) + 2;
  const writer = new ProtoWriter(bytesSize(size));
  writer.start(1, size);
  writer.latin1(1, start);
  writer.latin1(2, end);
  writer.number(3, fromRevision);
  writer.number(8, 1);
  return writer.bytes;
}

/** A `WatchResponse`. */
export function decodeWatchResponse(bytes: Buffer): WatchResponse {
  const reader = new ProtoReader(bytes);
  const events: WatchEvent[] = [];
  let header = NO_HEADER;
  let created = false;
  let canceled = false;
  let reason = "";
  let compactRevision = 0;
  let fragment = false;
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 11) events.push(readEvent(reader.message()));
    else if (field === 1) header = readHeader(reader.message());
    else if (field === 3) created = reader.number() !== 0;
    else if (field === 4) canceled = reader.number() !== 0;
    else if (field === 5) compactRevision = reader.number();
    else if (field === 6) reason = reader.text();
    else if (field === 7) fragment = reader.number() !== 0;
    else reader.skip();
  }
  return {
    ...{ header, created, compactRevision, fragment, events },
    canceled: canceled ? reason : undefined,
  };
}

function readEvent(reader: ProtoReader): WatchEvent {
  let type = 0;
  let entry = NO_ENTRY;
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) type = reader.number();
    else if (field === 2) entry = readEntry(reader.message());
    else reader.skip();
  }
  if (type !== DELETE) return { kind: "put", entry };
  return { kind: "delete", key: entry.key, revision: entry.modRevision };
}

const NO_ENTRY = { key: "", value: "", createRevision: 0, modRevision: 0, lease: 0 };
