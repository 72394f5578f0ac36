/**
 * A span: something that took time, on the way from a heartbeat to a start message. Components say it
 * once it is over; who hears it is decided where the program is wired, and usually nobody does.
 *
 * @module
 */

import { type SpanContext, spanOf } from "./trace_ids.ts";

/** Most spans of one kind that a pass, a flush or a batch says: enough to look at, whatever happened. */
export const SPANS_AT_ONCE_MAX = 100;

/** What took time. */
export interface Span {
  readonly context: SpanContext;
  /** Undefined: nothing came before it. */
  readonly parent?: SpanContext;
  readonly name: string;
  /** Whether it takes a message in, gives one out, or neither. */
  readonly kind: "consumer" | "producer" | "internal";
  /** Unix milliseconds. */
  readonly startMs: number;
  /** Unix milliseconds. */
  readonly endMs: number;
  readonly attributes: Readonly<Record<string, string | number>>;
  /** Spans of other traces that led to it. */
  readonly links?: readonly SpanContext[];
}

/** Takes spans. */
export interface SpanSink {
  /** Never fails and never waits. */
  add(span: Span): void;
}

/** What is said of a span of a trace, whose parent is another span of the same trace by its name. */
export interface NamedSpan extends Omit<Span, "context" | "parent"> {
  readonly parentName?: string;
}

/** The span of that name in a trace. */
export function spanIn(traceId: string, { parentName, ...span }: NamedSpan): Span {
  const context = spanOf(traceId, span.name);
  if (parentName === undefined) return { ...span, context };
  return { ...span, context, parent: spanOf(traceId, parentName) };
}
