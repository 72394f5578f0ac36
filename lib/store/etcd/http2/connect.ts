/**
 * Makes HTTP/2 connections, in the clear or over TLS.
 *
 * @module
 */

import type { TlsPem } from "../wire_options.ts";
import { Http2Connection } from "./http2_connection.ts";
import { Http2Error } from "./http2_error.ts";

/**
 * A connection to the server at `url`.
 *
 * @throws {Http2Error} when there is none: nothing has been sent then
 */
export async function connectHttp2(url: URL, tls: TlsPem | undefined): Promise<Http2Connection> {
  const address = {
    hostname: url.hostname.replace(/^\[|\]$/g, ""),
    port: Number(url.port) || (url.protocol === "https:" ? 443 : 80),
  };
  try {
    const connect = url.protocol === "https:" ? connectTls(address, tls) : connectTcp(address);
    return new Http2Connection(await connect);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new Http2Error(message, { unsent: true, cause });
  }
}

async function connectTcp(address: Deno.ConnectOptions): Promise<Deno.Conn> {
  const connection = await Deno.connect(address);
  connection.setNoDelay();
  return connection;
}

async function connectTls(
  address: Deno.ConnectOptions,
  tls: TlsPem | undefined,
): Promise<Deno.TlsConn> {
  const { ca, cert, key } = tls ?? {};
  const own = cert !== undefined && key !== undefined ? { cert, key } : {};
  const trust = ca === undefined ? {} : { caCerts: [ca] };
  const connection = await Deno.connectTls({ ...address, ...trust, ...own, alpnProtocols: ["h2"] });
  try {
    const { alpnProtocol } = await connection.handshake();
    if (alpnProtocol === "h2") return connection;
    throw new Http2Error("the server does not speak HTTP/2");
  } catch (error) {
    connection.close();
    throw error;
  }
}
