/**
 * Headers as HTTP/2 packs them (HPACK, RFC 7541). What we send is the plainest form that there is: the same
 * few headers, packed once and kept. What comes may use all of it. Pure, but for what a decoder remembers.
 *
 * @module
 */

import { decodeHuffman } from "./huffman.ts";
import { type Header, STATIC_TABLE } from "./static_table.ts";

/** How much a decoder remembers, in bytes, as HTTP/2 counts them; we ask for no more. */
export const TABLE_BYTES_MAX = 4_096;
/**
 * How long the headers of a block may be, in bytes, as they come and as they unfold: a byte of a block can
 * stand for the largest header that is remembered.
 */
export const HEADERS_BYTES_MAX = 64 * 1024;
/** What an entry counts beside its texts, in bytes. */
const ENTRY_OVERHEAD_BYTES = 32;

const encoder = new TextEncoder();

/** Headers as literals that nobody need remember. */
export function encodeHeaders(headers: readonly Header[]): Uint8Array {
  const bytes: number[] = [];
  for (const [name, value] of headers) {
    bytes.push(0);
    pushText(bytes, name);
    pushText(bytes, value);
  }
  return Uint8Array.from(bytes);
}

function pushText(bytes: number[], text: string): void {
  const encoded = encoder.encode(text);
  pushNumber(bytes, encoded.length);
  bytes.push(...encoded);
}

/** A number whose first byte has seven bits for it. */
function pushNumber(bytes: number[], value: number): void {
  if (value < 0x7f) {
    bytes.push(value);
    return;
  }
  bytes.push(0x7f);
  let rest = value - 0x7f;
  for (; rest >= 0x80; rest = rest >> 7) bytes.push(rest & 0x7f | 0x80);
  bytes.push(rest);
}

/** Reads the headers of one connection, all of them, in their order: each may lean on those before. */
export class HeaderDecoder {
  /** The newest first. */
  readonly #table: Header[] = [];
  #tableBytes = 0;
  #tableBytesMax = TABLE_BYTES_MAX;

  /**
   * The headers of a block.
   *
   * @throws {RangeError} when it is none; nothing that comes after it on this connection can be read then
   */
  decode(block: Uint8Array): Header[] {
    const reader = new BlockReader(block);
    const headers: Header[] = [];
    let left = HEADERS_BYTES_MAX;
    while (!reader.atEnd) {
      const header = this.#next(reader, headers.length === 0);
      if (header === undefined) continue;
      left -= entryBytes(header);
      if (left < 0) {
        throw new RangeError(`Cannot read headers of more than ${HEADERS_BYTES_MAX} bytes`);
      }
      headers.push(header);
    }
    return headers;
  }

  /** The next header; undefined when the table changes its size instead, as it may before the first. */
  #next(reader: BlockReader, first: boolean): Header | undefined {
    const kind = reader.peek();
    if (kind >= 0x80) return this.#known(reader.number(7));
    if (kind >= 0x40) return this.#remember(this.#literal(reader, 6));
    if (kind < 0x20) return this.#literal(reader, 4);
    if (!first) {
      throw new RangeError("Cannot read headers: their table changes its size among them");
    }
    this.#resize(reader.number(5));
    return undefined;
  }

  #literal(reader: BlockReader, prefixBits: number): Header {
    const index = reader.number(prefixBits);
    const name = index === 0 ? reader.text() : this.#known(index)[0];
    return [name, reader.text()];
  }

  #known(index: number): Header {
    const header = STATIC_TABLE[index - 1] ?? this.#table[index - 1 - STATIC_TABLE.length];
    if (header === undefined) throw new RangeError(`Cannot read a header: none is number ${index}`);
    return header;
  }

  #remember(header: Header): Header {
    this.#table.unshift(header);
    this.#tableBytes += entryBytes(header);
    this.#forget();
    return header;
  }

  #resize(bytes: number): void {
    if (bytes > TABLE_BYTES_MAX) {
      throw new RangeError(`Cannot read headers: a table of ${bytes} bytes was not agreed to`);
    }
    this.#tableBytesMax = bytes;
    this.#forget();
  }

  #forget(): void {
    while (this.#tableBytes > this.#tableBytesMax) {
      const oldest = this.#table.pop();
      this.#tableBytes -= oldest === undefined ? 0 : entryBytes(oldest);
    }
  }
}

function entryBytes([name, value]: Header): number {
  return name.length + value.length + ENTRY_OVERHEAD_BYTES;
}

/** A block of headers, part by part. */
class BlockReader {
  readonly #block: Uint8Array;
  #at = 0;

  constructor(block: Uint8Array) {
    this.#block = block;
  }

  get atEnd(): boolean {
    return this.#at >= this.#block.length;
  }

  /** The next byte, which is still to be read. */
  peek(): number {
    const byte = this.#block[this.#at];
    if (byte === undefined) throw cutShort();
    return byte;
  }

  /** A number that begins in the last `prefixBits` bits of the next byte. */
  number(prefixBits: number): number {
    const full = 2 ** prefixBits - 1;
    const first = this.peek() & full;
    this.#at += 1;
    if (first < full) return first;
    let value = full;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.peek();
      this.#at += 1;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new RangeError("Cannot read a header: a number in it is too large");
  }

  /** A text, one character a byte. */
  text(): string {
    const packed = this.peek() >= 0x80;
    const length = this.number(7);
    const bytes = this.#block.subarray(this.#at, this.#at + length);
    if (bytes.length < length) throw cutShort();
    this.#at += length;
    return packed ? decodeHuffman(bytes) : String.fromCharCode(...bytes);
  }
}

function cutShort(): RangeError {
  return new RangeError("Cannot read headers: they end within one");
}
