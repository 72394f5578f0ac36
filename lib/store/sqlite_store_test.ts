import { expect } from "expect";
import { DatabaseSync } from "node:sqlite";
import { FakeLogger } from "../../test_helpers/fake_logger.ts";
import { OffsetTimeProvider } from "../../test_helpers/offset_time_provider.ts";
import { type OpenStore, storeConformance } from "../../test_helpers/store_conformance.ts";
import { SqliteStore, type SqliteStoreOptions } from "./sqlite_store.ts";
import type { Transaction } from "./store.ts";
import { CompactedError, StoreRefusedError, StoreUnavailableError } from "./store_errors.ts";

storeConformance({ name: "SqliteStore", open: openSqliteStore });

async function openSqliteStore(): Promise<OpenStore> {
  const file = await SqliteFile.make();
  const store = await file.open();
  return {
    store,
    prefix: "/conformance/",
    another: () => file.open(),
    passSeconds: (seconds) => Promise.resolve(file.time.advance(seconds * 1000)),
    compact: (revision) => store.compact(revision),
    [Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
  };
}

/** A file for one test and its clients, which end with it. */
class SqliteFile implements AsyncDisposable {
  readonly path: string;
  readonly time = new OffsetTimeProvider();
  readonly #folder: string;
  readonly #clients: SqliteStore[] = [];

  constructor(folder: string) {
    this.#folder = folder;
    this.path = `${folder}/store.db`;
  }

  static async make(): Promise<SqliteFile> {
    return new SqliteFile(await Deno.makeTempDir({ prefix: "hm9000-sqlite-" }));
  }

  async open(options: Partial<SqliteStoreOptions> = {}): Promise<SqliteStore> {
    const { path, time } = this;
    const store = await SqliteStore.open({ path, time, log: new FakeLogger(), ...options });
    this.#clients.push(store);
    return store;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) await client[Symbol.asyncDispose]();
    await Deno.remove(this.#folder, { recursive: true });
  }
}

function putOf(key: string, options: { value?: string; lease?: number } = {}): Transaction {
  const { value = "", lease = 0 } = options;
  return { guards: [], mutations: [{ kind: "put", key, value, lease }] };
}

Deno.test("SqliteStore keeps keys, revisions and leases when it is closed and opened", async () => {
  await using file = await SqliteFile.make();
  const before = await file.open();
  await before.grantLease(7, 60);
  await before.transact(putOf("/a", { value: "1", lease: 7 }));
  const entry = await before.get("/a");
  const revision = await before.revision();
  await before[Symbol.asyncDispose]();
  const after = await file.open();
  expect(await after.get("/a")).toEqual(entry);
  expect(await after.revision()).toBe(revision);
  file.time.advance(60_000);
  expect(await after.get("/a")).toBeUndefined();
});

Deno.test("SqliteStore makes its file for its owner alone", async () => {
  await using file = await SqliteFile.make();
  const store = await file.open();
  await store.transact(putOf("/a"));
  for (const suffix of ["", "-wal", "-shm"]) {
    expect((await Deno.stat(file.path + suffix)).mode ?? 0).toBe(0o100600);
  }
});

Deno.test("SqliteStore refuses another program's file and a newer version's", async () => {
  const foreign: [string, (path: string) => void][] = [
    ["not a SQLite database", (path) => Deno.writeTextFileSync(path, "hello ".repeat(1_000))],
    ["another program's", (path) => run(path, "CREATE TABLE theirs (a)")],
    ["version 2", (path) => run(path, "PRAGMA application_id=0x484d3930; PRAGMA user_version=2")],
  ];
  for (const [message, make] of foreign) {
    await using file = await SqliteFile.make();
    make(file.path);
    const bytes = await Deno.readFile(file.path);
    const error = await file.open().catch((error) => error);
    expect(error).toBeInstanceOf(StoreRefusedError);
    expect(error.message).toContain(message);
    expect(error.message).toContain(file.path);
    expect(await Deno.readFile(file.path)).toEqual(bytes);
  }
});

function run(path: string, sql: string): void {
  using database = new DatabaseSync(path);
  database.exec(sql);
}

Deno.test("SqliteStore says what to do about a path it cannot open", async () => {
  await using file = await SqliteFile.make();
  for (const path of [`${file.path}/missing/store.db`, file.path.replace("/store.db", "")]) {
    const error = await file.open({ path }).catch((error) => error);
    expect(error).toBeInstanceOf(StoreUnavailableError);
    expect(error.message).toContain("its folder must exist");
  }
});

Deno.test("SqliteStore is unavailable while another process holds the file, then works", async () => {
  await using file = await SqliteFile.make();
  const store = await file.open({ busyTimeoutMs: 10 });
  using other = new DatabaseSync(file.path);
  other.exec("BEGIN IMMEDIATE");
  const error = await store.transact(putOf("/a")).catch((error) => error);
  expect(error).toBeInstanceOf(StoreUnavailableError);
  expect(error.message).toContain("another process holds the file");
  expect(await store.get("/a")).toBeUndefined();
  other.exec("ROLLBACK");
  expect(await store.transact(putOf("/a"))).toMatchObject({ committed: true });
});

Deno.test("SqliteStore cuts its history and says what it no longer keeps", async () => {
  await using file = await SqliteFile.make();
  const store = await file.open({ changesMax: 100 });
  const keys = Array.from({ length: 100 }, (_, index) => `/${index}`);
  for (let turn = 0; turn < 50; turn++) {
    const mutations = keys.map((key) => ({ kind: "put", key, value: String(turn) } as const));
    await store.transact({ guards: [], mutations });
  }
  const { signal } = new AbortController();
  const watch = store.watch("/", { fromRevision: 2, signal })[Symbol.asyncIterator]();
  await expect(watch.next()).rejects.toBeInstanceOf(CompactedError);
  await expect(Array.fromAsync(store.range("/", { revision: 2 })))
    .rejects.toBeInstanceOf(CompactedError);
  using other = new DatabaseSync(file.path);
  const count = (table: string) => other.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.["n"];
  expect(count("changes")).toBeLessThan(2_200);
  expect(count("old")).toBeLessThan(2_200);
  expect(other.prepare("SELECT changes_kept AS n FROM meta").get()?.["n"]).toBe(count("changes"));
  expect((await store.get("/0"))?.value).toBe("49");
});

Deno.test("SqliteStore ends a renewed lease that falls silent although the wall clock stands", async () => {
  await using file = await SqliteFile.make();
  const store = await file.open();
  file.time.stopWallClock();
  for (const lease of [1, 2, 3]) {
    await store.grantLease(lease, 9);
    await store.transact(putOf(`/${lease}`, { lease }));
  }
  await store.keepAlive([1, 2]);
  for (let second = 0; second < 12; second += 3) {
    expect(await store.get("/1")).toBeDefined();
    file.time.advanceMonotonic(3_000);
    await store.keepAlive([2]);
  }
  const left = await Array.fromAsync(store.range("/"));
  // The third was never kept alive: the wall clock alone judges it.
  expect(left.flatMap((page) => page.entries.map((entry) => entry.key))).toEqual(["/2", "/3"]);
});

Deno.test("SqliteStore lets no lease outlast its time when the wall clock is set back", async () => {
  await using file = await SqliteFile.make();
  const store = await file.open();
  await store.grantLease(1, 10);
  await store.transact(putOf("/a", { lease: 1 }));
  file.time.advanceMonotonic(1_000);
  file.time.jump(-3_600_000);
  expect(await store.get("/a")).toBeDefined();
  file.time.advance(10_100);
  expect(await store.get("/a")).toBeUndefined();
});

Deno.test("SqliteStore loses nothing it committed when its process is killed", async () => {
  await using file = await SqliteFile.make();
  const watcher = await file.open();
  const script = `
    import { SqliteStore } from ${JSON.stringify(import.meta.resolve("./sqlite_store.ts"))};
    import { RealTimeProvider } from ${
    JSON.stringify(import.meta.resolve("../helpers/real_time_provider.ts"))
  };
    const log = { debug() {}, info() {}, warn() {}, error() {} };
    const time = new RealTimeProvider();
    const store = await SqliteStore.open({ path: Deno.args[0], time, log });
    for (let turn = 0;; turn++) {
      const mutations = ["/a", "/b"].map((key) => ({ kind: "put", key, value: String(turn) }));
      await store.transact({ guards: [], mutations });
      console.log(turn);
    }`;
  const module = `${file.path}.ts`;
  await Deno.writeTextFile(module, script);
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-check", "-A", "--config", config, module, file.path],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const seen: number[] = [];
  const cancel = new AbortController();
  for await (const { events } of watcher.watch("/", { fromRevision: 1, signal: cancel.signal })) {
    for (const event of events) {
      if (event.kind === "put" && event.entry.key === "/a") seen.push(Number(event.entry.value));
    }
    if (seen.length >= 50) break;
  }
  child.kill("SIGKILL");
  const { stdout } = await child.output();
  // The other process' changes were heard, each once and in order.
  expect(seen).toEqual(seen.map((_, index) => index));
  const told = new TextDecoder().decode(stdout).trimEnd().split("\n").slice(0, -1).map(Number);
  const store = await file.open();
  const [a, b] = [await store.get("/a"), await store.get("/b")];
  expect(Number(a?.value)).toBeGreaterThanOrEqual(told.at(-1) ?? Infinity);
  expect(b).toEqual({ ...a, key: "/b" });
  expect(await store.transact(putOf("/c"))).toMatchObject({ committed: true });
});
