/**
 * Stands in for an OpenTelemetry collector: takes what is posted to `/v1/traces` on loopback, and lets a
 * test wait for a span.
 *
 * @module
 */

/** A span as it came, with the ids in hexadecimal and the attributes as an object. */
export interface CollectedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  /** What the request said of who sent it. */
  readonly resource: Readonly<Record<string, string>>;
}

interface WireAttribute {
  readonly key: string;
  readonly value: Readonly<Record<string, string>>;
}

interface WireRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly WireAttribute[] };
    readonly scopeSpans: readonly {
      readonly spans: readonly (Omit<CollectedSpan, "attributes" | "resource"> & {
        readonly attributes: readonly WireAttribute[];
      })[];
    }[];
  }[];
}

/** Collects spans. */
export class TraceCollector implements AsyncDisposable {
  readonly spans: CollectedSpan[] = [];
  /** What the next requests are answered with. */
  status = 200;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #looks = new Set<() => void>();

  constructor() {
    const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
    this.#server = Deno.serve(options, (request) => this.#take(request));
  }

  /** What `trace_endpoint` is to be. */
  get endpoint(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** The first span that is as wanted, come already or still to come. */
  async span(wanted: (span: CollectedSpan) => boolean): Promise<CollectedSpan> {
    for (;;) {
      const found = this.spans.find(wanted);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#looks.add(resolve));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }

  async #take(request: Request): Promise<Response> {
    const body = await request.text();
    const wanted = new URL(request.url).pathname === "/v1/traces" && request.method === "POST" &&
      request.headers.get("content-type") === "application/json";
    if (!wanted) return new Response("not a request for traces", { status: 400 });
    if (this.status !== 200) return new Response("not now", { status: this.status });
    this.spans.push(...spansOf(JSON.parse(body)));
    this.#looks.forEach((look) => look());
    this.#looks.clear();
    return Response.json({});
  }
}

function spansOf({ resourceSpans }: WireRequest): CollectedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        ...span,
        attributes: objectOf(span.attributes),
        resource: objectOf(resource.attributes),
      }))
    )
  );
}

function objectOf(attributes: readonly WireAttribute[]): Record<string, string> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [key, String(Object.values(value)[0])]),
  );
}
