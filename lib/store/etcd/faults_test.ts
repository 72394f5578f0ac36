import { expect } from "expect";
import { EtcdRunner } from "../../../test_helpers/etcd_runner.ts";
import { FakeLogger } from "../../../test_helpers/fake_logger.ts";
import { freePort } from "../../../test_helpers/free_port.ts";
import { RealRandom } from "../../helpers/real_random.ts";
import { RealTimeProvider } from "../../helpers/real_time_provider.ts";
import { EtcdStore, type EtcdStoreOptions } from "../etcd_store.ts";
import type { Store, Transaction } from "../store.ts";
import { OutcomeUnknownError, StoreRefusedError, StoreUnavailableError } from "../store_errors.ts";

const TRANSPORTS = ["grpc", "etcd3", "http"] as const;
const time = new RealTimeProvider();

type Wanted = Partial<EtcdStoreOptions> & Pick<EtcdStoreOptions, "urls" | "transport">;

function open(options: Wanted): Promise<EtcdStore> {
  return EtcdStore.open({ log: new FakeLogger(), time, random: new RealRandom(), ...options });
}

function put(key: string, value = ""): Transaction {
  return { guards: [], mutations: [{ kind: "put", key, value }] };
}

async function rejection(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error("Cannot see a rejection: there is none");
}

/** Tries again while the store is away: for what must work again soon. */
async function eventually<T>(work: () => Promise<T>): Promise<T> {
  const giveUpMs = time.monotonicMs() + 15_000;
  while (true) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof StoreUnavailableError) || time.monotonicMs() > giveUpMs) throw error;
      await time.sleep(50);
    }
  }
}

interface Heard {
  readonly fromRevision: number;
  readonly count: number;
  /** Called after each event with all that were heard so far. */
  readonly onKey?: (keys: readonly string[]) => void;
}

/** The keys that change, in order, until `count` have. */
async function watchKeys(store: Store, { fromRevision, count, onKey }: Heard): Promise<string[]> {
  const { signal } = new AbortController();
  const keys: string[] = [];
  for await (const batch of store.watch("/hm/", { fromRevision, signal })) {
    for (const event of batch.events) {
      keys.push(event.kind === "put" ? event.entry.key : event.key);
      onKey?.(keys);
    }
    if (keys.length >= count) break;
  }
  return keys;
}

for (const transport of TRANSPORTS) {
  Deno.test(`EtcdStore over ${transport} names the URL of a server that is absent at start`, async () => {
    const url = `http://127.0.0.1:${freePort()}`;
    await using store = await open({ urls: [url], transport });
    const error = await rejection(store.get("/hm/a"));
    expect(error).toBeInstanceOf(StoreUnavailableError);
    expect(error.message).toContain(url);
    const written = await rejection(store.transact(put("/hm/a")));
    expect(written).toBeInstanceOf(StoreUnavailableError);
    expect(written).not.toBeInstanceOf(OutcomeUnknownError);
    const { signal } = new AbortController();
    const watch = store.watch("/hm/", { signal })[Symbol.asyncIterator]();
    expect(await rejection(watch.next())).toBeInstanceOf(StoreUnavailableError);
  });

  Deno.test(`EtcdStore over ${transport} recovers by itself, and its watch loses nothing`, async () => {
    await using etcd = await EtcdRunner.start();
    const log = new FakeLogger();
    await using store = await open({ urls: etcd.urls, transport, log });
    const { revision } = await store.transact(put("/hm/0"));
    const first = Promise.withResolvers<void>();
    const onKey = () => first.resolve();
    const heard = watchKeys(store, { fromRevision: revision + 1, count: 4, onKey });
    await store.transact(put("/hm/1"));
    await first.promise;
    await etcd.kill();
    expect(await rejection(store.get("/hm/0"))).toBeInstanceOf(StoreUnavailableError);
    await etcd.start();
    await eventually(() => store.transact(put("/hm/2")));
    await etcd.kill();
    await etcd.start();
    await eventually(() => store.transact(put("/hm/3")));
    await eventually(() => store.transact(put("/hm/4")));
    expect(await heard).toEqual(["/hm/1", "/hm/2", "/hm/3", "/hm/4"]);
    expect(log.messages("warn")).toContain("Store watch interrupted");
    expect(log.messages("info")).toContain("Store watch resumed");
  });

  Deno.test(`EtcdStore over ${transport} does not call a write failed that a hung server may make`, async () => {
    await using etcd = await EtcdRunner.start();
    await using store = await open({ urls: etcd.urls, transport, requestTimeoutMs: 300 });
    await store.transact(put("/hm/a", "1"));
    await etcd.pause();
    const written = store.transact(put("/hm/a", "2"));
    expect(await rejection(written)).toBeInstanceOf(OutcomeUnknownError);
    const read = await rejection(store.get("/hm/a"));
    expect(read).toBeInstanceOf(StoreUnavailableError);
    expect(read).not.toBeInstanceOf(OutcomeUnknownError);
    etcd.resume();
    expect((await eventually(() => store.get("/hm/a")))?.value).toMatch(/^[12]$/);
  });

  Deno.test(`EtcdStore over ${transport} names the NOSPACE alarm and its remedy`, async () => {
    await using etcd = await EtcdRunner.start({ quotaBytes: 1024 * 1024 });
    await using store = await open({ urls: etcd.urls, transport });
    const fill = async () => {
      for (let turn = 0; turn < 100; turn += 1) {
        await store.transact(put("/hm/a", "x".repeat(100_000)));
      }
    };
    const error = await rejection(fill());
    expect(error).toBeInstanceOf(OutcomeUnknownError);
    expect(error.message).toContain("NOSPACE");
    expect(error.message).toContain("etcdctl alarm disarm");
    expect((await store.get("/hm/a"))?.value).toHaveLength(100_000);
    await store.transact({ guards: [], mutations: [{ kind: "delete", key: "/hm/a" }] });
  });

  Deno.test(`EtcdStore over ${transport} says that a transaction is too large`, async () => {
    await using etcd = await EtcdRunner.start({ extraArgs: ["--max-txn-ops=4"] });
    await using store = await open({ urls: etcd.urls, transport });
    for (const size of [1_600_000, 3_000_000]) {
      const error = await rejection(store.transact(put("/hm/a", "x".repeat(size))));
      expect(error).toBeInstanceOf(RangeError);
      expect(error.message).toContain("--max-request-bytes");
    }
    const mutations = [1, 2, 3, 4, 5].map((n) => (
      { kind: "put", key: `/hm/${n}`, value: "" } as const
    ));
    const error = await rejection(store.transact({ guards: [], mutations }));
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toContain("--max-txn-ops");
  });

  Deno.test(`EtcdStore over ${transport} reads values that no page of 1,000 could hold`, async () => {
    await using etcd = await EtcdRunner.start();
    await using store = await open({ urls: etcd.urls, transport });
    const count = transport === "http" ? 10 : 40; // gRPC takes answers up to 32 MiB
    for (let index = 10; index < 10 + count; index += 1) {
      await store.transact(put(`/hm/${index}`, "x".repeat(1_000_000)));
    }
    const pages = await Array.fromAsync(store.range("/hm/"));
    const entries = pages.flatMap((page) => page.entries);
    expect(entries.map((entry) => entry.value.length)).toEqual(Array(count).fill(1_000_000));
    const heard = await watchKeys(store, { fromRevision: 1, count });
    expect(heard).toEqual(entries.map((entry) => entry.key));
  });
}

Deno.test("EtcdStore goes on with two of three members", async () => {
  await using etcd = await EtcdRunner.start({ nodes: 3 });
  const stores = await Promise.all(
    TRANSPORTS.map((transport) => open({ urls: etcd.urls, transport, requestTimeoutMs: 2_000 })),
  );
  for (const [index, store] of stores.entries()) {
    const { revision } = await store.transact(put(`/hm/before${index}`));
    const heard = watchKeys(store, { fromRevision: revision + 1, count: 3 });
    for (const node of [0, 1, 2]) {
      await etcd.kill(node);
      await eventually(() => store.get("/hm/before0"));
      await eventually(() => store.transact(put(`/hm/without${node}`)));
      await etcd.start(node);
    }
    // A write that was reported as unknown may have been made: then it is heard of twice.
    expect([...new Set(await heard)]).toEqual(["/hm/without0", "/hm/without1", "/hm/without2"]);
  }
  await Promise.all(stores.map((store) => store[Symbol.asyncDispose]()));
});

Deno.test("EtcdStore is refused without the right credentials, and renews its token", async () => {
  const users = [{ name: "hm", password: "right", prefix: "/hm/" }];
  const auth = { rootPassword: "root", users };
  await using etcd = await EtcdRunner.start({ auth, extraArgs: ["--auth-token-ttl=1"] });
  const credentials = { user: "hm", password: "right" };
  await Promise.all(TRANSPORTS.map(async (transport) => {
    await using none = await open({ urls: etcd.urls, transport });
    expect(await rejection(none.get("/hm/a"))).toBeInstanceOf(StoreRefusedError);
    const wrong = { user: "hm", password: "wrong" };
    await using bad = await open({ urls: etcd.urls, transport, credentials: wrong });
    const error = await rejection(bad.transact(put("/hm/a")));
    expect(error).toBeInstanceOf(StoreRefusedError);
    expect(error.message).not.toContain("wrong");
    await using store = await open({ urls: etcd.urls, transport, credentials });
    const { revision } = await store.transact(put("/hm/a"));
    expect(await rejection(store.transact(put("/other")))).toBeInstanceOf(StoreRefusedError);
    const { signal } = new AbortController();
    const other = store.watch("/other", { fromRevision: 1, signal })[Symbol.asyncIterator]();
    expect(await rejection(other.next())).toBeInstanceOf(StoreRefusedError);
    await time.sleep(3_000);
    await Promise.all([1, 2, 3].map(() => store.transact(put("/hm/b"))));
    await time.sleep(3_000);
    const heard = watchKeys(store, { fromRevision: revision + 1, count: 3 });
    expect((await heard).length).toBeGreaterThanOrEqual(3);
  }));
});

Deno.test("EtcdStore speaks TLS with client certificates and trusts nobody else", async () => {
  await using etcd = await EtcdRunner.start({ tls: { clientCertificates: true } });
  await using stranger = await EtcdRunner.start({ tls: {} });
  const client = etcd.certificates?.client ?? {};
  const { caFile } = etcd.certificates?.client ?? {};
  for (const transport of TRANSPORTS) {
    await using store = await open({ urls: etcd.urls, transport, tls: client });
    const { revision } = await store.transact(put("/hm/a"));
    expect(await watchKeys(store, { fromRevision: revision, count: 1 })).toEqual(["/hm/a"]);
    await using anonymous = await open({ urls: etcd.urls, transport, tls: { caFile } });
    // Whether the server's reason arrives before it hangs up is chance.
    expect((await rejection(anonymous.get("/hm/a"))).message).toMatch(/certificate/);
    await using misled = await open({ urls: stranger.urls, transport, tls: client });
    expect(await rejection(misled.get("/hm/a"))).toBeInstanceOf(StoreRefusedError);
  }
});

Deno.test("EtcdStore writes nothing while a watch is finding out what revision it begins at", async () => {
  const header = { revision: "7" };
  const release = Promise.withResolvers<void>();
  let transactions = 0;
  const answer = async (request: Request): Promise<Response> => {
    const { key } = await request.json();
    if (request.url.endsWith("/v3/kv/txn")) {
      transactions += 1;
      return Response.json({ header, succeeded: true });
    }
    if (key === btoa("/hm/")) await release.promise;
    return Response.json({ header });
  };
  await using gateway = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, answer);
  const urls = [`http://127.0.0.1:${gateway.addr.port}`];
  await using store = await open({ urls, transport: "http" });
  store.watch("/hm/", { signal: new AbortController().signal });
  const written = store.transact(put("/hm/a"));
  await store.get("/hm/b");
  const early = transactions;
  release.resolve();
  await written;
  expect([early, transactions]).toEqual([0, 1]);
});
