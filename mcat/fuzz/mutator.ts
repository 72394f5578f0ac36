/**
 * Makes an input from others: cuts, repeats, swaps, splices, words of the language, numbers at the edge,
 * deep nesting, bytes that are no text. All chance comes from one source, so that a seed gives the same
 * inputs.
 *
 * @module
 */

import type { SeededRandom } from "../simulation/seeded_random.ts";

/** Mutations of one input. */
const MUTATIONS_MAX = 6;
/** Longest input that is made, in bytes. */
const BYTES_MAX = 8_192;
/** How deep things are nested, and how deep they are now and then. */
const DEPTH_MAX = 40;
const DEEPEST_MAX = 4_000;
const REPEATS_MAX = 64;

/** What inputs are made from. */
export interface MutatorOptions {
  readonly random: SeededRandom;
  /** At least one. */
  readonly seeds: readonly Uint8Array[];
  readonly dictionary: readonly string[];
}

type Mutation = (input: Uint8Array) => Uint8Array;

/** A source of inputs without an end. */
export class Mutator {
  readonly #options: MutatorOptions;
  readonly #words: readonly Uint8Array[];
  readonly #mutations: readonly Mutation[];

  constructor(options: MutatorOptions) {
    this.#options = options;
    this.#words = options.dictionary.map(wordBytes);
    this.#mutations = [
      (input) => this.#flipBit(input),
      (input) => this.#setByte(input),
      (input) => this.#remove(input),
      (input) => this.#repeat(input),
      (input) => this.#splice(input),
      (input) => this.#putWord(input),
      (input) => this.#replaceNumber(input),
      (input) => this.#truncate(input),
      (input) => this.#nest(input),
    ];
  }

  /** The next input. */
  next(): Uint8Array {
    const { random } = this.#options;
    let input = this.#seed();
    // One in so many is as it was: what is taken must stay taken.
    for (let left = random.between(0, MUTATIONS_MAX); left > 0; left -= 1) {
      input = random.pick(this.#mutations)?.(input) ?? input;
    }
    return input.length > BYTES_MAX ? input.slice(0, BYTES_MAX) : input;
  }

  #seed(): Uint8Array {
    return this.#options.random.pick(this.#options.seeds) ?? new Uint8Array();
  }

  #flipBit(input: Uint8Array): Uint8Array {
    if (input.length === 0) return input;
    const changed = input.slice();
    const at = this.#place(input);
    changed[at] = (changed[at] ?? 0) ^ (1 << this.#options.random.between(0, 7));
    return changed;
  }

  #setByte(input: Uint8Array): Uint8Array {
    if (input.length === 0) return input;
    const changed = input.slice();
    changed[this.#place(input)] = this.#options.random.between(0, 255);
    return changed;
  }

  #remove(input: Uint8Array): Uint8Array {
    const [start, end] = this.#span(input);
    return concat(input.subarray(0, start), input.subarray(end));
  }

  #repeat(input: Uint8Array): Uint8Array {
    const [start, end] = this.#span(input);
    const part = input.subarray(start, end);
    const times = this.#options.random.between(2, REPEATS_MAX);
    const fits = Math.min(times, Math.ceil(BYTES_MAX / Math.max(1, part.length)));
    return concat(input.subarray(0, start), ...Array(fits).fill(part), input.subarray(end));
  }

  #splice(input: Uint8Array): Uint8Array {
    const other = this.#seed();
    const [start, end] = this.#span(other);
    return this.#insert(input, other.subarray(start, end));
  }

  #putWord(input: Uint8Array): Uint8Array {
    const word = this.#options.random.pick(this.#words);
    if (word === undefined) return input;
    if (this.#options.random.chance(0.5)) return this.#insert(input, word);
    const at = this.#place(input);
    return concat(input.subarray(0, at), word, input.subarray(at + word.length));
  }

  /** Puts a word in the place of a run of digits. */
  #replaceNumber(input: Uint8Array): Uint8Array {
    const from = this.#place(input);
    const start = input.findIndex((byte, at) => at >= from && isDigit(byte));
    const word = this.#options.random.pick(this.#words);
    if (start < 0 || word === undefined) return input;
    let end = start;
    while (isDigit(input[end] ?? 0)) end += 1;
    return concat(input.subarray(0, start), word, input.subarray(end));
  }

  #truncate(input: Uint8Array): Uint8Array {
    return input.slice(0, this.#place(input));
  }

  #nest(input: Uint8Array): Uint8Array {
    const { random } = this.#options;
    const [open, close] = random.chance(0.5) ? ["[", "]"] : ['{"a":', "}"];
    const depth = random.between(1, random.chance(0.05) ? DEEPEST_MAX : DEPTH_MAX);
    const deep = random.chance(0.5) ? open.repeat(depth) + close.repeat(depth) : open.repeat(depth);
    return this.#insert(input, wordBytes(deep));
  }

  #insert(input: Uint8Array, part: Uint8Array): Uint8Array {
    const at = this.#place(input);
    return concat(input.subarray(0, at), part, input.subarray(at));
  }

  #place(input: Uint8Array): number {
    return this.#options.random.between(0, Math.max(0, input.length - 1));
  }

  /** Mostly short ones. */
  #span(input: Uint8Array): [start: number, end: number] {
    const start = this.#place(input);
    const length = this.#options.random.chance(0.8) ? 16 : input.length;
    return [start, Math.min(input.length, start + this.#options.random.between(0, length))];
  }
}

const encoder = new TextEncoder();

/** Words below 256 are bytes, so that there are words of binary protocols too. */
function wordBytes(word: string): Uint8Array {
  const codes = [...word].map((character) => character.codePointAt(0) ?? 0);
  return codes.every((code) => code < 256) ? Uint8Array.from(codes) : encoder.encode(word);
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
