/**
 * Keeps the spans that a component says, for tests.
 *
 * @module
 */

import type { Span, SpanSink } from "../lib/helpers/span.ts";

/** A sink that forgets nothing. */
export class SpanList implements SpanSink {
  readonly spans: Span[] = [];

  add(span: Span): void {
    this.spans.push(span);
  }

  /** Each span's name and times, in the order in which they were said. */
  get times(): readonly (readonly [string, number, number])[] {
    return this.spans.map(({ name, startMs, endMs }) => [name, startMs, endMs] as const);
  }

  /** The first span of this name. */
  named(name: string): Span | undefined {
    return this.spans.find((span) => span.name === name);
  }
}
