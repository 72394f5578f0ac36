/**
 * Writes protobuf by hand: what etcd's busiest calls need of it. Pure.
 *
 * @module
 */

import { Buffer } from "node:buffer";

const encoder = new TextEncoder();

/** Bytes that a key and its length take at most, beside one byte a character. */
export const FIELD_BYTES_MAX = 16;

/** One message, field by field. */
export class ProtoWriter {
  readonly #bytes: Buffer;
  #length = 0;

  /** @param capacity bytes that the message takes at most */
  constructor(capacity: number) {
    this.#bytes = Buffer.allocUnsafe(capacity);
  }

  /** The message. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** A number field; nothing when it is 0, as its absence means that. */
  number(field: number, value: number): void {
    if (value !== 0) this.numberOrZero(field, value);
  }

  /** A number field that must be there even when it is 0. */
  numberOrZero(field: number, value: number): void {
    this.#varint(field * 8);
    this.#varint(value);
  }

  /** A field of bytes, one for each character. */
  latin1(field: number, text: string): void {
    this.start(field, text.length);
    const bytes = this.#bytes;
    let at = this.#length;
    for (let position = 0; position < text.length; position += 1) {
      bytes[at++] = text.charCodeAt(position);
    }
    this.#length = at;
  }

  /** A field of text; nothing when it is empty. */
  text(field: number, text: string): void {
    if (text === "") return;
    if (isAscii(text)) return this.latin1(field, text);
    const bytes = encoder.encode(text);
    this.start(field, bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Begins a field that is a message of `length` bytes: its fields are to follow. */
  start(field: number, length: number): void {
    this.#varint(field * 8 + 2);
    this.#varint(length);
  }

  #varint(value: number): void {
    let rest = value;
    while (rest > 0x7f) {
      this.#bytes[this.#length++] = rest % 0x80 + 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#length++] = rest;
  }
}

/** Bytes that a number takes. */
export function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest > 0x7f; rest = Math.floor(rest / 0x80)) size += 1;
  return size;
}

/** Bytes that a number field takes, if its field's number is below 16. */
export function numberSize(value: number): number {
  return value === 0 ? 0 : 1 + varintSize(value);
}

/** Bytes that a field of `length` bytes takes, if its field's number is below 16. */
export function bytesSize(length: number): number {
  return 1 + varintSize(length) + length;
}

/** Bytes that a text takes in UTF-8. */
export function textLength(text: string): number {
  return isAscii(text) ? text.length : encoder.encode(text).length;
}

function isAscii(text: string): boolean {
  for (let position = 0; position < text.length; position += 1) {
    if (text.charCodeAt(position) > 0x7f) return false;
  }
  return true;
}
