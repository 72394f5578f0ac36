/**
 * Feeds one target. What it finds is shrunk, so that a person sees what it is about.
 *
 * @module
 */

import { SeededRandom } from "../simulation/seeded_random.ts";
import { Mutator } from "./mutator.ts";
import { shrinkInput } from "./shrink_input.ts";
import type { FuzzTarget, Verdict } from "./target.ts";

/** How much of it. */
export interface FuzzRunOptions {
  readonly seed: number;
  readonly inputs: number;
  /** More inputs to make others from: what was found once. @default none */
  readonly corpus?: readonly Uint8Array[];
}

/** An input of which something does not hold. */
export interface Finding {
  readonly target: string;
  /** How many inputs came before it. */
  readonly position: number;
  readonly input: Uint8Array;
  readonly error: string;
}

/** What came of it. */
export interface FuzzResult {
  readonly target: string;
  readonly inputs: number;
  readonly accepted: number;
  /** The first of them ends a run. */
  readonly finding: Finding | undefined;
}

/** Feeds a target until something does not hold, or there were enough. */
export async function fuzz(target: FuzzTarget, options: FuzzRunOptions): Promise<FuzzResult> {
  const { seed, inputs, corpus = [] } = options;
  const random = new SeededRandom(seed).fork(target.name);
  const { dictionary } = target;
  const mutator = new Mutator({ random, dictionary, seeds: [...target.seeds, ...corpus] });
  let accepted = 0;
  for (let position = 0; position < inputs; position += 1) {
    const input = mutator.next();
    // To wait for what is there already would take most of the time.
    const now = tryOn(target, input);
    const { verdict, error } = now instanceof Promise ? await now : now;
    if (verdict === "accepted") accepted += 1;
    if (verdict !== undefined) continue;
    const shows = async (one: Uint8Array) => (await tryOn(target, one)).verdict === undefined;
    const small = await shrinkInput(input, shows);
    const finding = { target: target.name, position, input: small, error: describe(error) };
    return { target: target.name, inputs: position + 1, accepted, finding };
  }
  return { target: target.name, inputs, accepted, finding: undefined };
}

/** What came of an input: a verdict, or what does not hold. */
export interface Outcome {
  readonly verdict?: Verdict;
  readonly error?: unknown;
}

/** Lets a target read an input; never throws. */
export function tryOn(target: FuzzTarget, input: Uint8Array): Outcome | Promise<Outcome> {
  try {
    const verdict = target.check(input);
    if (typeof verdict === "string") return { verdict };
    return verdict.then((verdict) => ({ verdict }), (error: unknown) => ({ error }));
  } catch (error) {
    return { error };
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.stack ?? error.message : String(error);
}
