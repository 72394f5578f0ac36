/**
 * What an operator has to say for a hold: who it is, why, and for how long. It is shown to whoever comes
 * upon the hold, on terminals among others, so it must be text of a line and of a bounded length.
 *
 * @module
 */

import { formatDuration } from "../helpers/duration.ts";
import { HOLD_BY_CHARACTERS_MAX, HOLD_REASON_CHARACTERS_MAX } from "../models/hold.ts";

/** Who, why and for how long. */
export interface OperatorsWord {
  readonly by: string;
  readonly reason: string;
  readonly seconds: number;
}

/** What was said cannot be taken for an operator's word; saying it again changes nothing. */
export class OperatorsWordError extends Error {
  override readonly name = "OperatorsWordError";
}

/** What is said on the command line. */
export interface SaidWord {
  /** Undefined when nobody said. */
  readonly by: string | undefined;
  readonly reason: string;
  readonly seconds: number;
  /** The longest that may be asked for. */
  readonly secondsMax: number;
}

// deno-lint-ignore no-control-regex -- they are what must not get to a terminal
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

/**
 * Takes an operator's word.
 *
 * @throws {OperatorsWordError} naming what is missing or wrong
 */
export function takeWord({ by = "", reason, seconds, secondsMax }: SaidWord): OperatorsWord {
  return {
    by: requireText(by, {
      charactersMax: HOLD_BY_CHARACTERS_MAX,
      missing: "it is not known who you are; say so with --by",
    }),
    reason: requireText(reason, {
      charactersMax: HOLD_REASON_CHARACTERS_MAX,
      missing: "whoever comes upon it will ask why; say so with --reason",
    }),
    seconds: requireDuration(seconds, secondsMax),
  };
}

function requireText(
  text: string,
  options: { readonly charactersMax: number; readonly missing: string },
): string {
  const trimmed = text.trim();
  if (trimmed === "") throw new OperatorsWordError(`Cannot do this: ${options.missing}`);
  if (trimmed.length > options.charactersMax) {
    throw new OperatorsWordError(
      `Cannot take ${trimmed.length} characters: at most ${options.charactersMax} are kept`,
    );
  }
  if (UNPRINTABLE.test(trimmed)) {
    throw new OperatorsWordError("Cannot take text with line breaks or control characters");
  }
  return trimmed;
}

function requireDuration(seconds: number, secondsMax: number): number {
  if (seconds > 0 && seconds <= secondsMax) return seconds;
  throw new OperatorsWordError(
    `Cannot do this for ${formatDuration(seconds)}: at most ${formatDuration(secondsMax)} are ` +
      "possible (hold_max_in_seconds)",
  );
}
