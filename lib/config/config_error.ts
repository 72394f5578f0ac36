/**
 * What is wrong with a configuration: all of it at once, each problem with its place, so that one look
 * at the message mends the file. No problem ever quotes a value that could be a secret.
 *
 * @module
 */

/** Where in the configuration something stands. */
export interface ConfigPlace {
  /** Path of the file, as the user gave it. */
  readonly file: string;
  /** Counted from 1; undefined where no line can be named, for example when a key is missing. */
  readonly line?: number | undefined;
  /** Counted from 1, in characters. */
  readonly column?: number | undefined;
  /** The environment variable, when the value came from one; the file is then not at fault. */
  readonly variable?: string | undefined;
}

/** One thing that is wrong. */
export interface ConfigProblem extends ConfigPlace {
  /** Path of the key in the file's own words, for example `nats[0].port`; empty for the file itself. */
  readonly key: string;
  /** What is wrong, and what is needed. */
  readonly message: string;
  /** The name that was probably meant. */
  readonly suggestion?: string | undefined;
}

/** A configuration that cannot be used. The process ends with exit code 2. */
export class ConfigError extends Error {
  /** Tells it from other errors where `instanceof` cannot. */
  override readonly name = "ConfigError";
  /** Everything that is wrong, in the order of the file, then the environment. */
  readonly problems: readonly ConfigProblem[];

  /** Its message has one line for each problem, with its place. */
  constructor(problems: readonly ConfigProblem[], options?: ErrorOptions) {
    const inOrder = [...problems].sort(byPlace);
    super(inOrder.map(formatProblem).join("\n"), options);
    this.problems = Object.freeze(inOrder);
  }
}

/** One line of the form `path:line:col: key: problem`, or `VARIABLE: key: problem`. */
export function formatProblem(problem: ConfigProblem): string {
  const key = problem.key === "" ? "" : `${problem.key}: `;
  const hint = problem.suggestion === undefined ? "" : `; did you mean "${problem.suggestion}"?`;
  return `${formatPlace(problem)}: ${key}${problem.message}${hint}`;
}

/** `path:line:col`, as editors and terminals understand it, or the name of the variable. */
export function formatPlace(place: ConfigPlace): string {
  if (place.variable !== undefined) return place.variable;
  if (place.line === undefined) return place.file;
  return `${place.file}:${place.line}:${place.column ?? 1}`;
}

function byPlace(a: ConfigProblem, b: ConfigProblem): number {
  const variables = Number(a.variable !== undefined) - Number(b.variable !== undefined);
  const lines = (a.line ?? Infinity) === (b.line ?? Infinity)
    ? 0
    : (a.line ?? Infinity) - (b.line ?? Infinity);
  return variables || lines || (a.column ?? 0) - (b.column ?? 0);
}
