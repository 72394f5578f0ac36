/**
 * Ports for servers that tests start and that cannot choose one themselves.
 *
 * @module
 */

/**
 * TCP ports on loopback that nobody listens on right now, all different. Another process may take one
 * before it is used: whoever starts a server on it should try again when it is in use.
 *
 * @param count how many. @default {1}
 */
export function freePorts(count = 1): number[] {
  const listeners = Array.from(
    { length: count },
    () => Deno.listen({ hostname: "127.0.0.1", port: 0 }),
  );
  const ports = listeners.map((listener) => listener.addr.port);
  listeners.forEach((listener) => listener.close());
  return ports;
}

/** One TCP port on loopback that nobody listens on right now. */
export function freePort(): number {
  const [port = 0] = freePorts();
  return port;
}
