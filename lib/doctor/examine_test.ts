import { expect } from "expect";
import { DesiredStateServer } from "../../test_helpers/desired_state_server.ts";
import { EtcdRunner } from "../../test_helpers/etcd_runner.ts";
import { NatsRunner } from "../../test_helpers/nats_runner.ts";
import { parseConfig } from "../config/parse_config.ts";
import { RealRandom } from "../helpers/real_random.ts";
import { RealTimeProvider } from "../helpers/real_time_provider.ts";
import { examine } from "./examine.ts";

/** What is not well, as `state subject: message`. */
async function ills(settings: Record<string, unknown>, publish = true): Promise<string[]> {
  const { config } = parseConfig({ text: JSON.stringify(settings), path: "hm9000.yml", env: {} });
  const time = new RealTimeProvider();
  const findings = await examine({ config, time, random: new RealRandom(), publish });
  for (const { state, remedy } of findings) expect(remedy === "").toBe(state === "ok");
  return findings.filter(({ state }) => state !== "ok")
    .map(({ state, subject, message }) => `${state} ${subject}: ${message}`);
}

const cc = (server: DesiredStateServer, password = "p") => ({
  "cc_base_url": server.url,
  "cc_auth_user": "u",
  "cc_auth_password": password,
});

Deno.test("examine() finds nothing wrong with servers that are well", async () => {
  await using etcd = await EtcdRunner.start();
  await using nats = await NatsRunner.start();
  await using server = DesiredStateServer.start({ user: "u", password: "p" });
  const settings = { "store_urls": etcd.urls, "nats": [nats.server], ...cc(server) };
  expect(await ills(settings)).toEqual([]);
});

Deno.test("examine() says which servers do not answer", async () => {
  const found = await ills({
    "store_urls": ["http://127.0.0.1:1"],
    "nats": [{ "host": "127.0.0.1", "port": 1 }],
    "cc_base_url": "http://127.0.0.1:1",
    "cc_auth_user": "u",
    "cc_auth_password": "p",
  });
  expect(found.map((text) => text.split(":")[0])).toEqual([
    "problem etcd http",
    "problem NATS 127.0.0.1",
    "problem Cloud Controller http",
  ]);
});

Deno.test("examine() finds that a newer schema version is in use", async () => {
  await using etcd = await EtcdRunner.start();
  await etcd.post("/v3/kv/put", { "key": btoa("/hm/v8/desired-fresh"), "value": btoa("{}") });
  const found = await ills({ "store_urls": etcd.urls, "store_schema_version": 7 });
  expect(found.filter((text) => text.includes("schema"))).toEqual([
    expect.stringMatching(
      /^problem schema version: Cannot work .*_version 7: an hm9000 with version 8/,
    ),
  ]);
});

Deno.test("examine() tells refused credentials from an answer that is wrong", async () => {
  await using server = DesiredStateServer.start({ user: "u", password: "p" });
  const store = await Deno.makeTempDir();
  try {
    const base = { "store_path": `${store}/x.sqlite`, "message_bus_type": "nats" };
    const refused = await ills({ ...base, ...cc(server, "wrong") });
    expect(refused[1]).toContain("it refuses our credentials (401)");
    server.fail({ kind: "status", status: 500 });
    expect((await ills({ ...base, ...cc(server) }))[1]).toContain("it answers 500");
  } finally {
    await Deno.remove(store, { recursive: true });
  }
});

Deno.test("examine() finds what etcd does not permit, and a wrong password [S2]", async () => {
  const users = [
    { name: "good", password: "p", prefix: "/hm/" },
    { name: "elsewhere", password: "p", prefix: "/other/" },
    { name: "reader", password: "p", prefix: "/hm/", permission: "READ" as const },
  ];
  await using etcd = await EtcdRunner.start({ auth: { rootPassword: "root", users } });
  const asked = async (user: string, password: string) => {
    const settings = { "store_urls": etcd.urls, "etcd_user": user, "etcd_password": password };
    return (await ills(settings)).filter((text) => text.includes("etcd")).join();
  };
  expect(await asked("good", "p")).toBe("");
  expect(await asked("elsewhere", "p")).toContain("may not read and write under /hm/");
  expect(await asked("reader", "p")).toContain("may not write under /hm/");
  expect(await asked("good", "wrong")).toContain("it refuses our credentials");
});

Deno.test("examine() goes by the TLS files that are configured, and misses them [S1]", async () => {
  await using etcd = await EtcdRunner.start({ tls: { clientCertificates: true } });
  const { caFile = "", certFile = "", keyFile = "" } = etcd.certificates?.client ?? {};
  const asked = async (tls: Record<string, string>) =>
    (await ills({ "store_urls": etcd.urls, "etcd": tls })).filter((text) => text.includes("etcd"));
  expect(await asked({ "ca_file": caFile, "cert_file": certFile, "key_file": keyFile })).toEqual(
    [],
  );
  expect((await asked({ "ca_file": caFile })).join()).toContain("problem etcd");
  expect((await asked({})).join()).toContain("no answer");
});

Deno.test("examine() finds subjects that NATS does not permit, and publishes only when asked to [S9]", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const permissions = `{ subscribe: ["dea.>", "droplet.exited"], publish: ["hm9000.start"] }`;
    const text = `authorization { users: [{ user: u, password: p, permissions: ${permissions} }] }`;
    await Deno.writeTextFile(`${folder}/nats.conf`, text);
    await using nats = await NatsRunner.start({ args: ["--config", `${folder}/nats.conf`] });
    const server = { "host": nats.host, "port": nats.port, "user": "u", "password": "p" };
    const settings = { "store_path": `${folder}/x.sqlite`, "nats": [server] };
    const refused = async (publish: boolean) =>
      (await ills(settings, publish)).filter((found) => found.startsWith("problem"));
    const [subscription, ...more] = await refused(false);
    expect(subscription).toContain("app.state");
    expect(more).toEqual([]);
    expect((await refused(true)).join()).toMatch(/app\.state.*hm9000\.stop/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
