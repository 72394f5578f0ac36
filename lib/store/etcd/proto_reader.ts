/**
 * Reads protobuf by hand: what etcd's busiest calls need of it. Fields that nobody asks for are passed
 * over, as protobuf demands. Pure.
 *
 * @module
 */

import { Buffer } from "node:buffer";

/** Longest whole number, in bytes: 64 bits, 7 to a byte. */
const NUMBER_BYTES_MAX = 10;

/** One message, field by field. */
export class ProtoReader {
  readonly #bytes: Buffer;
  #at: number;
  #end: number;
  #wireType = 0;

  constructor(bytes: Buffer, start = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  /** The number of the next field; 0 at the end. Its value must be read, or passed over with `skip`. */
  next(): number {
    if (this.#at >= this.#end) return 0;
    const tag = this.number();
    this.#wireType = tag % 8;
    return Math.floor(tag / 8);
  }

  /** A whole number; beyond 2^53 only about. */
  number(): number {
    let value = 0;
    for (let bytes = 1, factor = 1; bytes <= NUMBER_BYTES_MAX; bytes += 1, factor *= 0x80) {
      const byte = this.#byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
    throw tooLong();
  }

  /** A whole number of any size, in decimal. */
  decimal(): string {
    return String(this.#integer());
  }

  /** A whole number that may be less than 0; beyond 2^53 only about. */
  signed(): number {
    return Number(BigInt.asIntN(64, this.#integer()));
  }

  #integer(): bigint {
    let value = 0n;
    for (let bytes = 0; bytes < NUMBER_BYTES_MAX; bytes += 1) {
      const byte = this.#byte();
      value |= BigInt(byte & 0x7f) << BigInt(7 * bytes);
      if (byte < 0x80) return value;
    }
    throw tooLong();
  }

  /** Bytes as text of one character each. */
  latin1(): string {
    const [start, end] = this.#take();
    return this.#bytes.toString("latin1", start, end);
  }

  /** Text. */
  text(): string {
    const [start, end] = this.#take();
    for (let at = start; at < end; at += 1) {
      if ((this.#bytes[at] ?? 0) > 0x7f) return this.#bytes.toString("utf8", start, end);
    }
    return this.#bytes.toString("latin1", start, end);
  }

  /** A message in the message. */
  message(): ProtoReader {
    const [start, end] = this.#take();
    return new ProtoReader(this.#bytes, start, end);
  }

  /** Passes over the field. */
  skip(): void {
    if (this.#wireType === 0) this.number();
    else if (this.#wireType === 2) this.#take();
    else if (this.#wireType === 1) this.#pass(8);
    else if (this.#wireType === 5) this.#pass(4);
    else throw new RangeError(`Cannot read a message: it has a field of kind ${this.#wireType}`);
  }

  #pass(bytes: number): void {
    this.#at += bytes;
    if (this.#at > this.#end) throw cutShort();
  }

  #take(): [start: number, end: number] {
    const length = this.number();
    const start = this.#at;
    this.#at += length;
    if (this.#at > this.#end) throw cutShort();
    return [start, this.#at];
  }

  #byte(): number {
    if (this.#at >= this.#end) throw cutShort();
    return this.#bytes[this.#at++] ?? 0;
  }
}

function cutShort(): RangeError {
  return new RangeError("Cannot read a message: it ends within a field");
}

function tooLong(): RangeError {
  return new RangeError(
    `Cannot read a message: it has a number of more than ${NUMBER_BYTES_MAX} bytes`,
  );
}
