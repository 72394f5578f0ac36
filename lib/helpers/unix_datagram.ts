/**
 * Datagrams to a local socket, as syslog and service managers take them. `Deno.listenDatagram` is there
 * with `--unstable-net` only, which executables are compiled with; without it opening fails and says so.
 *
 * Our end has no name: nothing to clean up, nothing to collide.
 *
 * @module
 */

/** A socket without a name, to send from. */
export interface UnixDatagram {
  /**
   * Hands a datagram to the system.
   *
   * @param path where to; one that begins with NUL is a name in Linux's abstract name space
   */
  send(datagram: Uint8Array<ArrayBuffer>, path: string): Promise<void>;
  close(): void;
}

/**
 * Opens a socket. Nothing is sent, and nobody need be there.
 *
 * @throws {Error} if the runtime has no local datagram sockets
 */
export function openUnixDatagram(): UnixDatagram {
  const socket = openNameless();
  return {
    send: async (datagram, path) => void await socket.send(datagram, { transport, path }),
    close: () => socket.close(),
  };
}

const transport = "unixpacket";

function openNameless(): Deno.DatagramConn {
  // The types promise it, the runtime does not.
  const listenDatagram: typeof Deno.listenDatagram | undefined = Deno.listenDatagram;
  if (listenDatagram === undefined) {
    throw new Error(
      'Cannot open a local datagram socket: this runtime has none, needed is "--unstable-net"',
    );
  }
  // The types want the path to bind to, the runtime takes a socket without one.
  const socket = listenDatagram(
    { transport } as Deno.UnixListenOptions & { transport: "unixpacket" },
  );
  const { path } = socket.addr as { readonly path: string | null };
  // Before Deno 2.8 one without a path is bound to a file of a made-up name, which nobody needs.
  if (path !== null) Deno.removeSync(path);
  return socket;
}
