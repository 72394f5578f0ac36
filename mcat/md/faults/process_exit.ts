/**
 * How a component's process ended, and whether that is how the documentation says that processes end
 * (`docs/reference/command_line.md`). Pure.
 *
 * @module
 */

/** A process that has ended. */
export interface ProcessExit {
  /** Which of the suite's processes it was. */
  readonly name: string;
  /** What it was told to do, if it was. */
  readonly asked: "SIGKILL" | "SIGTERM" | undefined;
  readonly code: number;
  readonly signal: string | undefined;
  /** The last of what it said. */
  readonly lastWords: string;
}

const DONE = 0;
const FAILED = 1;
const LOST = 197;

/** What an exit is counted as. */
export function exitName({ asked, code, signal }: ProcessExit): string {
  const how = signal ?? String(code);
  return asked === undefined ? how : `${how} (asked by ${asked})`;
}

/** What is wrong with it; undefined when nothing is. */
export function exitProblem(exit: ProcessExit): string | undefined {
  const { name, asked, code, signal, lastWords } = exit;
  if (/\bUncaught\b|panicked at/.test(lastWords)) {
    return `${name} ended by an error that nobody caught (${exitName(exit)})`;
  }
  if (asked === "SIGKILL" && signal === "SIGKILL") return undefined;
  const documented = asked === "SIGTERM" ? [DONE, LOST] : [FAILED, LOST];
  if (signal === undefined && documented.includes(code)) return undefined;
  return `${name} ended with ${exitName(exit)}, documented are ${documented.join(" and ")}`;
}
