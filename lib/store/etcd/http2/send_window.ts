/**
 * What may be sent of a stream's data, and when: HTTP/2's flow control (RFC 9113, 5.2), of a connection and
 * of each of its streams. Frames of one stream keep their order; streams take turns.
 *
 * @module
 */

import {
  Flag,
  FRAME_BYTES_LIMIT,
  FRAME_BYTES_MAX,
  FRAME_HEAD_BYTES,
  FrameType,
  writeHead,
} from "./frames.ts";

/** What each side may send before the other one has said more. */
export const WINDOW_BYTES = 65_535;
/** A window must not grow beyond this many bytes. */
const WINDOW_BYTES_MAX = 0x7fffffff;

/** What is left to be sent on a stream. */
interface Waiting {
  readonly data: Uint8Array;
  readonly last: boolean;
  sent: number;
}

/** One stream's share. */
interface Share {
  window: number;
  readonly waiting: Waiting[];
}

/** The data of one connection's streams, on its way out. */
export class SendWindow {
  readonly #send: (bytes: Uint8Array) => void;
  readonly #shares = new Map<number, Share>();
  #connection = WINDOW_BYTES;
  #initial = WINDOW_BYTES;
  #frameBytesMax = FRAME_BYTES_MAX;

  /** @param send takes whole frames */
  constructor(send: (bytes: Uint8Array) => void) {
    this.#send = send;
  }

  /**
   * The other side takes payloads up to this length.
   *
   * @throws {RangeError} when that is a length that nobody may set
   */
  setFrameBytesMax(bytes: number): void {
    if (bytes < FRAME_BYTES_MAX || bytes > FRAME_BYTES_LIMIT) {
      throw new RangeError(`Cannot go on: the other side asks for frames of ${bytes} bytes`);
    }
    this.#frameBytesMax = bytes;
  }

  /** A stream begins. */
  open(stream: number): void {
    this.#shares.set(stream, { window: this.#initial, waiting: [] });
  }

  /** A stream has ended: what it still had to send is not sent. */
  close(stream: number): void {
    this.#shares.delete(stream);
  }

  /** Sends as much as may be sent, and the rest when it may be; `last` ends our side of the stream. */
  write(stream: number, data: Uint8Array, last: boolean): void {
    const share = this.#shares.get(stream);
    if (share === undefined) return;
    share.waiting.push({ data, last, sent: 0 });
    this.#flush(stream, share);
  }

  /**
   * The other side takes more, of a stream or (0) of the connection.
   *
   * @throws {RangeError} when that is nothing, or more than a window may be
   */
  grant(stream: number, bytes: number): void {
    if (bytes === 0) throw new RangeError("Cannot go on: the other side grants room for nothing");
    if (stream === 0) {
      this.#connection = grown(this.#connection, bytes);
      for (const [id, share] of this.#shares) this.#flush(id, share);
      return;
    }
    const share = this.#shares.get(stream);
    if (share === undefined) return;
    share.window = grown(share.window, bytes);
    this.#flush(stream, share);
  }

  /**
   * The other side has changed what each stream may send at first, also for those that are there. What they
   * have sent already may be more than that.
   *
   * @throws {RangeError} when that is more than a window may be
   */
  setInitial(bytes: number): void {
    const more = bytes - this.#initial;
    this.#initial = grown(0, bytes);
    for (const [id, share] of this.#shares) {
      share.window = grown(share.window, more);
      this.#flush(id, share);
    }
  }

  #flush(stream: number, share: Share): void {
    for (let next = share.waiting[0]; next !== undefined; next = share.waiting[0]) {
      const left = next.data.length - next.sent;
      const length = Math.max(0, Math.min(left, share.window, this.#connection));
      if (length === 0 && left > 0) return;
      this.#send(this.#frames(stream, next, length));
      next.sent += length;
      share.window -= length;
      this.#connection -= length;
      if (next.sent === next.data.length) share.waiting.shift();
    }
  }

  /** The next `length` bytes, cut into as many frames as they need. */
  #frames(stream: number, { data, sent, last }: Waiting, length: number): Uint8Array {
    const count = Math.max(1, Math.ceil(length / this.#frameBytesMax));
    const bytes = new Uint8Array(length + count * FRAME_HEAD_BYTES);
    let at = 0;
    let start = sent;
    do {
      const end = Math.min(start + this.#frameBytesMax, sent + length);
      const flags = last && end === data.length ? Flag.endStream : 0;
      writeHead(bytes, at, { type: FrameType.data, flags, stream, length: end - start });
      bytes.set(data.subarray(start, end), at + FRAME_HEAD_BYTES);
      at += FRAME_HEAD_BYTES + end - start;
      start = end;
    } while (start < sent + length);
    return bytes;
  }
}

function grown(window: number, bytes: number): number {
  if (window + bytes > WINDOW_BYTES_MAX) {
    throw new RangeError("Cannot go on: the other side's window is larger than HTTP/2 allows");
  }
  return window + bytes;
}
