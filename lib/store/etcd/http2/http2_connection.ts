/**
 * The client's end of an HTTP/2 connection (RFC 9113): as much of it as gRPC needs. No pushes, no
 * priorities; everything else that the other side may do is understood or ends the connection.
 *
 * What comes is handed on at once and never held up: whoever hears it decides how much may wait.
 *
 * @module
 */

import { ByteWriter } from "./byte_writer.ts";
import {
  checkFrame,
  contentOf,
  ErrorCode,
  Flag,
  type Frame,
  frame,
  FrameReader,
  FrameType,
  numberFrame,
  PREFACE,
  readSettings,
  readUint32,
  Setting,
  settingsFrame,
} from "./frames.ts";
import { HeaderDecoder, HEADERS_BYTES_MAX, TABLE_BYTES_MAX } from "./headers.ts";
import { Http2Error } from "./http2_error.ts";
import { SendWindow, WINDOW_BYTES } from "./send_window.ts";
import type { Header } from "./static_table.ts";

/** What a connection is made over. */
export interface ByteStream {
  /** How many bytes have come; null: the other side has ended it. */
  read(into: Uint8Array): Promise<number | null>;
  write(bytes: Uint8Array): Promise<number>;
  close(): void;
}

/** Hears what comes on a stream, until it is `closed`, which it hears once and last. */
export interface StreamListener {
  /** The first headers, or the last ones. */
  onHeaders(headers: readonly Header[]): void;
  /** Good only until it returns. */
  onData(bytes: Uint8Array): void;
  /** Undefined: as it should. */
  onClosed(error: Http2Error | undefined): void;
}

/** Bytes read at once. */
const READ_BYTES = 256 * 1024;
/** What the other side may send on a stream before we say that we have it, in bytes. */
const STREAM_WINDOW_BYTES = 8 * 1024 * 1024;
/** The same for all streams together. */
const CONNECTION_WINDOW_BYTES = 64 * 1024 * 1024;
/** Frames that one block of headers may come in: more of them than their length needs are an attack. */
const HEADER_FRAMES_MAX = 32;
/** Settings and pings that may wait for their answers to go out: more asks who does not listen. */
const ANSWERS_WAITING_MAX = 10_000;
/** The last number that a stream may have. */
const STREAM_ID_MAX = 0x7fffffff;

/** One stream. */
interface Stream {
  readonly listener: StreamListener;
  /** Received, and not yet granted anew. */
  received: number;
  /** We have said all. */
  sentAll: boolean;
}

/** A block of headers that is still coming. */
interface HeaderBlock {
  readonly stream: number;
  readonly endsStream: boolean;
  readonly parts: Uint8Array[];
}

/** One connection, from the moment that its bytes can flow. */
export class Http2Connection {
  readonly #bytes: ByteStream;
  readonly #writer: ByteWriter;
  readonly #reader = new FrameReader(READ_BYTES);
  readonly #headers = new HeaderDecoder();
  readonly #window: SendWindow;
  readonly #streams = new Map<number, Stream>();
  #streamsMax = Infinity;
  #nextStream = 1;
  #received = 0;
  #answersWaiting = 0;
  #block: HeaderBlock | undefined;
  #retired = false;
  #closed = false;

  constructor(bytes: ByteStream) {
    this.#bytes = bytes;
    this.#writer = new ByteWriter(bytes, (error) => this.#fail(error));
    const send = (frames: Uint8Array) => this.#writer.write(frames);
    this.#window = new SendWindow(send);
    send(PREFACE);
    send(settingsFrame([
      [Setting.tableBytes, TABLE_BYTES_MAX],
      [Setting.push, 0],
      [Setting.streamWindowBytes, STREAM_WINDOW_BYTES],
    ]));
    send(
      numberFrame(
        { type: FrameType.windowUpdate, stream: 0 },
        CONNECTION_WINDOW_BYTES - WINDOW_BYTES,
      ),
    );
    void this.#read();
  }

  /** A new stream can be opened on it. */
  get usable(): boolean {
    return !this.#retired && this.#streams.size < this.#streamsMax &&
      this.#nextStream <= STREAM_ID_MAX;
  }

  /**
   * Opens a stream with these headers, packed. Its listener hears nothing before this returns.
   *
   * @throws {Http2Error} when the connection is not usable
   */
  open(headers: Uint8Array, listener: StreamListener): number {
    if (!this.usable) throw new Http2Error("the connection takes no more calls", { unsent: true });
    const stream = this.#nextStream;
    this.#nextStream += 2;
    this.#streams.set(stream, { listener, received: 0, sentAll: false });
    this.#window.open(stream);
    const head = { type: FrameType.headers, flags: Flag.endHeaders, stream };
    this.#writer.write(frame(head, headers));
    return stream;
  }

  /** Sends data on a stream; `last` ends our side of it. */
  write(stream: number, data: Uint8Array, last: boolean): void {
    const open = this.#streams.get(stream);
    if (open === undefined) return;
    open.sentAll ||= last;
    this.#window.write(stream, data, last);
  }

  /** Ends a stream that nobody wants any more; its listener hears nothing. */
  cancel(stream: number): void {
    if (!this.#forget(stream)) return;
    this.#writer.write(numberFrame({ type: FrameType.reset, stream: stream }, ErrorCode.cancel));
    this.#closeIfDone();
  }

  /** Takes no more streams, and closes when the last has ended. */
  retire(): void {
    this.#retired = true;
    this.#closeIfDone();
  }

  /** Ends it at once. Its streams hear that they are closed by us. */
  close(): void {
    this.#end(new Http2Error("the connection was closed by us"));
  }

  async #read(): Promise<void> {
    try {
      while (!this.#closed) {
        const count = await this.#bytes.read(this.#reader.room);
        if (this.#closed) return;
        if (count === null) throw new Http2Error("the connection was closed by the other side");
        this.#reader.filled(count);
        for (let next = this.#reader.next(); next !== undefined; next = this.#reader.next()) {
          this.#onFrame(next);
        }
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  #onFrame(next: Frame): void {
    checkFrame(next);
    if (this.#block !== undefined && next.type !== FrameType.continuation) {
      throw new RangeError("Cannot read a frame: it comes within headers");
    }
    switch (next.type) {
      case FrameType.data:
        return this.#onData(next);
      case FrameType.headers:
        return this.#onHeaders(next);
      case FrameType.continuation:
        return this.#onContinuation(next);
      case FrameType.reset:
        return this.#onReset(next.stream, readUint32(next.payload, 0));
      case FrameType.settings:
        return this.#onSettings(next);
      case FrameType.ping:
        return this.#onPing(next);
      case FrameType.goAway:
        return this.#onGoAway(next.payload);
      case FrameType.windowUpdate:
        return this.#window.grant(next.stream, readUint32(next.payload, 0) & STREAM_ID_MAX);
      case FrameType.push:
        throw new RangeError("Cannot read a frame: nobody asked for a push");
    }
    // Other types are there to be ignored.
  }

  #onData(next: Frame): void {
    const stream = this.#streams.get(next.stream);
    // Padding counts, and so does what comes for a stream that is no more.
    this.#received = this.#grantAnew(0, this.#received + next.payload.length);
    if (stream === undefined) return;
    stream.listener.onData(contentOf(next));
    if ((next.flags & Flag.endStream) !== 0) return this.#finish(next.stream);
    stream.received = this.#grantAnew(next.stream, stream.received + next.payload.length);
  }

  /** Lets the other side send anew what it has sent, once it is worth a frame; what is left. */
  #grantAnew(stream: number, received: number): number {
    const window = stream === 0 ? CONNECTION_WINDOW_BYTES : STREAM_WINDOW_BYTES;
    if (received < window / 2) return received;
    this.#writer.write(numberFrame({ type: FrameType.windowUpdate, stream: stream }, received));
    return 0;
  }

  #onHeaders(next: Frame): void {
    const endsStream = (next.flags & Flag.endStream) !== 0;
    this.#block = { stream: next.stream, endsStream, parts: [contentOf(next).slice()] };
    this.#endBlock(next);
  }

  #onContinuation(next: Frame): void {
    const block = this.#block;
    if (block === undefined || block.stream !== next.stream) {
      throw new RangeError("Cannot read a frame: it goes on with headers that nobody began");
    }
    block.parts.push(next.payload.slice());
    if (bytesOf(block.parts) > HEADERS_BYTES_MAX) {
      throw new RangeError(`Cannot read headers of more than ${HEADERS_BYTES_MAX} bytes`);
    }
    if (block.parts.length > HEADER_FRAMES_MAX) {
      throw new RangeError(`Cannot read headers in more than ${HEADER_FRAMES_MAX} frames`);
    }
    this.#endBlock(next);
  }

  #endBlock({ flags }: Frame): void {
    const block = this.#block;
    if (block === undefined || (flags & Flag.endHeaders) === 0) return;
    this.#block = undefined;
    // Also those of a stream that is no more: the next ones may lean on them.
    const headers = this.#headers.decode(concat(block.parts));
    this.#streams.get(block.stream)?.listener.onHeaders(headers);
    if (block.endsStream) this.#finish(block.stream);
  }

  #onReset(id: number, code: number): void {
    const stream = this.#forget(id);
    const unsent = code === ErrorCode.refused;
    stream?.listener.onClosed(
      new Http2Error(`the call was ended (HTTP/2 code ${code})`, { unsent }),
    );
    this.#closeIfDone();
  }

  #onSettings({ flags, payload }: Frame): void {
    if ((flags & Flag.ack) !== 0) return;
    for (const [id, value] of readSettings(payload)) {
      if (id === Setting.streamsMax) this.#streamsMax = value;
      else if (id === Setting.streamWindowBytes) this.#window.setInitial(value);
      else if (id === Setting.frameBytes) this.#window.setFrameBytesMax(value);
    }
    this.#answer(FrameType.settings, new Uint8Array());
  }

  #onPing({ flags, payload }: Frame): void {
    if ((flags & Flag.ack) !== 0) return;
    this.#answer(FrameType.ping, payload);
  }

  /** Who asks and asks and reads no answer would fill our memory with them. */
  #answer(type: number, payload: Uint8Array): void {
    this.#answersWaiting = this.#writer.idle ? 1 : this.#answersWaiting + 1;
    if (this.#answersWaiting > ANSWERS_WAITING_MAX) {
      throw new RangeError("Cannot go on: the other side asks on and reads no answer");
    }
    this.#writer.write(frame({ type, flags: Flag.ack, stream: 0 }, payload));
  }

  /** The other side is about to go: what it has not begun is to be asked elsewhere. */
  #onGoAway(payload: Uint8Array): void {
    this.#retired = true;
    const last = readUint32(payload, 0) & STREAM_ID_MAX;
    for (const id of [...this.#streams.keys()].filter((stream) => stream > last)) {
      const error = new Http2Error("the server is going away", { unsent: true });
      this.#forget(id)?.listener.onClosed(error);
    }
    this.#closeIfDone();
  }

  /** The other side has said all on a stream. What we have not said yet nobody wants to hear. */
  #finish(id: number): void {
    const stream = this.#forget(id);
    if (stream === undefined) return;
    if (!stream.sentAll) {
      this.#writer.write(numberFrame({ type: FrameType.reset, stream: id }, ErrorCode.cancel));
    }
    stream.listener.onClosed(undefined);
    this.#closeIfDone();
  }

  #forget(id: number): Stream | undefined {
    const stream = this.#streams.get(id);
    this.#streams.delete(id);
    this.#window.close(id);
    return stream;
  }

  #closeIfDone(): void {
    if (this.#retired && this.#streams.size === 0) this.close();
  }

  #fail(error: unknown): void {
    if (error instanceof Http2Error) return this.#end(error);
    const message = error instanceof Error ? error.message : String(error);
    this.#end(new Http2Error(message, { cause: error }));
  }

  #end(error: Http2Error): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#retired = true;
    const streams = [...this.#streams.values()];
    this.#streams.clear();
    for (const { listener } of streams) listener.onClosed(error);
    this.#bytes.close();
  }
}

function bytesOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const all = new Uint8Array(bytesOf(parts));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
