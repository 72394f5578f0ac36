/**
 * Serves a fetch handler over plain HTTP, or over TLS. TLS goes through `node:https`, because `Deno.serve`
 * silently ignores that client certificates are required and would serve anyone (LIS-35).
 *
 * @module
 */

import type { FetchHandler, RunningServer, ServeOptions } from "./running_server.ts";
import { serveHttps } from "./serve_https.ts";

/**
 * Begins to serve.
 *
 * @throws {Error} when the address cannot be listened on or a TLS file cannot be read
 */
export async function serveHttp(
  handler: FetchHandler,
  options: ServeOptions,
): Promise<RunningServer> {
  if (options.tls !== undefined) return await serveHttps(handler, { ...options, tls: options.tls });
  const { address: hostname, port } = options;
  const server = Deno.serve({ hostname, port, onListen() {} }, handler);
  return { port: server.addr.port, shutdown: () => server.shutdown() };
}
