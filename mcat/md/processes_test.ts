import { expect } from "expect";
import { lockKey, StoreLayout } from "../../lib/store/layout.ts";
import { AppFixture } from "../../test_helpers/app.ts";
import { EtcdRunner } from "../../test_helpers/etcd_runner.ts";
import { freePort } from "../../test_helpers/free_port.ts";
import { NatsRunner } from "../../test_helpers/nats_runner.ts";
import { ProcessPlatform } from "./process_fixture.ts";
import type { ConfigValues } from "./scenario_config.ts";

const START = '{"droplet":"app","version":"v1","instance_index":0,"message_id":"id"}';
const PIPELINE = ["actual_state_listener", "desired_state_listener", "analyzer", "sender"];

let servers: { readonly nats: NatsRunner; readonly etcd: EtcdRunner } | undefined;

Deno.test.beforeAll(async () => {
  const [nats, etcd] = await Promise.all([NatsRunner.start(), EtcdRunner.start()]);
  servers = { nats, etcd };
});

Deno.test.afterAll(async () => {
  await servers?.nats[Symbol.asyncDispose]();
  await servers?.etcd[Symbol.asyncDispose]();
});

Deno.test("four processes start what is missing, stop what is too much, and survive being killed [INT-05] [INT-08]", async () => {
  await using platform = await openPlatform();
  const { layout, orders, patience } = platform;
  const { app, superfluous } = breakApp(platform);
  let processes = await Promise.all(PIPELINE.map((name) => platform.startLeading(name)));
  await beatUntilHeard(platform, app);
  await platform.setTime(130);
  const stop = await orders.waitForStop(() => true, patience);
  expect(stop).toMatchObject({ instanceGuid: superfluous.instanceGuid, isDuplicate: false });
  const startKey = `${layout.startPrefix}${app.appGuid},${app.appVersion},1`;
  await platform.keyIs(startKey);
  const queued = JSON.parse((await platform.store.get(startKey))?.value ?? "{}");
  expect(queued).toMatchObject({ "send_on": 160, "start_reason": "MISSING" });

  await Promise.all(processes.map((process) => process.end("SIGKILL")));
  processes = await Promise.all(PIPELINE.map((name) => platform.startLeading(name)));
  expect(orders.starts).toEqual([]);
  await platform.setTime(160);
  const start = await orders.waitForStart(() => true, patience);
  expect(start).toMatchObject({ instanceIndex: 1, messageId: queued["message_id"] });
  await platform.keyIs(startKey, (entry) => entry === undefined);
  const ended = await Promise.all(processes.map((process) => process.end("SIGTERM")));
  expect(ended.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
  expect(orders.starts).toHaveLength(1);
  expect(orders.stops.map(({ instanceGuid }) => instanceGuid)).toEqual([superfluous.instanceGuid]);
});

for (const name of ["actual_state_listener", "analyzer"]) {
  Deno.test(`a second ${name} waits, takes over, and ends with 197 when its lock is removed [DMN-10] [DMN-11] [DMN-12] [CLI-05] [REG-30] [REG-31]`, async () => {
    await using platform = await openPlatform();
    const first = await platform.startLeading(name);
    const second = platform.start(name);
    await second.logged("Standing by, another process leads");
    expect((await first.end("SIGINT")).code).toBe(0);
    await second.logged("Leading");
    await deleteKey(platform, lockKey(name));
    expect((await second.ended()).code).toBe(197);
    expect(await second.logged("Lost the leadership")).toMatchObject({ level: "INFO" });
    expect(second.log.filter(({ level }) => level === "ERROR")).toEqual([]);
  });
}

Deno.test("an actual_state_listener that stands by hears nothing; the leader does [LIS-37]", async () => {
  await using platform = await openPlatform();
  const key = lockKey("actual_state_listener");
  const mutations = [{ kind: "put", key, value: "somebody else" }] as const;
  await platform.store.transact({ guards: [], mutations });
  const listener = platform.start("actual_state_listener");
  await listener.logged("Standing by, another process leads");
  const ask = () => platform.bus.request("dea.heartbeat", "{}", { timeoutMs: 100 });
  await expect(ask()).rejects.toThrow("nobody listens");
  await deleteKey(platform, key);
  await listener.logged("Leading");
  await beatUntilHeard(platform, new AppFixture());
});

Deno.test("a leader takes its lock once, not with every pass [DMN-07]", async () => {
  await using platform = await openPlatform();
  breakApp(platform);
  await platform.startLeading("desired_state_listener");
  const taken = await platform.lock("desired_state_listener");
  await platform.cloudController.waitForRequests(6); // two pages a pass
  expect(await platform.lock("desired_state_listener")).toEqual(taken);
});

Deno.test("every component ends with 0 when it is told to, and gives its lock back [DMN-18]", async () => {
  await using platform = await openPlatform();
  const leaders = [...PIPELINE, "evacuator", "shredder"];
  const processes = leaders.map((name) => platform.start(name));
  const api = platform.start("api");
  await Promise.all(processes.map((process) => process.logged("Leading")));
  await api.logged("Answering HTTP requests");
  const ended = await Promise.all([...processes, api].map((process) => process.end("SIGTERM")));
  expect(ended.map(({ code }) => code)).toEqual(Array(7).fill(0));
  const locks = await Promise.all(leaders.map((name) => platform.lock(name)));
  expect(locks).toEqual(Array(6).fill(undefined));
});

Deno.test("a single pass ends with 0 or 1; a stale store refuses those who would act [CLI-03] [CLI-12] [FRE-21]", async () => {
  await using platform = await openPlatform();
  const { app } = breakApp(platform);
  const once = async (name: string) => await platform.run(name, "--once");
  expect((await once("desired_state_listener")).code).toBe(0);
  expect((await once("shredder")).code).toBe(0);
  for (const name of ["analyzer", "sender"]) {
    const { code, stderr } = await once(name);
    expect(code).toBe(1);
    expect(stderr).toContain("no heartbeats were saved of late");
  }
  platform.cloudController.fail({ kind: "status", status: 500 });
  expect((await once("desired_state_listener")).code).toBe(1);
  const dump = await platform.run("dump");
  expect(dump).toMatchObject({ code: 0, stdout: expect.stringContaining(app.appGuid) });
  expect(dump.stdout).toMatch(/stale|not fresh/i);
});

Deno.test("a single pass ends with 1 when a server is not there [CLI-06]", async () => {
  const nowhere = freePort();
  const [withoutStore, withoutNats] = await Promise.all([
    runOnce("analyzer", { "store_urls": [`http://127.0.0.1:${nowhere}`] }),
    runOnce("sender", { "nats": [{ "host": "127.0.0.1", "port": nowhere }] }),
  ]);
  expect(withoutStore).toMatchObject({ code: 1, stderr: expect.stringContaining("Cannot") });
  expect(withoutNats).toMatchObject({ code: 1, stderr: expect.stringContaining("NATS") });
});

Deno.test("a pass that takes too long ends the daemon with 1 [REG-29]", async () => {
  await using platform = await openPlatform({ "fetcher_timeout_in_heartbeats": 1 });
  platform.cloudController.fail({ kind: "hang" });
  const listener = await platform.startLeading("desired_state_listener");
  const { code, stderr } = await listener.ended();
  expect(code).toBe(1);
  expect(stderr).toContain("desired_state_listener");
  expect(await platform.lock("desired_state_listener")).toBeUndefined();
});

Deno.test("nothing works beside a newer schema version that is fresh, and says what to do", async () => {
  await using platform = await openPlatform();
  const { actualFreshKey: key } = new StoreLayout({ schemaVersion: 2 });
  const mutations = [{ kind: "put", key, value: '{"timestamp":1}' }] as const;
  await platform.store.transact({ guards: [], mutations });
  const refused = await Promise.all([
    ...PIPELINE.map((name) => platform.run(name)),
    ...["api", "shredder"].map((name) => platform.run(name)),
    platform.run("analyzer", "--once"),
  ]);
  for (const { code, stderr } of refused) {
    expect(code).toBe(1);
    expect(stderr).toContain("an hm9000 with version 2 keeps this store up to date");
  }
  expect(await platform.lock("analyzer")).toBeUndefined();
});

Deno.test("presence ends by the store's clock while fake time stands still [CLI-08]", async () => {
  await using platform = await openPlatform({ "heartbeat_ttl_in_heartbeats": 2 });
  const app = new AppFixture();
  const listener = await platform.startLeading("actual_state_listener");
  await beatUntilHeard(platform, app);
  await listener.end("SIGKILL");
  const presence = platform.layout.presenceKey(app.deaGuid);
  await platform.keyIs(presence, (entry) => entry === undefined);
});

async function openPlatform(config: ConfigValues = {}): Promise<ProcessPlatform> {
  if (servers === undefined) throw new Error("Cannot begin: the servers do not run");
  return await ProcessPlatform.open(servers, config);
}

async function runOnce(name: string, config: ConfigValues) {
  await using platform = await openPlatform(config);
  return await platform.run(name, "--once");
}

/** Two instances are desired; index 0 runs, index 1 does not, index 2 should not. */
function breakApp(platform: ProcessPlatform) {
  const app = new AppFixture();
  platform.cloudController.setDesired([app.desiredState({ instances: 2 })]);
  return { app, superfluous: app.instanceAtIndex(2) };
}

/** Indices 0 and 2 are reported until they are in the store. */
async function beatUntilHeard(platform: ProcessPlatform, app: AppFixture): Promise<void> {
  const instances = [0, 2].map((index) => app.instanceAtIndex(index).heartbeat());
  await platform.reportUntilHeard({ deaGuid: app.deaGuid, instances });
}

async function deleteKey(platform: ProcessPlatform, key: string): Promise<void> {
  await platform.store.transact({ guards: [], mutations: [{ kind: "delete", key }] });
}

Deno.test("tap shows what is published, ends after the number that was asked for, and with 0 on SIGINT", async () => {
  await using platform = await openPlatform();
  const tapping = platform.start("tap", "starts", "--json", "--count=1");
  await tapping.logged("Listening");
  platform.bus.publish("hm9000.start", START);
  const { code, stdout } = await tapping.ended();
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ "kind": "start", "message": JSON.parse(START) });

  const endless = platform.start("tap", "stops");
  await endless.logged("Listening");
  expect(await endless.end("SIGINT")).toMatchObject({ code: 0, stdout: "" });
});
