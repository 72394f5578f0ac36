/**
 * The one error that parsing untrusted input throws: it names the field and quotes what stood there,
 * shortened, so that a log line shows what a sender did wrong without repeating all of it.
 *
 * @module
 */

const QUOTED_CHARACTERS_MAX = 120;

/** Untrusted input that cannot be read as the model it claims to be. */
export class ParseError extends SyntaxError {
  /** Tells it from other errors where `instanceof` cannot. */
  override readonly name = "ParseError";
  /** What was being read, for example `heartbeat`. */
  readonly what: string;
  /** Where in it the fault lies, for example `droplets[3].index`; empty for the input as a whole. */
  readonly field: string;

  /**
   * The message names `what` and `field`.
   *
   * @param what what was being read, as a noun: `heartbeat`
   * @param field path of the field at fault, empty for the input as a whole
   * @param problem what is wrong and what is needed
   */
  constructor(what: string, field: string, problem: string, options?: ErrorOptions) {
    super(`Cannot read ${what}: ${field === "" ? "" : `${shown(field)}: `}${problem}`, options);
    this.what = what;
    this.field = field;
  }
}

/** A path as it is, unless a name in it, which may be the sender's, is long or moves cursors. */
function shown(field: string): string {
  return /^[\x20-\x7e]{1,300}$/.test(field) ? field : quoteValue(field);
}

/** What could move a terminal's cursor or turn text around, and `JSON.stringify` leaves as it is. */
const UNPRINTABLE = /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/**
 * A short printable form of an untrusted value: what it quotes is at most 120 characters, and control
 * characters are escaped. The length it gives for what is longer is that of the value itself.
 */
export function quoteValue(value: unknown): string {
  if (typeof value !== "string") return describeValue(value);
  if (value.length <= QUOTED_CHARACTERS_MAX) return quote(value);
  return `${quote(value.slice(0, QUOTED_CHARACTERS_MAX))}… (${value.length} characters)`;
}

function quote(text: string): string {
  return JSON.stringify(text).replace(
    UNPRINTABLE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function describeValue(value: unknown): string {
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (value !== null && typeof value === "object") return "an object";
  return String(value);
}
