/**
 * The ids of traces and spans, worked out from what each component knows by itself, so that spans of
 * processes that never meet belong together without anything being carried from one to the next: not in
 * the store, whose records are fixed, and not in messages, which others read.
 *
 * A message's trace is its message id, so whoever has that from a log has the trace. A change's is what
 * was heard of an instance: the same instance, state and time make the same trace. A span's id is its name
 * in its trace.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { type InstanceHeartbeat, instanceHeartbeatToCsv } from "../models/instance_heartbeat.ts";

/** A span that others can name. */
export interface SpanContext {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
}

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** The trace of a message; one whose id is no UUID has another, for a trace's id has its form. */
export function messageTraceId(messageId: string): string {
  return UUID.test(messageId) ? messageId.replaceAll("-", "").toLowerCase() : hashOf(messageId, 32);
}

/** The trace of what was heard of an instance. */
export function changeTraceId(instance: InstanceHeartbeat): string {
  return hashOf(`${instance.instanceGuid},${instanceHeartbeatToCsv(instance)}`, 32);
}

/** The span of this name in a trace. */
export function spanOf(traceId: string, name: string): SpanContext {
  return { traceId, spanId: hashOf(`${traceId},${name}`, 16) };
}

function hashOf(text: string, digits: number): string {
  return createHash("sha256").update(text).digest("hex").slice(0, digits);
}
