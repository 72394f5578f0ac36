import { expect } from "expect";
import { FakeLogger } from "./fake_logger.ts";
import { EtcdOperator } from "./etcd_operator.ts";
import { EtcdRunner } from "./etcd_runner.ts";
import { RealRandom } from "../lib/helpers/real_random.ts";
import { RealTimeProvider } from "../lib/helpers/real_time_provider.ts";
import { EtcdStore } from "../lib/store/etcd_store.ts";

const KEY = "/hm/key";

Deno.test("EtcdOperator.moveLeader() has another member lead, and leader() names the one that does", async () => {
  await using etcd = await EtcdRunner.start({ nodes: 3 });
  const operator = new EtcdOperator(etcd.urls);
  const first = await operator.leader();
  expect([0, 1, 2]).toContain(first);
  await operator.moveLeader();
  expect([0, 1, 2].filter((index) => index !== first)).toContain(await operator.leader());
  await etcd.kill();
  expect(await operator.leader()).toBeUndefined();
});

Deno.test("EtcdOperator.fill() raises the alarm, and makeRoom() takes it back", async () => {
  await using etcd = await EtcdRunner.start({ quotaBytes: 8 * 1024 * 1024 });
  await using store = await openStore(etcd);
  const operator = new EtcdOperator(etcd.urls);
  await operator.fill();
  await expect(put(store, "refused")).rejects.toThrow("space");
  await operator.makeRoom();
  await put(store, "taken");
  expect((await store.get(KEY))?.value).toBe("taken");
});

Deno.test("EtcdRunner.restore() brings back what backUp() kept, and wipe() nothing", async () => {
  await using etcd = await EtcdRunner.start({ nodes: 3 });
  const operator = new EtcdOperator(etcd.urls);
  const folder = await Deno.makeTempDir({ prefix: "hm9000_backup_" });
  try {
    await valueIs(etcd, { put: "before", is: "before" });
    await operator.backUp(`${folder}/backup`);
    await valueIs(etcd, { put: "after", is: "after" });
    await etcd.restore(`${folder}/backup`);
    await valueIs(etcd, { is: "before" });
    await etcd.wipe();
    await valueIs(etcd, { is: undefined });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

async function openStore(etcd: EtcdRunner): Promise<EtcdStore> {
  return await EtcdStore.open({
    urls: etcd.urls,
    transport: "http",
    time: new RealTimeProvider(),
    random: new RealRandom(),
    log: new FakeLogger(),
  });
}

async function put(store: EtcdStore, value: string): Promise<void> {
  await store.transact({ guards: [], mutations: [{ kind: "put", key: KEY, value }] });
}

async function valueIs(
  etcd: EtcdRunner,
  { put: value, is }: { readonly put?: string; readonly is: string | undefined },
): Promise<void> {
  await using store = await openStore(etcd);
  if (value !== undefined) await put(store, value);
  expect((await store.get(KEY))?.value).toBe(is);
}
