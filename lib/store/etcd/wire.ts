/**
 * What the etcd adapter asks of one etcd member: the few calls of etcd's v3 API that the store contract
 * needs, in plain types. Two transports carry them, gRPC and etcd's JSON gateway (deps.md: gRPC is the
 * faster, the gateway works on every runtime), and nobody above can tell which.
 *
 * Keys are one character per byte (Latin-1), so that a key that is no valid UTF-8 can still be paged
 * past; values are UTF-8 text.
 *
 * @module
 */

import type { Entry, LeaseStatus, WatchEvent } from "../store.ts";

/** Where an answer comes from. */
export interface WireHeader {
  /** Changes when the cluster is another one. A decimal number beyond 2^53. */
  readonly clusterId: string;
  /** The store's revision when the call was answered. */
  readonly revision: number;
}

/** Keys from `key` up to, not including, `end`. */
export interface RangeRequest {
  readonly key: string;
  /** Undefined: `key` alone. */
  readonly end?: string | undefined;
  /** Undefined: as of now. */
  readonly revision?: number | undefined;
  readonly limit?: number | undefined;
  readonly keysOnly?: boolean | undefined;
}

/** What a range holds, in key order. */
export interface RangeResponse {
  readonly header: WireHeader;
  readonly entries: readonly Entry[];
  /** The limit cut it short. */
  readonly more: boolean;
}

/** A comparison of a key's revision; an absent key has revision 0. */
export interface WireCompare {
  readonly key: string;
  readonly target: "create" | "mod";
  readonly result: "equal" | "greater";
  readonly revision: number;
}

/** A change. */
export type WireChange =
  | { readonly kind: "put"; readonly key: string; readonly value: string; readonly lease: number }
  | { readonly kind: "delete"; readonly key: string; readonly end?: string };

/** If all comparisons hold the changes are made, otherwise the keys to read are read. */
export interface TxnRequest {
  readonly compares: readonly WireCompare[];
  readonly changes: readonly WireChange[];
  readonly elseRead: readonly string[];
}

/** How a transaction ended. */
export interface TxnResponse {
  readonly header: WireHeader;
  readonly succeeded: boolean;
  /** What `elseRead` found, in its order; empty when it succeeded. */
  readonly read: readonly (Entry | undefined)[];
}

/** Changes of the keys from `key` up to, not including, `end`. */
export interface WatchRequest {
  readonly key: string;
  readonly end: string;
  /** The first revision that is wanted. */
  readonly fromRevision: number;
}

/** One answer of a watch. */
export interface WatchResponse {
  readonly header: WireHeader;
  /** The watch is established. */
  readonly created: boolean;
  /** The member ended the watch, for this reason. */
  readonly canceled: string | undefined;
  /** More than 0: the wanted revision is no longer kept, this one is the oldest that is. */
  readonly compactRevision: number;
  /** The next answer goes on where this one was cut, perhaps within a revision. */
  readonly fragment: boolean;
  readonly events: readonly WatchEvent[];
}

/** One member. Every call throws {@linkcode WireError} when it fails. */
export interface EtcdWire {
  readonly url: string;
  range(request: RangeRequest): Promise<RangeResponse>;
  txn(request: TxnRequest): Promise<TxnResponse>;
  leaseGrant(lease: number, ttlSeconds: number): Promise<void>;
  /** Seconds left, by lease; 0 or less for one that is gone. */
  leaseKeepAlive(leases: readonly number[]): Promise<LeaseStatus[]>;
  /** As {@linkcode leaseKeepAlive}, without keeping it alive. */
  leaseTimeToLive(lease: number): Promise<LeaseStatus>;
  leaseRevoke(lease: number): Promise<void>;
  /** Answers until the signal is aborted (then it returns) or the connection is lost (then it throws). */
  watch(request: WatchRequest, signal: AbortSignal): AsyncIterable<WatchResponse>;
  /** Ends every call under way and every connection. */
  close(): Promise<void>;
}

/** The end of the range of all keys that begin with `prefix`, in etcd's sense. */
export function prefixEnd(prefix: string): string {
  const kept = prefix.replace(/\xff+$/, "");
  if (kept === "") return "\0";
  return kept.slice(0, -1) + String.fromCharCode(kept.charCodeAt(kept.length - 1) + 1);
}
