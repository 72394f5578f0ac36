/**
 * Makes a failing run as small as it can be while it still fails: the last fault that matters, kinds of
 * faults that do not, earlier faults that do not, fewer apps and DEAs. Faults are drawn before the run
 * begins, each from a seed of its own, so that leaving some out changes no other. What is broken in a
 * smaller run need not be the same rule; it is a rule all the same.
 *
 * @module
 */

import { FAULT_KINDS } from "./faults.ts";
import { simulate, type SimulationOptions, type SimulationResult } from "./simulate.ts";

/** A run that fails. */
export interface FailingRun {
  readonly options: SimulationOptions;
  readonly result: SimulationResult;
}

/** How to shrink. */
export interface ShrinkDeps {
  /** Is told of progress. @default nobody */
  readonly say?: (progress: string) => void;
  /** @default {simulate} */
  readonly run?: (options: SimulationOptions) => Promise<SimulationResult>;
}

/** Shrinks a failing run; one that does not fail is returned as it is. */
export async function shrink(
  options: SimulationOptions,
  { say = () => {}, run = simulate }: ShrinkDeps = {},
): Promise<FailingRun> {
  let smallest: FailingRun = { options, result: await run(options) };
  if (smallest.result.violations.length === 0) return smallest;
  const shrinkTo = async (smaller: Partial<SimulationOptions>) => {
    const tried = { ...smallest.options, ...smaller };
    const result = await run(tried);
    if (result.violations.length === 0) return false;
    smallest = { options: tried, result };
    say(
      `${count(result)} faults on ${tried.apps} apps still break ${
        result.violations[0]?.invariant
      }`,
    );
    return true;
  };
  await shortenTail(shrinkTo, count(smallest.result));
  for (const { name } of FAULT_KINDS) {
    if (!smallest.result.faults.has(name)) continue;
    await shrinkTo({ without: [...smallest.options.without ?? [], name] });
  }
  await shortenHead(shrinkTo, smallest.options.only?.until ?? 0);
  for (const apps of [5, 20]) {
    if (apps < smallest.options.apps && await shrinkTo({ apps })) break;
  }
  return smallest;
}

type ShrinkTo = (smaller: Partial<SimulationOptions>) => Promise<boolean>;

/** Finds how many of the faults it takes, from the first one on. */
async function shortenTail(shrinkTo: ShrinkTo, faults: number): Promise<void> {
  let [enough, tooFew] = [faults, 0];
  while (enough - tooFew > 1) {
    const middle = Math.floor((enough + tooFew) / 2);
    if (await shrinkTo({ only: { from: 0, until: middle } })) enough = middle;
    else tooFew = middle;
  }
}

/** Finds how many of them can be left out, from the first one on. */
async function shortenHead(shrinkTo: ShrinkTo, until: number): Promise<void> {
  for (let step = Math.floor(until / 2), from = 0; step >= 1; step = Math.floor(step / 2)) {
    if (await shrinkTo({ only: { from: from + step, until } })) from += step;
  }
}

function count(result: SimulationResult): number {
  return [...result.faults.values()].reduce((total, number) => total + number, 0);
}
