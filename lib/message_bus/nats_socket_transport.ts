/**
 * The bytes under the NATS client: a TCP connection, upgraded to TLS where the server or we want it.
 *
 * Why not `@nats-io/transport-node`'s own: it takes its listeners off a socket before it destroys it, and
 * a socket that still reports the server's reset then has nobody to report to, which ends the process.
 * With a wrong password that happened to 31 of 100 attempts. Here every socket keeps an error listener
 * for as long as it lives. Why not `Deno.connect` and `Deno.startTls`: NATS speaks first in plain text and
 * upgrades afterwards, and `Deno.startTls` takes no client certificate, while `node:tls` does.
 *
 * @module
 */

import { createConnection, isIP, type Socket } from "node:net";
import { connect as upgradeToTls } from "node:tls";
import {
  checkOptions,
  ConnectionError,
  type ConnectionOptions,
  DataBuffer,
  extractProtocolMessage,
  INFO,
  type Server,
  type ServerInfo,
  type TlsOptions,
  type Transport,
} from "nats-transport";
import { readTlsFiles } from "../helpers/read_tls_files.ts";

/** Most bytes a server may send before its INFO line ends. */
const INFO_BYTES_MAX = 65_536;

/**
 * Pieces of at most 64 KiB that are handed on before everything else has its turn: timers, and answers of
 * the store. While the server sends faster than handlers take it, there is always another piece.
 */
const FRAMES_PER_TURN = 1;

/** One connection attempt, and the connection that comes of it. */
export class NatsSocketTransport implements Transport {
  readonly lang = "hm9000";
  readonly version = "1";
  /** Why the connection ended, if an error ended it. */
  closeError?: Error;
  readonly #ended = Promise.withResolvers<void | Error>();
  /** The one in use last; before it, if it speaks TLS, the one it runs over. */
  readonly #sockets: Socket[] = [];
  #encrypted = false;
  #frames: Uint8Array[] = [];
  #wake = Promise.withResolvers<void>();
  #connected = false;
  #done = false;

  /** Whether it can no longer be used. */
  get isClosed(): boolean {
    return this.#done;
  }

  /**
   * Connects to `server`, and upgrades to TLS if it must be.
   *
   * @throws {ConnectionError} when that fails
   */
  async connect(server: Server, options: ConnectionOptions): Promise<void> {
    try {
      const socket = createConnection({ host: server.hostname, port: server.port });
      socket.setNoDelay(true);
      this.#adopt(socket);
      await happens(socket, "connect");
      const info = await this.#readInfo();
      checkOptions(info, options);
      if (info.tls_required === true || options.tls) {
        await this.#upgrade(socket, server.hostname, options.tls ?? {});
      }
      if (this.#done) throw new ConnectionError("connection closed");
      this.#connected = true;
    } catch (error) {
      await this.#end();
      throw toConnectionError(error);
    }
  }

  /**
   * What the server sends, as it comes, but no more than a turn's worth in each turn of the event loop: a
   * flood of messages must not keep a leadership from being renewed. What is not read yet waits at the
   * server, and not here.
   */
  async *[Symbol.asyncIterator](): AsyncIterableIterator<Uint8Array> {
    while (true) {
      const frames = this.#frames;
      this.#frames = [];
      yield* frames;
      if (frames.length >= FRAMES_PER_TURN) await nextTurn();
      this.#sockets.at(-1)?.resume();
      if (this.#frames.length > 0) continue;
      if (this.#done) return;
      await this.#nextFrame();
    }
  }

  isEncrypted(): boolean {
    return this.#encrypted;
  }

  /** Sends `frame`, or nothing when the connection has ended: its end is reported in its own way. */
  send(frame: Uint8Array): void {
    if (!this.#done) this.#sockets.at(-1)?.write(frame);
  }

  /** Ends the connection, and waits until nothing of it is left. */
  async close(error?: Error): Promise<void> {
    if (error !== undefined) this.closeError ??= error;
    await this.#end();
  }

  /** Ends the connection as if the network had: the client will come back with a new one. */
  disconnect(): void {
    void this.#end();
  }

  /** Resolves when a connection that once stood has ended. */
  closed(): Promise<void | Error> {
    return this.#ended.promise;
  }

  /** Ends the connection and forgets what it brought, without a word to anybody. */
  discard(): void {
    this.#connected = false;
    this.#frames = [];
    void this.#end();
  }

  #adopt(socket: Socket): void {
    this.#sockets.push(socket);
    socket.on("error", (error: Error) => this.closeError ??= error);
    socket.on("data", (frame: Uint8Array) => {
      this.#frames.push(frame);
      if (this.#connected && this.#frames.length >= FRAMES_PER_TURN) socket.pause();
      this.#wake.resolve();
    });
    socket.on("close", () => void this.#end());
  }

  async #readInfo(): Promise<ServerInfo> {
    while (!this.#done) {
      const bytes = DataBuffer.concat(...this.#frames);
      const line = extractProtocolMessage(bytes);
      if (line !== "") return parseInfo(line);
      if (bytes.byteLength > INFO_BYTES_MAX) break;
      await this.#nextFrame();
    }
    throw this.closeError ?? new ConnectionError("the server does not speak NATS");
  }

  async #nextFrame(): Promise<void> {
    await this.#wake.promise;
    if (!this.#done) this.#wake = Promise.withResolvers();
  }

  async #upgrade(plain: Socket, host: string, tls: TlsOptions): Promise<void> {
    plain.removeAllListeners("data");
    const secure = upgradeToTls({
      socket: plain,
      host,
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ...await readTlsFiles(tls),
    });
    this.#adopt(secure);
    await happens(secure, "secureConnect");
    this.#encrypted = true;
  }

  async #end(): Promise<void> {
    const wasDone = this.#done;
    this.#done = true;
    this.#wake.resolve();
    if (!wasDone && this.#connected) this.#ended.resolve(this.closeError);
    await Promise.all(this.#sockets.map(destroyed));
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function destroyed(socket: Socket): Promise<void> {
  if (socket.closed) return Promise.resolve();
  return new Promise((resolve) => {
    socket.once("close", () => resolve());
    socket.destroy();
  });
}

function happens(socket: Socket, event: "connect" | "secureConnect"): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(event, () => resolve());
    socket.once("error", reject);
    socket.once("close", () => reject(new ConnectionError("connection closed")));
  });
}

function parseInfo(line: string): ServerInfo {
  const json = INFO.exec(line)?.[1];
  if (json === undefined) throw new ConnectionError("the server does not speak NATS");
  return JSON.parse(json);
}

function toConnectionError(cause: unknown): Error {
  if (cause instanceof ConnectionError) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  return new ConnectionError(message, { cause });
}
