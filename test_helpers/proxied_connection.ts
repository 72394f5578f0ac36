/**
 * One connection through a {@linkcode TcpProxy}: two streams, each spoiled on its own.
 *
 * @module
 */

import type { TimeProvider } from "../lib/helpers/time_provider.ts";

/** The server behind a proxy. */
export interface Peer {
  readonly port: number;
  /** @default {"127.0.0.1"} */
  readonly hostname?: string;
}

/** From client to server is up. */
export type Direction = "up" | "down";

/** How to spoil a connection; what is left out is left alone. */
export interface Spoiling {
  /** How much later everything arrives, in milliseconds; the width stays. */
  readonly delayMs?: number;
  /** Pass pieces of at most so many bytes. */
  readonly sliceBytes?: number;
  /** Pass no more than this, in each direction. */
  readonly bytesPerSecond?: number;
  /** Where nothing passes. A connection that is silent in both is taken, and not passed on. */
  readonly silent?: Direction | "both";
}

/** What a {@linkcode ProxiedConnection} is handed. */
export interface ProxiedConnectionDeps {
  readonly client: Deno.TcpConn;
  readonly peer: Peer;
  readonly time: TimeProvider;
  readonly spoiling: Spoiling;
}

/** How much is read at once, and how many reads may wait to be passed on. */
const READ_BYTES = 16_384;
const WAITING_MAX = 64;

/** A piece of a stream, or undefined for its end. */
interface Piece {
  readonly bytes: Uint8Array | undefined;
  readonly dueAtMs: number;
}

/** A connection that is open, or was. */
export class ProxiedConnection {
  /** Resolves when both its ends are closed. */
  readonly ended: Promise<void>;
  readonly #deps: ProxiedConnectionDeps;
  readonly #over = new AbortController();
  #server: Deno.TcpConn | undefined;
  #spoiling: Spoiling;
  #changed = Promise.withResolvers<void>();

  constructor(deps: ProxiedConnectionDeps) {
    this.#deps = deps;
    this.#spoiling = deps.spoiling;
    this.ended = this.#run();
  }

  /** Spoils it in this way and no other. */
  spoil(spoiling: Spoiling): void {
    this.#spoiling = spoiling;
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  /** Ends it, whatever is under way. */
  cut(): void {
    if (this.#over.signal.aborted) return;
    this.#over.abort();
    this.#changed.resolve();
    closeQuietly(this.#deps.client);
    if (this.#server !== undefined) closeQuietly(this.#server);
  }

  async #run(): Promise<void> {
    const { client, peer: { port, hostname = "127.0.0.1" } } = this.#deps;
    try {
      while (this.#spoiling.silent === "both") await this.#changes();
      if (this.#isOver) return;
      this.#server = await Deno.connect({ hostname, port });
      if (this.#isOver) return closeQuietly(this.#server);
      await Promise.all([
        this.#pass("up", { from: client, to: this.#server }),
        this.#pass("down", { from: this.#server, to: client }),
      ]);
    } catch {
      // One end is gone or was never there: the other learns it by being closed, below.
    } finally {
      this.cut();
    }
  }

  /** Reads ahead of what is passed on, so that a delay costs time and not width. */
  async #pass(direction: Direction, ends: Ends): Promise<void> {
    const pieces = new PieceQueue();
    const reading = this.#read(ends.from, pieces).catch(() => pieces.close());
    try {
      for (;;) {
        const { bytes, dueAtMs } = await pieces.take();
        await this.#sleep(dueAtMs - this.#deps.time.monotonicMs());
        if (bytes === undefined) return await ends.to.closeWrite();
        await this.#write(bytes, { direction, to: ends.to });
      }
    } catch {
      this.cut(); // A direction that fails takes the other with it, as a reset does.
    } finally {
      pieces.close();
      await reading;
    }
  }

  async #read(from: Deno.TcpConn, pieces: PieceQueue): Promise<void> {
    for (;;) {
      const buffer = new Uint8Array(READ_BYTES);
      const count = await from.read(buffer);
      const bytes = count === null ? undefined : buffer.subarray(0, count);
      const dueAtMs = this.#deps.time.monotonicMs() + (this.#spoiling.delayMs ?? 0);
      await pieces.put({ bytes, dueAtMs });
      if (bytes === undefined) return;
    }
  }

  async #write(
    bytes: Uint8Array,
    { direction, to }: { readonly direction: Direction; readonly to: Deno.TcpConn },
  ): Promise<void> {
    for (let rest = bytes; rest.length > 0;) {
      await this.#untilHeard(direction);
      const { sliceBytes = rest.length, bytesPerSecond } = this.#spoiling;
      const piece = rest.subarray(0, Math.max(1, Math.min(sliceBytes, bytesPerSecond ?? Infinity)));
      for (let left = piece; left.length > 0;) left = left.subarray(await to.write(left));
      rest = rest.subarray(piece.length);
      if (bytesPerSecond !== undefined) await this.#sleep(piece.length / bytesPerSecond * 1000);
    }
  }

  /** @throws {Error} when it is cut meanwhile */
  async #untilHeard(direction: Direction): Promise<void> {
    for (;;) {
      if (this.#isOver) throw new Error("Cannot pass anything on: the connection was cut");
      const { silent } = this.#spoiling;
      if (silent !== "both" && silent !== direction) return;
      await this.#changes();
    }
  }

  async #changes(): Promise<void> {
    if (this.#isOver) throw new Error("Cannot wait for a change: the connection was cut");
    await this.#changed.promise;
  }

  async #sleep(ms: number): Promise<void> {
    if (ms > 0) await this.#deps.time.sleep(ms, { signal: this.#over.signal });
  }

  get #isOver(): boolean {
    return this.#over.signal.aborted;
  }
}

interface Ends {
  readonly from: Deno.TcpConn;
  readonly to: Deno.TcpConn;
}

/** Pieces that wait, as many as may; whoever puts one more waits too. */
class PieceQueue {
  readonly #pieces: Piece[] = [];
  #changed = Promise.withResolvers<void>();
  #closed = false;

  async put(piece: Piece): Promise<void> {
    while (this.#pieces.length >= WAITING_MAX && !this.#closed) await this.#changed.promise;
    this.#pieces.push(piece);
    this.#tell();
  }

  /** @throws {Error} when it was closed and nothing is left */
  async take(): Promise<Piece> {
    for (;;) {
      const piece = this.#pieces.shift();
      if (piece !== undefined) {
        this.#tell();
        return piece;
      }
      if (this.#closed) throw new Error("Cannot take a piece: the stream was broken off");
      await this.#changed.promise;
    }
  }

  /** There will be no more pieces, and nobody waits. */
  close(): void {
    this.#closed = true;
    this.#tell();
  }

  #tell(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}

function closeQuietly(conn: Deno.TcpConn): void {
  try {
    conn.close();
  } catch {
    // It is closed already: whoever failed first was quicker.
  }
}
