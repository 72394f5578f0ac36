/**
 * What is fuzzed: a reader of bytes that come from outside, with inputs that it takes, and with what must
 * hold of every input whatsoever. Pure.
 *
 * @module
 */

/** Whether an input was taken, or refused as documented. */
export type Verdict = "accepted" | "refused";

/** A reader under test. */
export interface FuzzTarget {
  /** Lower case, words with dashes: the name of its corpus folder. */
  readonly name: string;
  /** Inputs that are taken, and that others are made from. */
  readonly seeds: readonly Uint8Array[];
  /** Words that mean something in its language. */
  readonly dictionary: readonly string[];
  /** Reads an input. What it throws is a finding. */
  readonly check: (input: Uint8Array) => Verdict | Promise<Verdict>;
}

/** Something that must hold does not. */
export class FuzzViolation extends Error {
  override readonly name = "FuzzViolation";
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The bytes of a text, or of the JSON of anything else. */
export function bytesOf(seed: unknown): Uint8Array {
  return encoder.encode(typeof seed === "string" ? seed : JSON.stringify(seed));
}

/** The text of bytes, as a store hands it out: what is no UTF-8 is replaced. */
export function textOf(input: Uint8Array): string {
  return decoder.decode(input);
}
