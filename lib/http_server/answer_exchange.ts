/**
 * Answers one exchange of `node:http` with a fetch handler. A body is read before the handler sees it, and
 * no further than the limit; an answer is written as fast as the client takes it.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { FetchHandler } from "./http_server.ts";

/** A request and where its answer goes. */
export interface Exchange {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
}

/** Answers; rejects when the handler throws or the connection breaks. */
export async function answerExchange(
  { incoming, outgoing }: Exchange,
  { handler, bodyBytesMax }: { readonly handler: FetchHandler; readonly bodyBytesMax: number },
): Promise<void> {
  const url = URL.parse(incoming.url ?? "/", "http://localhost");
  if (url === null) return void outgoing.writeHead(400, { "connection": "close" }).end();
  const body = hasBody(incoming) ? await readBody(incoming, bodyBytesMax) : undefined;
  const { method = "GET" } = incoming;
  const headers = incoming.headers as Record<string, string>;
  const request = new Request(url, { method, headers, ...(body === undefined ? {} : { body }) });
  const peer = incoming.socket.remoteAddress ?? "";
  const response = await handler(request, { peer });
  // What of the body was not read cannot be told from a next request: the connection ends with it.
  const rest = body === undefined || incoming.readableEnded ? {} : { "connection": "close" };
  outgoing.writeHead(response.status, { ...Object.fromEntries(response.headers), ...rest });
  await writeBody(response, outgoing);
}

function hasBody({ method, headers }: IncomingMessage): boolean {
  if (method === "GET" || method === "HEAD") return false;
  return headers["content-length"] !== undefined || headers["transfer-encoding"] !== undefined;
}

/** The body, or its first bytes if it exceeds the limit: one more than the handler takes. */
async function readBody(
  incoming: IncomingMessage,
  bytesMax: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > bytesMax) break;
  }
  return new Uint8Array(Buffer.concat(chunks));
}

async function writeBody({ body }: Response, outgoing: ServerResponse): Promise<void> {
  if (body === null) return void outgoing.end();
  const reader = body.getReader();
  const gone = () => void reader.cancel().catch(() => {}); // Nobody reads on: nothing to be done.
  outgoing.once("close", gone);
  while (!outgoing.destroyed) {
    const { done, value } = await reader.read();
    if (done) break;
    if (!outgoing.write(value)) await drained(outgoing);
  }
  outgoing.off("close", gone);
  outgoing.end();
}

function drained(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      outgoing.off("drain", go);
      outgoing.off("close", go);
      resolve();
    };
    outgoing.on("drain", go);
    outgoing.on("close", go);
  });
}
