/**
 * Writes lines to standard output or standard error, at once: a line that was logged is out before the
 * program goes on, so that no exit, however sudden, loses it. The price is that a reader who does not
 * read holds us up, as it does every program that writes to a pipe.
 *
 * Nothing that goes wrong here may go wrong in the program: a closed or full pipe costs lines, not
 * more, and they are counted.
 *
 * @module
 */

/** Somewhere bytes can be written at once: `Deno.stdout`, `Deno.stderr`. */
export interface SyncWriter {
  /** How many bytes were taken. */
  writeSync(bytes: Uint8Array): number;
}

/** Writes whole lines, or none of a line. */
export class LineWriter {
  readonly #stream: SyncWriter;
  readonly #encoder = new TextEncoder();
  /** What is left of a line that was begun: it goes first, so that lines never mix. */
  #rest = new Uint8Array();
  #lost = 0;

  constructor(stream: SyncWriter) {
    this.#stream = stream;
  }

  /** Writes a line, its newline included. False: it is lost. */
  write(line: string): boolean {
    this.flush();
    if (this.#rest.length === 0) {
      const bytes = this.#encoder.encode(line);
      const rest = this.#take(bytes);
      // What is left of a line that was begun can wait; one that was not is given up.
      if (rest.length < bytes.length) {
        this.#rest = rest;
        return true;
      }
    }
    this.#lost += 1;
    return false;
  }

  /** Writes what is left of a line that was begun, if it is taken now. */
  flush(): void {
    if (this.#rest.length > 0) this.#rest = this.#take(this.#rest);
  }

  /** How many lines were lost since this was last asked. */
  takeLost(): number {
    const lost = this.#lost;
    this.#lost = 0;
    return lost;
  }

  /** Writes what it can, and returns the rest. */
  #take(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    let rest = bytes;
    try {
      while (rest.length > 0) {
        const taken = this.#stream.writeSync(rest);
        if (taken <= 0) break;
        rest = rest.subarray(taken);
      }
    } catch {
      // A broken or full pipe: the caller counts the line if nothing of it got through.
    }
    return rest;
  }
}
