/**
 * One request over HTTP(S), with what a probe wants to see of its answer. It is made with `node:https`,
 * which can be told not to verify a certificate for one request only.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";

/** Largest answer that is read, in bytes. */
const BYTES_MAX = 64 * 1024 * 1024;

/** What to ask. */
export interface HttpProbe {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Posted as JSON; undefined: GET. */
  readonly json?: unknown;
  readonly timeoutMs: number;
  readonly verify: boolean;
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
}

/** What came back. */
export interface HttpProbed {
  readonly status: number;
  /** Its `Date` header. */
  readonly date: string | undefined;
  readonly body: string;
}

/** Makes the request; rejects when there is no complete answer in time. */
export function probeHttp(probe: HttpProbe): Promise<HttpProbed> {
  const { promise, resolve, reject } = Promise.withResolvers<HttpProbed>();
  const body = probe.json === undefined ? undefined : JSON.stringify(probe.json);
  const start = probe.url.startsWith("https:") ? httpsRequest : httpRequest;
  const outgoing = start(new URL(probe.url), {
    method: body === undefined ? "GET" : "POST",
    headers: { ...probe.headers },
    rejectUnauthorized: probe.verify,
    signal: AbortSignal.timeout(probe.timeoutMs),
    agent: false,
    ...probe.tls,
  }, (response) => {
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    response.on("data", (chunk: Uint8Array) => {
      bytes += chunk.byteLength;
      chunks.push(chunk);
      if (bytes > BYTES_MAX) response.destroy(new RangeError("Cannot take the answer: too large"));
    });
    response.on("error", reject);
    response.on("end", () => {
      const { statusCode: status = 0, headers } = response;
      resolve({ status, date: headers.date, body: Buffer.concat(chunks).toString() });
    });
  });
  outgoing.on("error", reject);
  outgoing.end(body);
  return promise;
}
