/**
 * Asks the Cloud Controller for pages of its bulk API and says in an operator's words what went wrong
 * (DES-01, DES-02, DES-12 to DES-16, BLK-09). Credentials go into the header and nowhere else.
 *
 * @module
 */

import { linkAbort } from "../helpers/link_abort.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";
import { type Credentials, encodeBasicAuth } from "../models/basic_auth.ts";
import { ParseError } from "../models/parse_error.ts";
import { type BulkPage, parseBulkPage } from "./bulk_page.ts";
import { FetchError } from "./fetch_error.ts";
import type { HttpGet, HttpGetResponse } from "./http_get.ts";

/** Largest page accepted: 5,000 apps (the largest batch size in use) take about 2 MiB. */
const PAGE_BYTES_MAX = 64 * 1024 * 1024;

/** How to reach the Cloud Controller. */
export interface CloudControllerOptions {
  readonly baseUrl: string;
  readonly credentials: Credentials;
  readonly batchSize: number;
  /** For each request, its answer's body included. */
  readonly networkTimeoutSeconds: number;
  readonly time: TimeProvider;
  readonly httpGet: HttpGet;
}

/** The Cloud Controller's bulk API. */
export class CloudControllerClient {
  readonly #options: CloudControllerOptions;

  constructor(options: CloudControllerOptions) {
    this.#options = options;
  }

  /**
   * Fetches the page that follows the token `tokenId`, or the first page if that is undefined.
   *
   * @throws {FetchError} naming the cause and what to do about it
   */
  async page(tokenId: number | undefined, signal: AbortSignal): Promise<BulkPage> {
    const response = await this.#get(this.#url(tokenId), signal);
    this.#requireOk(response);
    try {
      return parseBulkPage(response.body);
    } catch (cause) {
      if (!(cause instanceof ParseError)) throw cause;
      const message =
        `Cannot use the Cloud Controller's answer: ${cause.message}; nothing is stored`;
      throw new FetchError("bad_body", message, { cause });
    }
  }

  #url(tokenId: number | undefined): string {
    const { baseUrl, batchSize } = this.#options;
    const token = tokenId === undefined ? "{}" : `{"id":${tokenId}}`;
    try {
      const url = new URL(`${baseUrl.replace(/\/+$/, "")}/bulk/apps`);
      url.search = `?batch_size=${batchSize}&bulk_token=${token}`;
      return url.href;
    } catch (cause) {
      const message = `Cannot ask the Cloud Controller: cc_base_url ${JSON.stringify(baseUrl)} ` +
        "is not a URL, give one such as https://cc.example.com";
      throw new FetchError("bad_url", message, { cause });
    }
  }

  async #get(url: string, signal: AbortSignal): Promise<HttpGetResponse> {
    const { credentials, networkTimeoutSeconds, time, httpGet } = this.#options;
    using limited = linkAbort(signal);
    void time.sleep(networkTimeoutSeconds * 1000, { signal: limited.signal })
      .then(() => limited.abort(new DOMException("No complete answer in time", "TimeoutError")));
    try {
      return await httpGet({
        url,
        headers: { "authorization": encodeBasicAuth(credentials) },
        bytesMax: PAGE_BYTES_MAX,
        signal: limited.signal,
      });
    } catch (error) {
      throw new FetchError("unreachable", this.#unreachable(error), { cause: rootCause(error) });
    } finally {
      limited.abort();
    }
  }

  #unreachable(cause: unknown): string {
    const { baseUrl, networkTimeoutSeconds } = this.#options;
    const root = rootCause(cause);
    if (root instanceof Error && root.name === "TimeoutError") {
      return `Cannot fetch from the Cloud Controller at ${baseUrl}: no complete answer within ` +
        `${networkTimeoutSeconds} s (fetcher_network_timeout_in_seconds)`;
    }
    return `Cannot fetch from the Cloud Controller at ${baseUrl}: ` +
      "check cc_base_url, that it is up, and its certificate";
  }

  #requireOk(response: HttpGetResponse): void {
    const { baseUrl } = this.#options;
    if (response.status === 200) return;
    if (response.status === 401) {
      const message = `Cannot fetch from the Cloud Controller at ${baseUrl}: it answered 401, ` +
        "check cc_auth_user and cc_auth_password";
      throw new FetchError("unauthorized", message);
    }
    const message = `Cannot fetch from the Cloud Controller at ${baseUrl}: it answered ` +
      `${response.status} where 200 is needed`;
    throw new FetchError("bad_status", message);
  }
}

/** `fetch` wraps what went wrong in "fetch failed"; what is inside says why. */
function rootCause(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? rootCause(error.cause) : error;
}
