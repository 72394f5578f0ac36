import { expect } from "expect";
import { FakeLogger } from "../../test_helpers/fake_logger.ts";
import { FakeTimeProvider } from "../../test_helpers/fake_time_provider.ts";
import { TraceCollector } from "../../test_helpers/trace_collector.ts";
import { MetricsRegistry } from "./metrics.ts";
import { type Span, spanIn } from "./span.ts";
import { SpanExporter } from "./span_exporter.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";

/** An exporter, and the collector that it exports to. */
class Fixture implements AsyncDisposable {
  readonly collector = new TraceCollector();
  readonly time = new FakeTimeProvider();
  readonly log = new FakeLogger();
  readonly metrics = new MetricsRegistry();
  readonly exporter: SpanExporter;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;

  constructor() {
    const { time, log, metrics } = this;
    const resource = { "service.name": "hm9000" };
    const endpoint = `${this.collector.endpoint}/`;
    this.exporter = new SpanExporter({ endpoint, resource, time, log, metrics });
    this.#running = this.exporter.run(this.#stop.signal);
  }

  /** Ends it, which exports what is left. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await this.collector[Symbol.asyncDispose]();
  }
}

function spanNamed(name: string): Span {
  return spanIn(TRACE, {
    ...{ name, parentName: "before", kind: "producer", startMs: 1_795_566_294_811.5 },
    endMs: 1_795_566_294_812,
    attributes: { "hm9000.app": "app", "hm9000.index": 2, "ratio": 0.5 },
    links: [{ traceId: "b".repeat(32), spanId: "c".repeat(16) }],
  });
}

Deno.test("SpanExporter exports once a second, as collectors take it", async () => {
  await using f = new Fixture();
  const span = spanNamed("publish");
  f.exporter.add(span);
  await f.time.waitForSleeper();
  expect(f.collector.spans).toEqual([]);
  f.time.advance(1_000);
  expect(await f.collector.span(() => true)).toEqual({
    ...span.context,
    parentSpanId: span.parent?.spanId,
    name: "publish",
    kind: 4,
    startTimeUnixNano: "1795566294811500000",
    endTimeUnixNano: "1795566294812000000",
    attributes: { "hm9000.app": "app", "hm9000.index": "2", "ratio": "0.5" },
    links: [{ traceId: "b".repeat(32), spanId: "c".repeat(16) }],
    resource: { "service.name": "hm9000" },
  });
  await f.stop();
  expect(f.metrics.get("trace_spans_exported")).toBe(1);
});

Deno.test("SpanExporter exports what is left when it is stopped, in several requests if need be", async () => {
  await using f = new Fixture();
  for (let count = 0; count < 600; count += 1) f.exporter.add(spanNamed(`${count}`));
  await f.stop();
  expect(f.collector.spans).toHaveLength(600);
});

Deno.test("SpanExporter keeps a bounded number of spans, and gives up and counts those that nobody takes", async () => {
  await using f = new Fixture();
  f.collector.status = 503;
  for (let count = 0; count < 5_000; count += 1) f.exporter.add(spanNamed(`${count}`));
  expect(f.metrics.get("trace_spans_dropped")).toBe(5_000 - 4_096);
  await f.time.waitForSleeper();
  f.time.advance(1_000);
  await f.stop();
  expect(f.metrics.get("trace_spans_exported")).toBe(0);
  expect(f.metrics.get("trace_spans_dropped")).toBeGreaterThan(5_000 - 4_096 + 512 - 1);
  expect(f.log.messages("warn")).toEqual(["Cannot export traces; what was to be exported is gone"]);
});
