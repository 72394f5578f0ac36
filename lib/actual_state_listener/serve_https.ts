/**
 * Serves a fetch handler over TLS with `node:https`, which enforces client certificates. Bodies are read
 * whole, and only up to the limit, before the handler sees them.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { TlsFiles } from "../config/config.ts";
import { HEARTBEAT_BYTES_MAX } from "./heartbeat_inbox.ts";
import type { FetchHandler, RunningServer, ServeOptions } from "./running_server.ts";

/** How long a client may take to send its request, in milliseconds. */
const REQUEST_TIMEOUT_MS = 10_000;

/**
 * Begins to serve over TLS 1.2 or later.
 *
 * @throws {TypeError} when the key or the certificate is not configured
 * @throws {Error} when the address cannot be listened on or a file cannot be read
 */
export async function serveHttps(
  handler: FetchHandler,
  options: ServeOptions & { readonly tls: TlsFiles },
): Promise<RunningServer> {
  const server = createServer(
    { ...await readTlsFiles(options.tls), minVersion: "TLSv1.2" },
    (incoming, outgoing) => {
      answer(handler, { incoming, outgoing }).catch((error) => {
        options.log.warn("Cannot answer a request", { error });
        outgoing.destroy();
      });
    },
  );
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.headersTimeout = REQUEST_TIMEOUT_MS;
  const port = await listen(server, options);
  server.on("error", (error) => options.log.warn("Cannot take a connection", { error }));
  return { port, shutdown: () => shutdown(server) };
}

async function readTlsFiles(tls: TlsFiles) {
  if (tls.keyFile === undefined || tls.certFile === undefined) {
    throw new TypeError("Cannot serve over TLS: needed are a key file and a certificate file");
  }
  const [key, cert] = await Promise.all([
    Deno.readTextFile(tls.keyFile),
    Deno.readTextFile(tls.certFile),
  ]);
  if (tls.caFile === undefined) return { key, cert };
  const ca = await Deno.readTextFile(tls.caFile);
  return { key, cert, ca, requestCert: true, rejectUnauthorized: true };
}

function listen(server: Server, options: ServeOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.address, () => {
      server.off("error", reject);
      const address = server.address();
      resolve(address !== null && typeof address === "object" ? address.port : options.port);
    });
  });
}

function shutdown(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => error === undefined ? resolve() : reject(error));
    server.closeIdleConnections();
  });
}

async function answer(
  handler: FetchHandler,
  exchange: { readonly incoming: IncomingMessage; readonly outgoing: ServerResponse },
): Promise<void> {
  const { incoming, outgoing } = exchange;
  const body = await readBody(incoming);
  const method = incoming.method ?? "GET";
  const response = await handler(
    new Request(new URL(incoming.url ?? "/", "https://localhost"), {
      method,
      ...(method === "GET" || method === "HEAD" ? {} : { body }),
    }),
  );
  // What of the body was not read cannot be told from a next request: the connection ends with it.
  const rest = incoming.readableEnded ? {} : { "connection": "close" };
  outgoing.writeHead(response.status, { ...Object.fromEntries(response.headers), ...rest });
  outgoing.end(new Uint8Array(await response.arrayBuffer()));
}

/** The body, or its first bytes if it exceeds the limit: one more than the handler takes. */
async function readBody(incoming: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > HEARTBEAT_BYTES_MAX) break;
  }
  return new Uint8Array(Buffer.concat(chunks));
}
