/**
 * Which holds end when an operator says to resume, and what is left of others. Pure.
 *
 * @module
 */

import { type BreakerName, type Hold, isBreakerName } from "../models/hold.ts";

/** What is to be done. */
export interface ResumePlan {
  /** These end. */
  readonly ended: readonly Hold[];
  /** Breakers among them: they are to let the incident pass, or they would hold again at once. */
  readonly waived: readonly BreakerName[];
  /** What is left of a hold on everything of which a part ends; undefined if there is none. */
  readonly left: Hold | undefined;
}

/** Nothing is held that could be resumed. */
export class NothingToResumeError extends Error {
  override readonly name = "NothingToResumeError";
}

/** Several things are held, and it was not said which to resume. */
export class WhichHoldError extends Error {
  override readonly name = "WhichHoldError";
}

/**
 * Plans it. `starts` and `stops` end every hold on these alone, and take their part out of an operator's
 * hold on all; `all` ends everything; any other name ends the hold of that name; and undefined ends the one
 * hold that there is.
 *
 * @throws {NothingToResumeError} when nothing of the kind is held
 * @throws {WhichHoldError} when nothing was said and several are
 */
export function planResume(holds: readonly Hold[], what: string | undefined): ResumePlan {
  if (what === undefined && holds.length > 1) {
    const names = holds.map(({ name }) => name).join(", ");
    throw new WhichHoldError(`Cannot tell which hold to end: ${names}; name one, or say all`);
  }
  const ended = what === undefined || what === "all" ? holds : holds.filter(ends(what));
  const { narrowed, left } = narrow(holds, what);
  const all = [...ended, ...narrowed];
  if (all.length > 0) {
    const waived = all.map(({ name }) => name).filter(isBreakerName);
    return { ended: all, waived, left };
  }
  const held = holds.length === 0 ? "nothing is held" : `held is ${describeHolds(holds)}`;
  const which = what === undefined ? "" : ` "${what}"`;
  throw new NothingToResumeError(`Cannot resume${which}: ${held}`);
}

function ends(what: string): (hold: Hold) => boolean {
  return ({ name, holds }) => name === what || holds === what;
}

/** Of an operator's hold on all only the other part is left. */
function narrow(
  holds: readonly Hold[],
  what: string | undefined,
): { readonly narrowed: readonly Hold[]; readonly left: Hold | undefined } {
  const all = holds.find(({ name, holds }) => name === "all" && holds === "all");
  if (all === undefined || (what !== "starts" && what !== "stops")) {
    return { narrowed: [], left: undefined };
  }
  const other = what === "starts" ? "stops" : "starts";
  // What was placed on the other part by itself stands, whatever becomes of this one.
  const taken = holds.some(({ name }) => name === other);
  return { narrowed: [all], left: taken ? undefined : { ...all, name: other, holds: other } };
}

function describeHolds(holds: readonly Hold[]): string {
  return holds.map(({ name, holds }) => name === holds ? name : `${holds} (${name})`).join(", ");
}
