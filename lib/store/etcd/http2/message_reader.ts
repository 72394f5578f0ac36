/**
 * gRPC's messages in the data of a stream: each after a byte that says whether it is compressed, which we
 * never ask for, and its length.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { readUint32 } from "./frames.ts";

const HEAD_BYTES = 5;

/** A message as it is sent. */
export function framedMessage(message: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(HEAD_BYTES + message.length);
  new DataView(bytes.buffer).setUint32(1, message.length);
  bytes.set(message, HEAD_BYTES);
  return bytes;
}

/** A message is longer than we take. */
export class MessageTooLargeError extends Error {
  override readonly name = "MessageTooLargeError";
}

/** Puts the messages of one stream together. */
export class MessageReader {
  readonly #bytesMax: number;
  readonly #head = new Uint8Array(HEAD_BYTES);
  #headLength = 0;
  #body: Buffer | undefined;
  #bodyLength = 0;

  /** @param bytesMax how long a message may be, in bytes */
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /**
   * Takes the next bytes, and hands on each message that is whole.
   *
   * @throws {MessageTooLargeError} before any of it is kept
   * @throws {RangeError} when a message is compressed
   */
  read(bytes: Uint8Array, onMessage: (message: Buffer) => void): void {
    for (let at = 0; at < bytes.length;) {
      at += this.#body === undefined
        ? this.#readHead(bytes.subarray(at))
        : this.#readBody(bytes.subarray(at), this.#body);
      if (this.#body === undefined || this.#bodyLength < this.#body.length) continue;
      const message = this.#body;
      this.#body = undefined;
      this.#headLength = 0;
      onMessage(message);
    }
  }

  #readHead(bytes: Uint8Array): number {
    const part = bytes.subarray(0, HEAD_BYTES - this.#headLength);
    this.#head.set(part, this.#headLength);
    this.#headLength += part.length;
    if (this.#headLength === HEAD_BYTES) this.#begin();
    return part.length;
  }

  #begin(): void {
    if (this.#head[0] !== 0) throw new RangeError("Cannot read a message: it is compressed");
    const length = readUint32(this.#head, 1);
    if (length > this.#bytesMax) {
      throw new MessageTooLargeError(`Received message larger than max (${this.#bytesMax} bytes)`);
    }
    this.#body = Buffer.allocUnsafe(length);
    this.#bodyLength = 0;
  }

  #readBody(bytes: Uint8Array, body: Buffer): number {
    const part = bytes.subarray(0, body.length - this.#bodyLength);
    body.set(part, this.#bodyLength);
    this.#bodyLength += part.length;
    return part.length;
  }
}
