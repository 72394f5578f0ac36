/**
 * Makes the fields of a log line fit to be shown: secrets are hidden by the names they go under and the
 * shapes they have (`redact_text.ts`), errors become data with their causes, and everything is bounded in
 * depth, length and number, whatever it was, so that logging never fails and never floods. The result is
 * plain JSON.
 *
 * Every line of every logger passes through here.
 *
 * @module
 */

import type { LogFields } from "./logger.ts";
import { redactedMark, redactText } from "./redact_text.ts";

/** What JSON can hold. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

/** Options of {@linkcode redact}. */
export interface RedactOptions {
  /** Show the stacks of errors. @default {false} */
  readonly stacks?: boolean;
}

const depthMax = 6;
const entriesMax = 50;
/** Characters in one line, all depths together, give or take the last text. */
const charactersMax = 20_000;
const stackLengthMax = 4_000;
const nameLengthMax = 100;

/** Names that give a secret away wherever in the name they stand. */
const secretParts =
  /pass(word|wd|phrase)|secret|token|authorization|credential|nkey|cookie|(api|access|private)[-_ ]?key/i;
/** Names that do so only as a whole word, and not for a number: `dbSeed: "SU…"`, not `seeded`. */
const secretWords = /(^|_)(pwd|seed|jwt|auth|pem)(_|$)|^pass$/;

/** The fields, without secrets and within bounds, as plain JSON. Never throws. */
export function redact(
  fields: LogFields,
  options: RedactOptions = {},
): { readonly [name: string]: JsonValue } {
  try {
    return new Redaction(options).members(membersOf(fields));
  } catch {
    // Fields that cannot even be listed; the line's message must still get through.
    return { "…": "[unreadable]" };
  }
}

class Redaction {
  readonly #stacks: boolean;
  readonly #ancestors: object[] = [];
  #charactersLeft = charactersMax;

  constructor(options: RedactOptions) {
    this.#stacks = options.stacks ?? false;
  }

  members(members: Iterable<readonly [string, unknown]>): { readonly [name: string]: JsonValue } {
    const shown: [string, JsonValue][] = [];
    for (const [name, member] of members) {
      if (shown.length === entriesMax || this.#charactersLeft <= 0) {
        shown.push(["…", "cut"]);
        break;
      }
      const hidden = isSecret(name, member);
      shown.push([this.#text(name, nameLengthMax), hidden ? redactedMark : this.#value(member)]);
    }
    // Unlike assigning them one by one this makes `__proto__` a member like any other.
    return Object.fromEntries(shown);
  }

  #text(text: string, lengthMax?: number): string {
    const shown = redactText(text, lengthMax);
    this.#charactersLeft -= shown.length;
    return shown;
  }

  #value(value: unknown): JsonValue {
    this.#charactersLeft -= 1;
    switch (typeof value) {
      case "string":
        return this.#text(value);
      case "number":
        return Number.isFinite(value) ? value : String(value);
      case "boolean":
        return value;
      case "bigint":
        return this.#text(String(value));
      case "object":
        return value === null ? null : this.#below(value);
      case "undefined":
        return null;
      default:
        return `[${typeof value}]`;
    }
  }

  #below(value: object): JsonValue {
    if (this.#ancestors.includes(value)) return "[circular]";
    if (this.#ancestors.length >= depthMax) return "[too deep]";
    this.#ancestors.push(value);
    try {
      return this.#structure(value);
    } catch {
      // A log line must not fail because a proxy or a getter in it does; that it did is shown.
      return "[unreadable]";
    } finally {
      this.#ancestors.pop();
    }
  }

  #structure(value: object): JsonValue {
    if (Array.isArray(value) || value instanceof Set) return this.#list(value);
    if (value instanceof Error) return this.#error(value);
    if (value instanceof Date) {
      return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
    }
    if (value instanceof URL) return this.#text(value.href);
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) {
      return `[${value.byteLength} bytes]`;
    }
    return this.members(membersOf(value));
  }

  #list(values: Iterable<unknown>): JsonValue {
    const shown: JsonValue[] = [];
    for (const value of values) {
      if (shown.length === entriesMax || this.#charactersLeft <= 0) {
        shown.push("…");
        break;
      }
      shown.push(this.#value(value));
    }
    return shown;
  }

  #error(error: Error): JsonValue {
    return {
      name: this.#text(String(error.name), nameLengthMax),
      message: this.#text(String(error.message)),
      ...this.members(membersOf(error)),
      ...(this.#stacks && { stack: this.#text(String(error.stack), stackLengthMax) }),
      ...(error instanceof AggregateError && { errors: this.#value(error.errors) }),
      ...(error.cause !== undefined && { cause: this.#value(error.cause) }),
    };
  }
}

/** Null, true and false give nothing away, and often matter: `hasPassword: false`. */
function isSecret(name: string, value: unknown): boolean {
  if (value === null || value === undefined || typeof value === "boolean") return false;
  if (secretParts.test(name)) return true;
  const words = name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").replace(/[^A-Za-z0-9]+/g, "_");
  return typeof value !== "number" && secretWords.test(words.toLowerCase());
}

/** A header list or a map of settings holds its secrets under names, like an object. */
function* membersOf(value: object): Generator<readonly [string, unknown]> {
  if (value instanceof Map || value instanceof Headers) {
    for (const [name, member] of value) yield [String(name), member];
    return;
  }
  for (const name of Object.keys(value)) yield [name, readMember(value, name)];
}

function readMember(value: object, name: string): unknown {
  try {
    return Reflect.get(value, name);
  } catch {
    // A getter that throws; what is shown says so.
    return "[unreadable]";
  }
}
