/**
 * Reads JSON the way the platform's other parts (written in Go) do: field names are matched without
 * regard to case, unknown fields are ignored, missing and null fields become zero values, and a value
 * of the wrong type rejects the whole message (behaviour.md 24.1).
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { ParseError, quoteValue } from "./parse_error.ts";

/** A JSON object as it came, before any of its fields has been believed. */
export type JsonObject = { readonly [field: string]: unknown };

/** One JSON object with the path that leads to it, for error messages. */
export class JsonReader {
  readonly #what: string;
  readonly #path: string;
  readonly #object: JsonObject;

  constructor(what: string, object: unknown, path = "") {
    if (object === null || typeof object !== "object" || Array.isArray(object)) {
      throw new ParseError(what, path, `${quoteValue(object)} is not a JSON object`);
    }
    this.#what = what;
    this.#path = path;
    this.#object = object as JsonObject;
  }

  /** The string at `field`, empty when missing or null. Throws `ParseError` for any other type. */
  string(field: string): string {
    const value = this.#lookUp(field);
    if (value === undefined || value === null) return "";
    if (typeof value !== "string") throw this.error(field, `${quoteValue(value)} is not a string`);
    return value;
  }

  /** The integer at `field`, 0 when missing or null. Throws `ParseError` for fractions and other types. */
  integer(field: string): number {
    const value = this.number(field);
    if (!Number.isSafeInteger(value)) {
      throw this.error(field, `${quoteValue(value)} is not a whole number`);
    }
    return value === 0 ? 0 : value; // JSON has a negative zero, which is none of ours.
  }

  /** The finite number at `field`, 0 when missing or null. Throws `ParseError` for any other type. */
  number(field: string): number {
    const value = this.#lookUp(field);
    if (value === undefined || value === null) return 0;
    if (typeof value !== "number" || !Number.isFinite(value)) {
      throw this.error(field, `${quoteValue(value)} is not a number`);
    }
    return value;
  }

  /** The boolean at `field`, false when missing or null. Throws `ParseError` for any other type. */
  boolean(field: string): boolean {
    const value = this.#lookUp(field);
    if (value === undefined || value === null) return false;
    if (typeof value !== "boolean") {
      throw this.error(field, `${quoteValue(value)} is not true or false`);
    }
    return value;
  }

  /** The array at `field`, empty when missing or null. Throws `ParseError` for any other type. */
  array(field: string): readonly unknown[] {
    const value = this.#lookUp(field);
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) throw this.error(field, `${quoteValue(value)} is not an array`);
    return value;
  }

  /** The object at `field`. Throws `ParseError` when it is missing or of another type. */
  object(field: string): JsonReader {
    return new JsonReader(this.#what, this.#lookUp(field), this.#join(field));
  }

  /** Whether `field` is there and not null. */
  has(field: string): boolean {
    const value = this.#lookUp(field);
    return value !== undefined && value !== null;
  }

  /** The object's own fields, in the order they came. */
  entries(): [name: string, value: unknown][] {
    return Object.entries(this.#object);
  }

  /** A `ParseError` about `field` of this object. */
  error(field: string, problem: string): ParseError {
    return new ParseError(this.#what, this.#join(field), problem);
  }

  #join(field: string): string {
    return this.#path === "" ? field : `${this.#path}.${field}`;
  }

  #lookUp(field: string): unknown {
    if (Object.hasOwn(this.#object, field)) return this.#object[field];
    const wanted = field.toLowerCase();
    for (const name in this.#object) {
      if (name.toLowerCase() === wanted && Object.hasOwn(this.#object, name)) {
        return this.#object[name];
      }
    }
    return undefined;
  }
}

/** Whether no byte is above 127; looked at four at a time, from the first that can be. */
function isAscii(bytes: Uint8Array): boolean {
  const { buffer, byteOffset, length } = bytes;
  const head = Math.min(length, (4 - byteOffset % 4) % 4);
  const words = new Uint32Array(buffer, byteOffset + head, Math.floor((length - head) / 4));
  let seen = 0;
  for (const word of words) seen |= word;
  for (let at = 0; at < head; at += 1) seen |= bytes[at] ?? 0;
  for (let at = head + words.length * 4; at < length; at += 1) seen |= bytes[at] ?? 0;
  return (seen & 0x80808080) === 0;
}

const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * Parses untrusted bytes or text as JSON.
 *
 * @throws {ParseError} when the bytes are not UTF-8 or the text is not JSON
 */
export function parseJson(what: string, input: Uint8Array | string): unknown {
  const text = typeof input === "string" ? input : decodeUtf8(what, input);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ParseError(what, "", `not JSON: ${quoteValue(text)}`, { cause });
  }
}

/** Bytes as one character each. */
export function asCharacters(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}

function decodeUtf8(what: string, bytes: Uint8Array): string {
  // Nearly all that comes is ASCII, which needs no decoding to speak of.
  if (isAscii(bytes)) {
    return asCharacters(bytes);
  }
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new ParseError(what, "", `${bytes.length} bytes that are not UTF-8`, { cause });
  }
}
