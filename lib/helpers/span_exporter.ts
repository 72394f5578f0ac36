/**
 * Hands spans to an OpenTelemetry collector, now and then and in bulk. It is never in anybody's way: it
 * keeps a bounded number of spans, and those that a collector does not take are gone, counted, and said
 * once in a while.
 *
 * The runtime's own OpenTelemetry is not used: it is switched on when an executable is made and can then
 * not be switched off, and it makes a span of each request to the store.
 *
 * @module
 */

import { linkAbort } from "./link_abort.ts";
import { LogLimiter } from "./log_limiter.ts";
import type { Logger } from "./logger.ts";
import type { Metrics } from "./metrics.ts";
import { type Resource, spansToOtlp } from "./otlp_json.ts";
import type { Span, SpanSink } from "./span.ts";
import type { TimeProvider } from "./time_provider.ts";

/** From one request to the next, in milliseconds. */
const EXPORT_EVERY_MS = 1_000;
/** How long a collector may take to answer, in milliseconds. */
const ANSWER_MS = 5_000;
const SPANS_PER_REQUEST_MAX = 512;
const WAITING_MAX = 4_096;

/** What a {@linkcode SpanExporter} is handed. */
export interface SpanExporterDeps {
  /** Where the collector is: `http://127.0.0.1:4318`. */
  readonly endpoint: string;
  readonly resource: Resource;
  readonly time: TimeProvider;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** Collects spans and exports them. */
export class SpanExporter implements SpanSink {
  readonly #deps: SpanExporterDeps;
  readonly #url: string;
  readonly #limiter: LogLimiter;
  #waiting: Span[] = [];

  constructor(deps: SpanExporterDeps) {
    this.#deps = deps;
    this.#url = `${deps.endpoint.replace(/\/+$/, "")}/v1/traces`;
    this.#limiter = new LogLimiter({ time: deps.time });
  }

  add(span: Span): void {
    if (this.#waiting.length >= WAITING_MAX) this.#deps.metrics.increment("trace_spans_dropped");
    else this.#waiting.push(span);
  }

  /** Exports until `signal` aborts, then once more. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#deps.time.sleep(EXPORT_EVERY_MS, { signal });
      await this.#export();
    }
  }

  async #export(): Promise<void> {
    while (this.#waiting.length > 0) {
      const spans = this.#waiting.slice(0, SPANS_PER_REQUEST_MAX);
      this.#waiting = this.#waiting.slice(spans.length);
      const problem = await this.#post(spans);
      if (problem === undefined) {
        this.#deps.metrics.increment("trace_spans_exported", spans.length);
        continue;
      }
      this.#deps.metrics.increment("trace_spans_dropped", spans.length);
      this.#say(problem);
      return; // The next may do better a moment later.
    }
  }

  /** What went wrong; undefined if nothing did. */
  async #post(spans: readonly Span[]): Promise<unknown> {
    using answering = linkAbort(new AbortController().signal);
    const deadline = this.#deps.time.sleep(ANSWER_MS, { signal: answering.signal })
      .then(() => answering.abort(new Error(`no answer within ${ANSWER_MS / 1000} s`)));
    try {
      const response = await fetch(this.#url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(spansToOtlp(spans, this.#deps.resource)),
        signal: answering.signal,
      });
      await response.body?.cancel();
      return response.ok ? undefined : new Error(`the collector answers ${response.status}`);
    } catch (error) {
      return error;
    } finally {
      answering.abort();
      await deadline;
    }
  }

  #say(error: unknown): void {
    const admission = this.#limiter.admit("export");
    if (!admission.admitted) return;
    this.#deps.log.warn("Cannot export traces; what was to be exported is gone", {
      url: this.#url,
      error,
      suppressed: admission.suppressed,
    });
  }
}
