/**
 * Spans as OpenTelemetry's collectors take them over HTTP in JSON (OTLP 1.x, `POST /v1/traces`). Ids are
 * hexadecimal there, and times are nanoseconds as text. Pure.
 *
 * @module
 */

import type { Span } from "./span.ts";

const KINDS = { internal: 1, producer: 4, consumer: 5 } as const;

/** What a request says of who sends it: `service.name` and the like. */
export type Resource = Readonly<Record<string, string>>;

/** The body of a request. */
export function spansToOtlp(spans: readonly Span[], resource: Resource): unknown {
  return {
    "resourceSpans": [{
      "resource": { "attributes": attributesOf(resource) },
      "scopeSpans": [{ "scope": { "name": "hm9000" }, "spans": spans.map(spanToOtlp) }],
    }],
  };
}

function spanToOtlp(span: Span): unknown {
  const { context, parent, links = [] } = span;
  return {
    "traceId": context.traceId,
    "spanId": context.spanId,
    ...(parent === undefined ? {} : { "parentSpanId": parent.spanId }),
    "name": span.name,
    "kind": KINDS[span.kind],
    "startTimeUnixNano": nanoseconds(span.startMs),
    "endTimeUnixNano": nanoseconds(Math.max(span.startMs, span.endMs)),
    "attributes": attributesOf(span.attributes),
    "links": links.map(({ traceId, spanId }) => ({ "traceId": traceId, "spanId": spanId })),
  };
}

function attributesOf(values: Readonly<Record<string, string | number>>): unknown[] {
  return Object.entries(values).map(([key, value]) => ({
    "key": key,
    "value": valueOf(value),
  }));
}

/** Whole numbers are text, for the same reason as nanoseconds. */
function valueOf(value: string | number): unknown {
  if (typeof value === "string") return { "stringValue": value };
  return Number.isInteger(value) ? { "intValue": String(value) } : { "doubleValue": value };
}

/** More digits than a number holds. */
function nanoseconds(ms: number): string {
  return String(BigInt(Math.round(ms * 1000)) * 1000n);
}
