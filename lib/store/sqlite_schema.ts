/**
 * The tables of a SQLite store, and how its file is opened: ours, new, or refused.
 *
 * `kv` holds the keys as they are now. Before a key changes, its row moves to `old`, with the revision
 * that ended it; `changes` says which keys each revision touched. So a range at an older revision is
 * the union of both tables, and a watch follows `changes`. All of it is bounded: what is older than
 * `compact_revision` has been removed.
 *
 * @module
 */

import { closeSync, openSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import type { TimeProvider } from "../helpers/time_provider.ts";
import { sqliteCode, toStoreError } from "./sqlite_errors.ts";
import { StoreRefusedError, StoreUnavailableError } from "./store_errors.ts";

/** "HM90": what tells our files from other programs'. */
const APPLICATION_ID = 0x484d3930;
const SCHEMA_VERSION = 1;
const BUSY_TIMEOUT_MS = 2_000;
const BUSY = 5;
const OPEN_ATTEMPTS_MAX = 100;

const TABLES = `
  CREATE TABLE meta (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    revision INTEGER NOT NULL,
    compact_revision INTEGER NOT NULL,
    changes_kept INTEGER NOT NULL
  );
  INSERT INTO meta VALUES (1, 1, 1, 0);
  CREATE TABLE kv (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    create_rev INTEGER NOT NULL,
    mod_rev INTEGER NOT NULL,
    lease INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX kv_lease ON kv (lease) WHERE lease <> 0;
  CREATE TABLE old (
    key TEXT NOT NULL,
    mod_rev INTEGER NOT NULL,
    end_rev INTEGER NOT NULL,
    value TEXT NOT NULL,
    create_rev INTEGER NOT NULL,
    lease INTEGER NOT NULL,
    PRIMARY KEY (key, mod_rev)
  ) WITHOUT ROWID;
  CREATE INDEX old_end_rev ON old (end_rev);
  CREATE TABLE changes (
    rev INTEGER NOT NULL,
    n INTEGER NOT NULL,
    key TEXT NOT NULL,
    removed INTEGER NOT NULL,
    PRIMARY KEY (rev, n)
  ) WITHOUT ROWID;
  CREATE TABLE leases (
    id INTEGER PRIMARY KEY,
    ttl_ms INTEGER NOT NULL,
    ends_at_ms INTEGER NOT NULL,
    renewals INTEGER NOT NULL
  );
  CREATE INDEX leases_ends_at_ms ON leases (ends_at_ms);
  CREATE INDEX leases_renewed ON leases (id) WHERE renewals > 0;
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

/** Options of {@linkcode openSqliteFile}. */
export interface OpenSqliteFileOptions {
  readonly path: string;
  readonly time: TimeProvider;
  /** How long other processes' transactions are waited for. @default {2_000} */
  readonly busyTimeoutMs?: number;
}

/**
 * Opens the file of a store; one that is not there or empty is made, for its owner alone (mode 0600).
 *
 * @throws {StoreUnavailableError} when the file cannot be opened or written
 * @throws {StoreRefusedError} when it is another program's, or a newer version's
 */
export async function openSqliteFile(options: OpenSqliteFileOptions): Promise<DatabaseSync> {
  const { path, time } = options;
  if (path !== ":memory:") createFile(path);
  for (let attempt = 1;; attempt += 1) {
    try {
      return openOnce(options);
    } catch (error) {
      // The switch to WAL does not wait its turn when several processes begin at once.
      if (sqliteCode(error) !== BUSY || attempt >= OPEN_ATTEMPTS_MAX) {
        throw toStoreError(error, { path });
      }
    }
    await time.sleep(20);
  }
}

function createFile(path: string): void {
  try {
    closeSync(openSync(path, "a", 0o600));
  } catch (error) {
    throw new StoreUnavailableError(
      `Cannot open the store ${JSON.stringify(path)}: ${(error as Error).message}; ` +
        `its folder must exist, and both must be writable for this user`,
      { cause: error },
    );
  }
}

function openOnce({ path, busyTimeoutMs }: OpenSqliteFileOptions): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: busyTimeoutMs ?? BUSY_TIMEOUT_MS });
  try {
    checkOurs(database, path);
    // Full: what was committed is there after a power failure too, for one flush to disk per commit.
    database.prepare("PRAGMA journal_mode = WAL").get();
    database.exec("PRAGMA synchronous = FULL");
    createTables(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function createTables(database: DatabaseSync): void {
  if (pragma(database, "user_version") !== 0) return;
  database.exec("BEGIN IMMEDIATE");
  try {
    // Another process may have been faster.
    if (pragma(database, "user_version") === 0) database.exec(TABLES);
    database.exec("COMMIT");
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

function checkOurs(database: DatabaseSync, path: string): void {
  const file = JSON.stringify(path);
  const application = pragma(database, "application_id");
  const version = pragma(database, "user_version");
  const tables = database.prepare("SELECT count(*) AS value FROM sqlite_schema").get()?.["value"];
  const isNew = application === 0 && version === 0 && tables === 0;
  if (isNew) return;
  if (application !== APPLICATION_ID) {
    throw new StoreRefusedError(
      `Cannot use the store ${file}: it is another program's SQLite database, name another file`,
    );
  }
  if (version === SCHEMA_VERSION) return;
  throw new StoreRefusedError(
    `Cannot use the store ${file}: its tables are of version ${version}, this program knows ` +
      `version ${SCHEMA_VERSION}; use the program that made it, or name another file`,
  );
}

function pragma(database: DatabaseSync, name: "application_id" | "user_version"): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
}
