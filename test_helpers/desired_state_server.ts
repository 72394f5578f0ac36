/**
 * Takes the place of the Cloud Controller: serves its bulk API over real HTTP on a free loopback port, as
 * behaviour.md 22 describes it, and fails on demand in every way a fetcher must survive (BLK-01 to
 * BLK-08).
 *
 * ```ts
 * await using server = DesiredStateServer.start({ user: "mcat", password: "testing" });
 * server.setDesired([{ appGuid: "app", appVersion: "v1", instances: 2, … }]);
 * server.fail({ kind: "status", status: 500 }, { after: 1, times: 1 }); // the second page, once
 * ```
 *
 * @module
 */

import { type Credentials, decodeBasicAuth } from "../lib/models/basic_auth.ts";
import type { DesiredAppState } from "../lib/models/desired_app_state.ts";
import { type BulkFailure, cutOff, endlessPage, overwriteLast } from "./bulk_failure.ts";
import { type BulkPageAnswer, bulkPageAnswer } from "./bulk_page_answer.ts";

/** When to fail. */
export interface FailOptions {
  /** How many requests are answered properly first. @default {0} */
  readonly after?: number;
  /** How many requests fail. @default {all, until healed} */
  readonly times?: number;
}

/** A request as it came. */
export interface BulkRequest {
  readonly path: string;
  /** The query as it was sent, still encoded. */
  readonly query: string;
  readonly authorization: string | undefined;
  /** What was answered; undefined while, or because, no answer was given. */
  status: number | undefined;
}

/** What the bulk API's answer to a count of users is, always (BLK-08). */
const USER_COUNT = 17;
/** Page size when none is asked for. */
const BATCH_SIZE_DEFAULT = 50;

interface PlannedFailure {
  readonly failure: BulkFailure;
  after: number;
  times: number;
}

/** A Cloud Controller that a test owns. */
export class DesiredStateServer implements AsyncDisposable {
  /** Every request so far, oldest first. */
  readonly requests: BulkRequest[] = [];
  readonly #credentials: Credentials;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #ended = Promise.withResolvers<void>();
  readonly #looks = new Set<() => void>();
  #apps: readonly DesiredAppState[] = [];
  #planned: PlannedFailure | undefined;

  /** @ignore use {@linkcode DesiredStateServer.start} */
  constructor(credentials: Credentials, port: number) {
    this.#credentials = credentials;
    this.#server = Deno.serve({
      hostname: "127.0.0.1",
      port,
      onListen: () => {},
      handler: (request) => this.#serve(request),
      // A body that is cut on purpose ends up here too, and is nothing to report.
      onError: () => new Response(null, { status: 500 }),
    });
  }

  /**
   * Serves from now on.
   *
   * @param credentials what requests must carry
   * @param options `port`: a fixed one. @default {a free one}
   */
  static start(
    credentials: Credentials,
    options: { readonly port?: number } = {},
  ): DesiredStateServer {
    return new DesiredStateServer(credentials, options.port ?? 0);
  }

  /** The port on 127.0.0.1. */
  get port(): number {
    return this.#server.addr.port;
  }

  /** What `cc_base_url` must be: `http://127.0.0.1:PORT`. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Replaces everything that is desired. */
  setDesired(apps: readonly DesiredAppState[]): void {
    this.#apps = [...apps];
  }

  /** Fails requests for apps from now on, instead of what was planned before. */
  fail(failure: BulkFailure, options: FailOptions = {}): void {
    const { after = 0, times = Infinity } = options;
    this.#planned = { failure, after, times };
  }

  /** Answers properly from now on. */
  heal(): void {
    this.#planned = undefined;
  }

  /** Resolves once `count` requests have come in since the start. */
  waitForRequests(count: number): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (this.requests.length < count) return;
        this.#looks.delete(look);
        resolve();
      };
      this.#looks.add(look);
      look();
    });
  }

  /** Breaks every open request off and stops listening. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.resolve();
    await this.#server.shutdown();
  }

  async #serve(request: Request): Promise<Response> {
    const { pathname, search, searchParams } = new URL(request.url);
    const authorization = request.headers.get("authorization") ?? undefined;
    const entry: BulkRequest = { path: pathname, query: search, authorization, status: undefined };
    this.requests.push(entry);
    this.#looks.forEach((look) => look());
    const response = await this.#answer(request, pathname, searchParams);
    entry.status = response.status;
    return response;
  }

  #answer(
    request: Request,
    path: string,
    query: URLSearchParams,
  ): Response | Promise<Response> {
    if (request.method !== "GET") return new Response(null, { status: 405 });
    if (!this.#isAuthorized(request)) return new Response(null, { status: 401 });
    if (path === "/bulk/apps") return this.#serveApps(request, query);
    if (path === "/bulk/counts" && query.get("model") === "user") {
      return Response.json({ "counts": { "user": USER_COUNT } });
    }
    return new Response(null, { status: 404 });
  }

  #isAuthorized(request: Request): boolean {
    try {
      const sent = decodeBasicAuth(request.headers.get("authorization") ?? "");
      const { user, password } = this.#credentials;
      return sent.user === user && sent.password === password;
    } catch {
      return false; // Whatever it is, it is not the right user and password.
    }
  }

  #serveApps(request: Request, query: URLSearchParams): Response | Promise<Response> {
    const batchSize = Number(query.get("batch_size") ?? BATCH_SIZE_DEFAULT);
    const from = tokenIn(query.get("bulk_token") ?? "{}");
    if (!Number.isSafeInteger(batchSize) || batchSize < 1 || from === undefined) {
      return new Response(null, { status: 400 });
    }
    const failure = this.#nextFailure();
    const page = bulkPageAnswer(this.#apps, { from, batchSize });
    return failure === undefined ? Response.json(page) : this.#broken(failure, {
      request,
      page,
      from,
      batchSize,
    });
  }

  #nextFailure(): BulkFailure | undefined {
    const planned = this.#planned;
    if (planned === undefined) return undefined;
    if (planned.after > 0) {
      planned.after -= 1;
      return undefined;
    }
    planned.times -= 1;
    if (planned.times <= 0) this.#planned = undefined;
    return planned.failure;
  }

  #broken(failure: BulkFailure, asked: AskedPage): Response | Promise<Response> {
    const { page, from, batchSize } = asked;
    switch (failure.kind) {
      case "status":
        return new Response(null, { status: failure.status });
      case "body":
        return new Response(failure.body, { headers: { "content-type": "application/json" } });
      case "hang":
        return this.#hang(asked.request);
      case "cut":
        return cutOff(JSON.stringify(page));
      case "stuck_token":
        return Response.json({ ...page, "bulk_token": { "id": from } });
      case "repeat_page": {
        const first = bulkPageAnswer(this.#apps, { from: 0, batchSize });
        return Response.json({ ...first, "bulk_token": { "id": from + batchSize } });
      }
      case "endless":
        return Response.json(endlessPage({ from, batchSize }));
      case "wrong_type":
        return Response.json(overwriteLast(page, failure.fields));
    }
  }

  /** Only the client's end, or ours, ends this. */
  async #hang(request: Request): Promise<Response> {
    const gone = new Promise<void>((resolve) =>
      request.signal.addEventListener("abort", () => resolve(), { once: true })
    );
    await Promise.race([gone, this.#ended.promise]);
    return new Response(null, { status: 503 });
  }
}

interface AskedPage {
  readonly request: Request;
  readonly page: BulkPageAnswer;
  readonly from: number;
  readonly batchSize: number;
}

/** The id in a token as clients send it, `{}` or `{"id":3}`; undefined if it is neither. */
function tokenIn(text: string): number | undefined {
  try {
    const { id = 0 } = JSON.parse(text);
    return Number.isSafeInteger(id) ? id : undefined;
  } catch {
    return undefined; // Not JSON: the request is refused.
  }
}
