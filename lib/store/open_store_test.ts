import { expect } from "expect";
import { FakeLogger } from "../../test_helpers/fake_logger.ts";
import { FakeRandom } from "../../test_helpers/fake_random.ts";
import { FakeTimeProvider } from "../../test_helpers/fake_time_provider.ts";
import type { StoreConfig } from "../config/config.ts";
import { openStore } from "./open_store.ts";
import { StoreRefusedError } from "./store_errors.ts";

const DEPS = { time: new FakeTimeProvider(), random: new FakeRandom(), log: new FakeLogger() };

function config(overrides: Partial<StoreConfig>): StoreConfig {
  return {
    type: "memory",
    schemaVersion: 1,
    urls: [],
    maxConcurrentRequests: 30,
    path: "nowhere.sqlite",
    etcdTransport: "http",
    etcdMaxTransactionOperations: 128,
    etcdCredentials: undefined,
    etcdTls: undefined,
    ...overrides,
  };
}

/** Writes a key with one client, and says what another one finds there. */
async function writeAndRead(wanted: StoreConfig): Promise<string | undefined> {
  await using writer = await openStore(wanted, DEPS);
  await writer.transact({ guards: [], mutations: [{ kind: "put", key: "/hm/a", value: "there" }] });
  await using reader = await openStore(wanted, DEPS);
  return (await reader.get("/hm/a"))?.value;
}

Deno.test("openStore() opens a memory of its own each time", async () => {
  expect(await writeAndRead(config({ type: "memory" }))).toBeUndefined();
});

Deno.test("openStore() opens the SQLite file that is configured, which its clients share", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/hm.sqlite`;
    expect(await writeAndRead(config({ type: "sqlite", path }))).toBe("there");
    expect((await Deno.stat(path)).isFile).toBe(true);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("openStore() reaches etcd over the configured transport, as the configured user", async () => {
  const asked: [path: string, body: unknown][] = [];
  await using gateway = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    async (request) => {
      asked.push([new URL(request.url).pathname, await request.json()]);
      return Response.json({ "token": "t", "header": { "revision": "7" } });
    },
  );
  await using store = await openStore(
    config({
      type: "etcd",
      urls: [`http://127.0.0.1:${gateway.addr.port}`],
      etcdCredentials: { user: "hm", password: "secret" },
    }),
    DEPS,
  );
  expect(await store.get("/hm/a")).toBeUndefined();
  expect(asked[0]).toEqual(["/v3/auth/authenticate", { "name": "hm", "password": "secret" }]);
  expect(asked[1]?.[0]).toBe("/v3/kv/range");
});

Deno.test("openStore() refuses etcd whose TLS files cannot be read", async () => {
  const wanted = config({
    type: "etcd",
    urls: ["https://etcd.example:2379"],
    etcdTls: { caFile: "/nowhere/ca.pem" },
  });
  await expect(openStore(wanted, DEPS)).rejects.toThrow(StoreRefusedError);
  await expect(openStore(wanted, DEPS)).rejects.toThrow("/nowhere/ca.pem");
});
