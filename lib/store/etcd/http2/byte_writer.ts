/**
 * Writes to a connection: all that is there to be written goes out in one call of the system, and whoever
 * writes need not wait.
 *
 * @module
 */

/** What is written to. */
export interface ByteSink {
  write(bytes: Uint8Array): Promise<number>;
}

/** Pieces below this size are put together, in bytes; larger ones are not worth copying. */
const JOINED_MAX_BYTES = 256 * 1024;

/** The bytes that wait for one connection, in their order. */
export class ByteWriter {
  readonly #sink: ByteSink;
  readonly #onFailure: (error: unknown) => void;
  #waiting: Uint8Array[] = [];
  #writing = false;

  /** @param onFailure hears of it when nothing can be written any more */
  constructor(sink: ByteSink, onFailure: (error: unknown) => void) {
    this.#sink = sink;
    this.#onFailure = onFailure;
  }

  /** Whether all that was given has gone out. */
  get idle(): boolean {
    return !this.#writing;
  }

  /** Writes these after what was given before. They must not be changed any more. */
  write(bytes: Uint8Array): void {
    this.#waiting.push(bytes);
    if (this.#writing) return;
    this.#writing = true;
    // What is said in the same turn goes along.
    queueMicrotask(() => void this.#run());
  }

  async #run(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        const pieces = this.#waiting;
        this.#waiting = [];
        for (const bytes of joined(pieces)) await this.#writeAll(bytes);
      }
      this.#writing = false;
    } catch (error) {
      // It stays "writing": nothing more goes out.
      this.#onFailure(error);
    }
  }

  async #writeAll(bytes: Uint8Array): Promise<void> {
    for (let sent = 0; sent < bytes.length;) {
      sent += await this.#sink.write(sent === 0 ? bytes : bytes.subarray(sent));
    }
  }
}

function joined(pieces: readonly Uint8Array[]): readonly Uint8Array[] {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (pieces.length === 1 || length > JOINED_MAX_BYTES) return pieces;
  const all = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return [all];
}
