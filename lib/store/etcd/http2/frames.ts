/**
 * The frames of HTTP/2 (RFC 9113, 4 and 6): what is sent, built whole, and what comes, cut out of the bytes
 * as they come. Pure, but for the bytes that wait for the rest of their frame.
 *
 * @module
 */

/** What frames are for. */
export const FrameType = {
  data: 0,
  headers: 1,
  reset: 3,
  settings: 4,
  push: 5,
  ping: 6,
  goAway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;

/** What a frame says beside its payload. */
export const Flag = {
  /** Of settings and pings: it answers one. */
  ack: 1,
  endStream: 1,
  endHeaders: 4,
  padded: 8,
  priority: 0x20,
} as const;

/** Why a stream is ended before its time. */
export const ErrorCode = {
  refused: 7,
  cancel: 8,
} as const;

/** What both sides may ask of each other. */
export const Setting = {
  tableBytes: 1,
  push: 2,
  streamsMax: 3,
  streamWindowBytes: 4,
  frameBytes: 5,
} as const;

/** Bytes before each payload. */
export const FRAME_HEAD_BYTES = 9;
/** The longest payload, until the other side allows more; we never do. */
export const FRAME_BYTES_MAX = 16_384;
/** The longest payload that may ever be allowed: more cannot be said. */
export const FRAME_BYTES_LIMIT = 0xffffff;

/** What a client says first of all. */
export const PREFACE = new TextEncoder().encode("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

/** A frame, without its payload. */
export interface FrameHead {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
}

/** A frame that has come. */
export interface Frame extends FrameHead {
  /** Only until the next bytes are read. */
  readonly payload: Uint8Array;
}

/** Writes a frame's head at `at`; its payload is to follow. */
export function writeHead(
  bytes: Uint8Array,
  at: number,
  { type, flags, stream, length }: FrameHead & { readonly length: number },
): void {
  bytes[at] = length >> 16;
  bytes[at + 1] = length >> 8;
  bytes[at + 2] = length;
  bytes[at + 3] = type;
  bytes[at + 4] = flags;
  writeUint32(bytes, at + 5, stream);
}

/** A whole frame. */
export function frame(head: FrameHead, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(FRAME_HEAD_BYTES + payload.length);
  writeHead(bytes, 0, { ...head, length: payload.length });
  bytes.set(payload, FRAME_HEAD_BYTES);
  return bytes;
}

/** Asks the other side for what we want of it. */
export function settingsFrame(settings: readonly (readonly [id: number, value: number])[]) {
  const payload = new Uint8Array(settings.length * 6);
  for (const [index, [id, value]] of settings.entries()) {
    payload[index * 6 + 1] = id;
    writeUint32(payload, index * 6 + 2, value);
  }
  return frame({ type: FrameType.settings, flags: 0, stream: 0 }, payload);
}

/** What the other side asks for. */
export function readSettings(payload: Uint8Array): (readonly [id: number, value: number])[] {
  return Array.from({ length: Math.floor(payload.length / 6) }, (_, index) => {
    const at = index * 6;
    return [(payload[at] ?? 0) * 0x100 + (payload[at + 1] ?? 0), readUint32(payload, at + 2)];
  });
}

/** A frame whose payload is one number: room for more data, or why a stream ends. */
export function numberFrame(
  head: Pick<FrameHead, "type" | "stream">,
  value: number,
): Uint8Array {
  const payload = new Uint8Array(4);
  writeUint32(payload, 0, value);
  return frame({ ...head, flags: 0 }, payload);
}

/** A number of four bytes. */
export function readUint32(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) * 0x1000000 + ((bytes[at + 1] ?? 0) << 16) + ((bytes[at + 2] ?? 0) << 8) +
    (bytes[at + 3] ?? 0);
}

function writeUint32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}

/**
 * Frames of most kinds have one length, and belong to a stream or to none.
 *
 * @throws {RangeError} when this one differs
 */
export function checkFrame(next: Frame): void {
  if (isWellFormed(next)) return;
  const { type, stream, payload: { length } } = next;
  throw new RangeError(
    `Cannot read a frame of kind ${type}, on stream ${stream}, of ${length} bytes`,
  );
}

function isWellFormed({ type, flags, stream, payload: { length } }: Frame): boolean {
  switch (type) {
    case FrameType.data:
    case FrameType.headers:
    case FrameType.continuation:
      return stream !== 0;
    case FrameType.reset:
      return stream !== 0 && length === 4;
    case FrameType.windowUpdate:
      return length === 4;
    case FrameType.settings:
      return stream === 0 && length % 6 === 0 && (length === 0 || (flags & Flag.ack) === 0);
    case FrameType.ping:
      return stream === 0 && length === 8;
    case FrameType.goAway:
      return stream === 0 && length >= 8;
  }
  return true;
}

/**
 * What a frame of data or headers carries, without its padding and its priority.
 *
 * @throws {RangeError} when it says that more of it is padding than there is
 */
export function contentOf({ type, flags, payload }: Frame): Uint8Array {
  const padded = (flags & Flag.padded) !== 0;
  const prioritized = type === FrameType.headers && (flags & Flag.priority) !== 0;
  const start = (padded ? 1 : 0) + (prioritized ? 5 : 0);
  const end = payload.length - (padded ? payload[0] ?? 0 : 0);
  if (end < start) throw new RangeError("Cannot read a frame: it is shorter than its padding");
  return payload.subarray(start, end);
}

/** Cuts what comes into frames. */
export class FrameReader {
  readonly #buffer: Uint8Array;
  #start = 0;
  #end = 0;

  /** @param capacity bytes read at once; at least one frame */
  constructor(capacity: number) {
    this.#buffer = new Uint8Array(Math.max(capacity, FRAME_HEAD_BYTES + FRAME_BYTES_MAX));
  }

  /** Where the next bytes are to be put: some room is always left. */
  get room(): Uint8Array {
    if (this.#start > 0) {
      this.#buffer.copyWithin(0, this.#start, this.#end);
      this.#end -= this.#start;
      this.#start = 0;
    }
    return this.#buffer.subarray(this.#end);
  }

  /** So many bytes have been put there. */
  filled(bytes: number): void {
    this.#end += bytes;
  }

  /**
   * The next frame, if all of it is there.
   *
   * @throws {RangeError} when it is longer than was agreed: this is hardly HTTP/2 at all
   */
  next(): Frame | undefined {
    const bytes = this.#buffer;
    const at = this.#start;
    if (this.#end - at < FRAME_HEAD_BYTES) return undefined;
    const length = readUint32(bytes, at) >>> 8;
    if (length > FRAME_BYTES_MAX) {
      throw new RangeError(`Cannot read a frame of ${length} bytes: is it HTTP/2 at all?`);
    }
    const end = at + FRAME_HEAD_BYTES + length;
    if (this.#end < end) return undefined;
    this.#start = end;
    return {
      type: bytes[at + 3] ?? 0,
      flags: bytes[at + 4] ?? 0,
      stream: readUint32(bytes, at + 5) & 0x7fffffff,
      payload: bytes.subarray(at + FRAME_HEAD_BYTES, end),
    };
  }
}
