/**
 * GET over HTTP(S), bounded in size, and in time by its signal. Two ways to do it: `fetch`, and, for the
 * operator who has TLS files of their own (`cc_tls`) or asked not to verify certificates
 * (`skip_cert_verify`), `node:https`, because `fetch` can be told neither for one request only (DES-27,
 * DES-28).
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import type { TlsFiles } from "../config/config.ts";
import { readTlsFiles } from "../helpers/read_tls_files.ts";

/** What to ask for. */
export interface HttpGetRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** A longer body is an error. */
  readonly bytesMax: number;
  /** Ends it, body included. */
  readonly signal: AbortSignal;
}

/** What came back. */
export interface HttpGetResponse {
  readonly status: number;
  readonly body: Uint8Array;
}

/** Makes a GET request; rejects with the signal's reason when that ends it. */
export type HttpGet = (request: HttpGetRequest) => Promise<HttpGetResponse>;

/** GET with verified certificates. Redirects are not followed: they would carry the password away. */
export async function httpGet(request: HttpGetRequest): Promise<HttpGetResponse> {
  const { signal } = request;
  const response = await fetch(request.url, {
    headers: request.headers,
    redirect: "manual",
    signal,
  });
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    requireSize(bytes, request.bytesMax);
    chunks.push(chunk);
  }
  return { status: response.status, body: Buffer.concat(chunks) };
}

/** How a connection is told whom to trust and who we are. */
export interface HttpGetTls {
  /** False: any certificate is taken. */
  readonly verify: boolean;
  /** Undefined: the system's authorities, and no certificate of ours. */
  readonly files?: TlsFiles | undefined;
}

/**
 * GET as `tls` says. The files are read for each request, so that new ones need no restart (S14); an
 * authority in them is trusted instead of the system's, which `fetch` would go on to trust.
 */
export function httpGetWith(tls: HttpGetTls): HttpGet {
  return async (request) =>
    await getOverNode(request, { ...await readTlsFiles(tls.files), ...tls });
}

function getOverNode(
  request: HttpGetRequest,
  { verify, ca, cert, key }: HttpGetTls & Awaited<ReturnType<typeof readTlsFiles>>,
): Promise<HttpGetResponse> {
  const { signal } = request;
  const url = new URL(request.url);
  const start = url.protocol === "https:" ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const trust = { rejectUnauthorized: verify, ca, cert, key };
    const options = { headers: request.headers, signal, agent: false, ...trust };
    const outgoing = start(url, options, (response) => {
      const chunks: Uint8Array[] = [];
      let bytes = 0;
      response.on("data", (chunk: Uint8Array) => {
        bytes += chunk.byteLength;
        chunks.push(chunk);
        if (bytes > request.bytesMax) response.destroy(tooLarge(request.bytesMax));
      });
      response.on("error", reject);
      response.on("end", () => {
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks) });
      });
    });
    outgoing.on("error", reject);
    outgoing.end();
  });
}

function requireSize(bytes: number, bytesMax: number): void {
  if (bytes > bytesMax) throw tooLarge(bytesMax);
}

function tooLarge(bytesMax: number): RangeError {
  return new RangeError(`Cannot take the answer: it is larger than ${bytesMax} bytes`);
}
