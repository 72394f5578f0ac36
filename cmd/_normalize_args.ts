/**
 * Go's flags have one dash, everybody else's two; both are taken (design: command line).
 *
 * @module
 */

/** `-config=x` and `-config x` become `--config=x` and `--config x`; short flags such as `-h` stay. */
export function normalizeArgs(args: readonly string[]): string[] {
  return args.map((arg) => /^-[A-Za-z][A-Za-z0-9_-]+(=|$)/.test(arg) ? `-${arg}` : arg);
}
