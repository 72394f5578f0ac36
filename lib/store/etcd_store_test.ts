import { EtcdRunner } from "../../test_helpers/etcd_runner.ts";
import { FakeLogger } from "../../test_helpers/fake_logger.ts";
import { type OpenStore, storeConformance } from "../../test_helpers/store_conformance.ts";
import type { EtcdTransport } from "../config/config.ts";
import { RealRandom } from "../helpers/real_random.ts";
import { RealTimeProvider } from "../helpers/real_time_provider.ts";
import { EtcdStore, type EtcdStoreOptions } from "./etcd_store.ts";

const TRANSPORTS = ["grpc", "etcd3", "http"] as const;

let shared: EtcdRunner | undefined;
let opened = 0;

Deno.test.beforeAll(async () => {
  shared = await EtcdRunner.start();
});

Deno.test.afterAll(async () => {
  await shared?.[Symbol.asyncDispose]();
});

for (const transport of TRANSPORTS) {
  storeConformance({
    name: `EtcdStore over ${transport}`,
    open: () => openShared(transport),
    leaseTtlSeconds: 1,
  });
}

async function openShared(transport: EtcdTransport): Promise<OpenStore> {
  const etcd = shared;
  if (!etcd) throw new Error("Cannot open a store: etcd was not started");
  const clients: EtcdStore[] = [];
  const another = async () => {
    const client = await open({ urls: etcd.urls, transport });
    clients.push(client);
    return client;
  };
  opened += 1;
  return {
    store: await another(),
    prefix: `/hm/test${opened}/`,
    another,
    passSeconds: (seconds) => new RealTimeProvider().sleep(seconds * 1_000),
    compact: async (revision) => void await etcd.post("/v3/kv/compaction", { revision }),
    async [Symbol.asyncDispose]() {
      await Promise.all(clients.map((client) => client[Symbol.asyncDispose]()));
    },
  };
}

async function open(
  options: Partial<EtcdStoreOptions> & Pick<EtcdStoreOptions, "urls" | "transport">,
): Promise<EtcdStore> {
  const log = new FakeLogger();
  const [time, random] = [new RealTimeProvider(), new RealRandom()];
  return await EtcdStore.open({ log, time, random, ...options });
}
