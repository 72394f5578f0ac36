/**
 * Datagrams to a syslog server, over UDP or the local socket.
 *
 * UDP goes through `node:dgram`, which needs no flag. It knows no local sockets; `unix_datagram.ts` does.
 *
 * @module
 */

import { createSocket } from "node:dgram";
import type { SyslogTarget } from "./syslog_target.ts";
import { openUnixDatagram } from "./unix_datagram.ts";

/** Sends datagrams to one place. */
export interface SyslogTransport {
  /** Rejects if the datagram could not be handed to the system; that it arrives nobody knows. */
  send(datagram: Uint8Array<ArrayBuffer>): Promise<void>;
  close(): void;
}

/**
 * Opens a socket. Nothing is sent, and nobody need be there.
 *
 * @throws if the runtime has no local datagram sockets, or permission is missing.
 */
export function openSyslogTransport(target: SyslogTarget): SyslogTransport {
  switch (target.kind) {
    case "udp":
      return openUdp(target);
    case "unix":
      return openUnix(target.path);
  }
}

/** Names are looked up as IPv4 addresses; an IPv6 server is given by its address. */
function openUdp({ host, port }: { readonly host: string; readonly port: number }) {
  const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
  // Without a listener an error of the socket would end the process; each send reports its own.
  socket.on("error", () => {});
  // A log nobody closed must not keep the program from ending.
  socket.unref();
  return {
    send: (datagram: Uint8Array<ArrayBuffer>) =>
      new Promise<void>((resolve, reject) => {
        socket.send(datagram, port, host, (error) => error ? reject(error) : resolve());
      }),
    close: () => void socket.close(),
  };
}

function openUnix(path: string): SyslogTransport {
  const socket = openUnixDatagram();
  return { send: (datagram) => socket.send(datagram, path), close: () => socket.close() };
}
