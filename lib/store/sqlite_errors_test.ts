import { expect } from "expect";
import { DatabaseSync } from "node:sqlite";
import { toCommitError, toStoreError } from "./sqlite_errors.ts";
import { OutcomeUnknownError, StoreRefusedError, StoreUnavailableError } from "./store_errors.ts";

const PATH = { path: "/data/hm9000.db" };

/** The error that SQLite itself throws. */
function sqliteError(provoke: (database: DatabaseSync) => void): unknown {
  using database = new DatabaseSync(":memory:");
  database.exec("CREATE TABLE t (a)");
  try {
    provoke(database);
  } catch (error) {
    return error;
  }
  throw new Error("Cannot provoke an error");
}

function insertMuch(database: DatabaseSync): void {
  database.exec("PRAGMA max_page_count = 3");
  database.prepare("INSERT INTO t VALUES (?)").run("x".repeat(100_000));
}

Deno.test("toStoreError() of a full disk and of no permission says what to do", () => {
  const full = toStoreError(sqliteError(insertMuch), PATH) as Error;
  expect(full).toBeInstanceOf(StoreUnavailableError);
  expect(full.message).toBe(`Cannot use the store "/data/hm9000.db": the disk is full: make room`);
  const readOnly = sqliteError((database) => {
    database.exec("PRAGMA query_only = 1");
    database.exec("INSERT INTO t VALUES (1)");
  });
  expect((toStoreError(readOnly, PATH) as Error).message).toContain(
    "give this user write permission",
  );
});

Deno.test("toStoreError() of a damaged file or one that is no database tells the two apart", async () => {
  const folder = await Deno.makeTempDir({ prefix: "hm9000-sqlite-" });
  const path = `${folder}/store.db`;
  try {
    {
      using database = new DatabaseSync(path);
      database.exec("CREATE TABLE t (a PRIMARY KEY)");
      for (let row = 0; row < 200; row++) database.exec(`INSERT INTO t VALUES ('${row}')`);
    }
    const bytes = await Deno.readFile(path);
    await Deno.writeFile(path, bytes.fill(0xff, 4096));
    expect(toStoreError(readAll(path), PATH)).toBeInstanceOf(StoreUnavailableError);
    expect((toStoreError(readAll(path), PATH) as Error).message).toContain("damaged");
    await Deno.writeFile(path, bytes.fill(0x41));
    expect(toStoreError(readAll(path), PATH)).toBeInstanceOf(StoreRefusedError);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

function readAll(path: string): unknown {
  return sqliteError(() => {
    using database = new DatabaseSync(path);
    database.prepare("SELECT * FROM t").all();
  });
}

Deno.test("toStoreError() leaves errors that are not SQLite's as they are", () => {
  const error = new RangeError("ours");
  expect(toStoreError(error, PATH)).toBe(error);
  expect(toCommitError(error, PATH)).toBe(error);
});

Deno.test("toCommitError() is known to have done nothing only when SQLite says so", () => {
  expect(toCommitError(sqliteError(insertMuch), PATH)).not.toBeInstanceOf(OutcomeUnknownError);
  const failed = Object.assign(new Error("disk I/O error"), { code: "ERR_SQLITE_ERROR" });
  expect(toCommitError(failed, PATH)).toBeInstanceOf(OutcomeUnknownError);
});
