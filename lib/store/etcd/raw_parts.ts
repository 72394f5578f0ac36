/**
 * What etcd's messages have in common, read by hand: the header of every answer, and a key with what it
 * holds.
 *
 * @module
 */

import type { Entry } from "../store.ts";
import type { ProtoReader } from "./proto_reader.ts";
import type { WireHeader } from "./wire.ts";

/** An empty key would mean none at all; no key stands before a zero byte. */
export function startKey(key: string): string {
  return key === "" ? "\0" : key;
}

/** The header of an answer that has none. */
export const NO_HEADER: WireHeader = { clusterId: "0", revision: 0 };

/** A `ResponseHeader`. */
export function readHeader(reader: ProtoReader): WireHeader {
  let { clusterId, revision } = NO_HEADER;
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) clusterId = reader.decimal();
    else if (field === 3) revision = reader.number();
    else reader.skip();
  }
  return { clusterId, revision };
}

/** A `KeyValue`. */
export function readEntry(reader: ProtoReader): Entry {
  let key = "";
  let value = "";
  let createRevision = 0;
  let modRevision = 0;
  let lease = 0;
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) key = reader.latin1();
    else if (field === 2) createRevision = reader.number();
    else if (field === 3) modRevision = reader.number();
    else if (field === 5) value = reader.text();
    else if (field === 6) lease = reader.number();
    else reader.skip();
  }
  return { key, value, createRevision, modRevision, lease };
}
