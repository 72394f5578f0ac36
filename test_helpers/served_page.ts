/**
 * A fleet with the API in front of it on a port of its own, for browsers.
 *
 * ```ts
 * await using served = ServedPage.start(new ServedFleet());
 * const page = await browser.open(served.url);
 * ```
 *
 * @module
 */

import type { ServedFleet } from "./served_fleet.ts";

/** What was asked for, and how large the answer was. */
export interface Served {
  readonly path: string;
  readonly status: number;
  readonly bytes: number;
}

/** A server that a test owns, with the fleet that it serves. */
export class ServedPage implements AsyncDisposable {
  readonly fleet: ServedFleet;
  /** Everything that was answered so far, but events. */
  readonly served: Served[] = [];
  readonly #stop = new AbortController();
  #listening = new AbortController();
  readonly #telling: Promise<void>;
  #server: Deno.HttpServer<Deno.NetAddr>;

  private constructor(fleet: ServedFleet) {
    this.fleet = fleet;
    this.#telling = fleet.sources.hub.run(this.#stop.signal);
    this.#server = this.#listen(0);
  }

  /** Mirrors the fleet and serves it. */
  static start(fleet: ServedFleet): ServedPage {
    fleet.start();
    return new ServedPage(fleet);
  }

  /** Where the status page is. */
  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}/`;
  }

  /** Answers nobody any more, and tells nobody anything. */
  async stop(): Promise<void> {
    // Not `shutdown`, which would wait for those who follow events.
    this.#listening.abort();
    await this.#server.finished;
  }

  /** Answers again, on the same port. */
  restart(): void {
    this.#server = this.#listen(this.#server.addr.port);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#telling;
    await this.stop();
    await this.fleet[Symbol.asyncDispose]();
  }

  #listen(port: number): Deno.HttpServer<Deno.NetAddr> {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    const options = { hostname: "127.0.0.1", port, signal, onListen() {} };
    return Deno.serve(options, (request) => this.#answer(request));
  }

  async #answer(request: Request): Promise<Response> {
    const response = await this.fleet.routes.fetch(request);
    const { pathname, search } = new URL(request.url);
    if (response.headers.get("content-type") === "text/event-stream") return response;
    const body = await response.arrayBuffer();
    const { status, headers } = response;
    this.served.push({ path: `${pathname}${search}`, status, bytes: body.byteLength });
    return new Response(body.byteLength === 0 ? null : body, { status, headers });
  }
}
