/**
 * What SQLite's errors mean to us, and what an operator can do about them.
 *
 * @module
 */

import { OutcomeUnknownError, StoreRefusedError, StoreUnavailableError } from "./store_errors.ts";

/** SQLite's primary result codes (https://sqlite.org/rescode.html) and their remedies. */
const REMEDIES: { readonly [code: number]: string } = {
  5: "another process holds the file for too long: see which one does not let go",
  8: "the file or its folder cannot be written: give this user write permission",
  10: "the disk failed to read or write: look at the system's log",
  11: "the file is damaged: stop all processes, move it away and start again, for what it holds " +
    "is gathered anew",
  13: "the disk is full: make room",
  14: "the file cannot be opened: its folder must exist and be writable for this user",
};

const NOT_A_DATABASE = 26;
const BUSY = 5;
const FULL = 13;

/** Deno gives no code for some errors, only SQLite's own words. */
const CODES_BY_TEXT: readonly (readonly [RegExp, number])[] = [
  [/database is locked/, BUSY],
  [/readonly database/, 8],
  [/disk I\/O error/, 10],
  [/malformed/, 11],
  [/disk is full/, FULL],
  [/unable to open/, 14],
  [/not a database/, NOT_A_DATABASE],
];

/** SQLite's primary result code of an error; undefined if it is not one of SQLite's. */
export function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("code" in error) || error.code !== "ERR_SQLITE_ERROR") {
    return undefined;
  }
  if ("errcode" in error && typeof error.errcode === "number") return error.errcode & 0xff;
  return CODES_BY_TEXT.find(([pattern]) => pattern.test(error.message))?.[1] ?? 1;
}

/** An error of SQLite as one of the store's; any other error as it is. */
export function toStoreError(error: unknown, options: { readonly path: string }): unknown {
  const code = sqliteCode(error);
  if (code === undefined) return error;
  const file = JSON.stringify(options.path);
  if (code === NOT_A_DATABASE) {
    return new StoreRefusedError(
      `Cannot use the store ${file}: it is not a SQLite database, name another file`,
      { cause: error },
    );
  }
  const why = REMEDIES[code] ?? `SQLite says ${JSON.stringify((error as Error).message)}`;
  return new StoreUnavailableError(`Cannot use the store ${file}: ${why}`, { cause: error });
}

/** What a failed COMMIT means: unless SQLite says that it did nothing, nobody knows. */
export function toCommitError(error: unknown, options: { readonly path: string }): unknown {
  const code = sqliteCode(error);
  if (code === undefined || code === BUSY || code === FULL) return toStoreError(error, options);
  return new OutcomeUnknownError(
    `Cannot tell whether a transaction was made in the store ${JSON.stringify(options.path)}: ` +
      (REMEDIES[code] ?? "SQLite failed to commit"),
    { cause: error },
  );
}
