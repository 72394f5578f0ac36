/**
 * Serves a fetch handler over plain HTTP or TLS, within limits: on connections, on how long a client may
 * take, on what of a body is read (S11). It goes through `node:http` and `node:https`: `Deno.serve` has no
 * such limits, and silently ignores that client certificates are required (S3, LIS-35).
 *
 * @module
 */

import { createServer, type Server } from "node:http";
import { createServer as createTlsServer, type Server as TlsServer } from "node:https";
import { LogLimiter } from "../helpers/log_limiter.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";
import { watchCertificates } from "../helpers/watch_certificates.ts";
import { answerExchange, type Exchange } from "./answer_exchange.ts";
import type { FetchHandler, RunningServer, ServeOptions } from "./http_server.ts";
import { readTlsContext, type TlsContext } from "./tls_files.ts";

/** From one search for clients that take too long to the next, in milliseconds. */
const CHECK_MS = 1_000;
/** How long requests in progress may take when the server is to stop, in milliseconds. */
const SHUTDOWN_MS = 5_000;

/**
 * Begins to serve, over TLS 1.2 or later when there are TLS files.
 *
 * @throws {TypeError} when the key or the certificate is not configured
 * @throws {Deno.errors.AddrInUse} when somebody else listens there
 * @throws {Error} when the address cannot be listened on or a TLS file cannot be read
 */
export async function serveHttp(
  handler: FetchHandler,
  options: ServeOptions,
): Promise<RunningServer> {
  const context = options.tls === undefined ? undefined : await readTlsContext(options.tls);
  const server = createLimited(context, options);
  guard(server, options);
  server.on("request", (incoming, outgoing) => {
    void answer({ incoming, outgoing }, { handler, options });
  });
  const port = await listen(server, options);
  server.on("error", (error) => options.log.warn("Cannot take a connection", { error }));
  const stopped = new AbortController();
  const watching = watch(server, { context, options, signal: stopped.signal });
  return {
    port,
    shutdown: async () => {
      stopped.abort();
      await Promise.all([shutdown(server, options.time), watching]);
    },
  };
}

function createLimited(context: TlsContext | undefined, options: ServeOptions): Server | TlsServer {
  const { requestSeconds, idleSeconds } = options.limits;
  const checks = { connectionsCheckingInterval: Math.min(CHECK_MS, requestSeconds * 1000) };
  const server = context === undefined
    ? createServer(checks)
    : createTlsServer({ ...checks, ...context, ...clientCertificates(context) });
  server.headersTimeout = requestSeconds * 1000;
  server.requestTimeout = requestSeconds * 1000;
  server.keepAliveTimeout = idleSeconds * 1000;
  return server;
}

function clientCertificates({ ca }: TlsContext) {
  return ca === undefined ? {} : { requestCert: true, rejectUnauthorized: true };
}

async function answer(
  exchange: Exchange,
  { handler, options }: { readonly handler: FetchHandler; readonly options: ServeOptions },
): Promise<void> {
  const { limits: { bodyBytesMax }, log } = options;
  try {
    await answerExchange(exchange, { handler, bodyBytesMax });
  } catch (error) {
    // A client that went away is no trouble of ours.
    if (!exchange.incoming.socket.destroyed) log.warn("Cannot answer a request", { error });
    exchange.outgoing.destroy();
  }
}

async function watch(
  server: Server | TlsServer,
  { context, options, signal }: {
    readonly context: TlsContext | undefined;
    readonly options: ServeOptions;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const { tls } = options;
  if (tls === undefined || context === undefined || !("setSecureContext" in server)) return;
  await watchCertificates({
    ...{ ...options, signal },
    read: () => readTlsContext(tls),
    inUse: context,
    use: (next) => server.setSecureContext(next),
    taken: "Serving with new certificates",
    certFile: tls.certFile,
  });
}

/** Closes connections that are one too many. */
function guard(server: Server | TlsServer, { log, time, limits }: ServeOptions): void {
  const { connectionsMax } = limits;
  const limiter = new LogLimiter({ time });
  let open = 0;
  server.on("connection", (socket) => {
    open += 1;
    socket.once("close", () => open -= 1);
    if (open <= connectionsMax) return;
    socket.destroy();
    if (!limiter.admit("connections").admitted) return;
    log.warn("Refused a connection: as many as may be are open", { connectionsMax });
  });
}

function listen(server: Server | TlsServer, options: ServeOptions): Promise<number> {
  const { port, address } = options;
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => reject(denoError(error));
    server.once("error", fail);
    server.listen(port, address.replace(/^\[|\]$/g, ""), () => {
      server.off("error", fail);
      const listening = server.address();
      resolve(listening !== null && typeof listening === "object" ? listening.port : port);
    });
  });
}

/** What callers know it by. */
function denoError(error: Error & { readonly code?: unknown }): Error {
  if (error.code !== "EADDRINUSE") return error;
  return new Deno.errors.AddrInUse(error.message, { cause: error });
}

/** Waits for the requests in progress, but not for ever: a client may take its time. */
async function shutdown(server: Server | TlsServer, time: TimeProvider): Promise<void> {
  const ended = new AbortController();
  const closed = new Promise<void>((resolve, reject) => {
    server.close((error) => error === undefined ? resolve() : reject(error));
  });
  server.closeIdleConnections();
  const cutting = time.sleep(SHUTDOWN_MS, { signal: ended.signal }).then(() => {
    if (!ended.signal.aborted) server.closeAllConnections();
  });
  await closed;
  ended.abort();
  await cutting;
}
