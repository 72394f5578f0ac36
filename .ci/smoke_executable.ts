/**
 * Runs a compiled `hm9000` as an operator would, against real NATS and etcd servers: what was compiled
 * works where it was only type checked so far, with the permissions baked into it, on the runtime that
 * came with it. Takes the executable's path.
 *
 * etcd is spoken to over its JSON gateway: the runtime of executables may be older than the Deno that
 * compiles them, and gRPC is sound from Deno 2.8 on.
 *
 * @module
 */

import { connect, type NatsConnection } from "nats-transport";
import { RealTimeProvider } from "../lib/helpers/real_time_provider.ts";
import { HEARTBEAT_SUBJECT } from "../lib/message_bus/subjects.ts";
import { heartbeatToWire } from "../lib/models/heartbeat.ts";
import { encodeBasicAuth } from "../lib/models/basic_auth.ts";
import { AppFixture } from "../test_helpers/app.ts";
import { EtcdRunner } from "../test_helpers/etcd_runner.ts";
import { NatsRunner } from "../test_helpers/nats_runner.ts";
import { Executable } from "./executable.ts";

/** How long the components may take to get to where they should be. */
const PATIENCE_MS = 60_000;
const RETRY_MS = 500;

/** How long the demo runs before it must have healed. */
const DEMO_SECONDS = 30;

const time = new RealTimeProvider();

/** Tries again until `attempt` gives something. */
async function eventually<T>(what: string, attempt: () => Promise<T | undefined>): Promise<T> {
  const endMs = time.monotonicMs() + PATIENCE_MS;
  while (time.monotonicMs() < endMs) {
    const result = await attempt();
    if (result !== undefined) return result;
    await time.sleep(RETRY_MS);
  }
  throw new Error(`Cannot see ${what}: it did not happen in ${PATIENCE_MS / 1000} s`);
}

async function smokeTools(hm9000: Executable): Promise<void> {
  const { version } = JSON.parse(await Deno.readTextFile(new URL("../deno.json", import.meta.url)));
  expectText("version", await hm9000.succeed("version"), version);
  const made = JSON.parse(await hm9000.succeed("version", "--json"));
  expectText(
    "version --json",
    made.licences.map(({ name }: { name: string }) => name).join(),
    "zod",
  );
  if (!/^[0-9a-f]{40}/.test(made.commit)) throw new Error(`It knows no commit: ${made.commit}`);
  const help = await hm9000.succeed("--help");
  for (const name of ["actual_state_listener", "analyzer", "dump", "demo"]) {
    expectText("--help", help, name);
  }
  await hm9000.succeed("demo", `--for=${DEMO_SECONDS}`);
}

function expectText(what: string, text: string, wanted: string): void {
  if (text.includes(wanted)) return;
  throw new Error(`Cannot find "${wanted}" in what "hm9000 ${what}" printed:\n${text}`);
}

/** The part of `dump --json` that is read here. */
interface DumpedApp {
  readonly ["instance_heartbeats"]: readonly { readonly instance: string }[];
  readonly ["pending_stops"]: readonly { readonly instance: string }[];
}

/** A DEA runs an app that nobody wants: it is seen, found superfluous and told to stop. */
async function smokePipeline(hm9000: Executable, servers: Servers): Promise<void> {
  const { nats, config } = servers;
  const app = new AppFixture("unwanted");
  const { instanceGuid } = app.instanceAtIndex(0);
  const beat = async () => {
    nats.publish(HEARTBEAT_SUBJECT, JSON.stringify(heartbeatToWire(app.heartbeat(1))));
    await nats.flush();
  };
  const dumped = async (): Promise<DumpedApp | undefined> => {
    await beat();
    return JSON.parse(await hm9000.succeed("dump", "--json", config))[0];
  };
  await using _listener = hm9000.start("actual_state_listener", config);
  await eventually("the heartbeat in the store", async () => {
    const app = await dumped();
    return app?.instance_heartbeats.some(({ instance }) => instance === instanceGuid) || undefined;
  });
  await eventually("the figures of the listener", () => figures(nats));
  await hm9000.succeed("desired_state_listener", "--once", config);
  await eventually("the stop in the queue", async () => {
    await beat();
    if ((await hm9000.run("analyzer", "--once", config)).code !== 0) return undefined; // not fresh yet
    const app = await dumped();
    return app?.pending_stops.some(({ instance }) => instance === instanceGuid) || undefined;
  });
  const stops = nats.subscribe("hm9000.stop", { max: 1, timeout: PATIENCE_MS });
  await beat();
  await hm9000.succeed("sender", "--once", config);
  for await (const message of stops) expectText("sender --once", message.string(), instanceGuid);
}

/** Asks, as a collector does, where figures are served, and looks at them. */
async function figures(nats: NatsConnection): Promise<true | undefined> {
  const answer = await nats.request("vcap.component.discover").catch(() => undefined);
  if (answer === undefined) return undefined;
  const { host, credentials } = answer.json<{ host: string; credentials: [string, string] }>();
  const metrics = await (await fetch(`http://${host}/metrics`)).text();
  if (!/^hm9000_saved_heartbeats_total [1-9]/m.test(metrics)) return undefined;
  const [user, password] = credentials;
  const authorization = encodeBasicAuth({ user, password });
  const varz = await fetch(`http://${host}/varz`, { headers: { "Authorization": authorization } });
  const text = await varz.text();
  return /"SavedHeartbeats","value":[1-9]/.test(text) || undefined;
}

interface Servers {
  readonly nats: NatsConnection;
  /** The flag that names the configuration file. */
  readonly config: string;
}

/** A configuration file for real servers and a Cloud Controller that wants nothing. */
function configText(nats: NatsRunner, etcd: EtcdRunner, ccPort: number): string {
  return `heartbeat_period_in_seconds: 2
nats:
  - host: ${nats.server.host}
    port: ${nats.server.port}
store_type: etcd
store_urls: [${etcd.url}]
cc_base_url: http://127.0.0.1:${ccPort}
cc_auth_user: user
cc_auth_password: password
allow_empty_desired_state: true
http_heartbeat_server_address: 127.0.0.1
http_heartbeat_port: 0
metrics_server_port: 0
metrics_server_user: collector
metrics_server_password: password
log_format: json
`;
}

async function main(path: string): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "hm9000-smoke-" });
  try {
    const hm9000 = new Executable(path);
    await smokeTools(hm9000);
    await using nats = await NatsRunner.start();
    await using etcd = await EtcdRunner.start();
    const cloudController = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      () => Response.json({ "results": {}, "bulk_token": {} }),
    );
    const file = `${folder}/hm9000.yml`;
    await Deno.writeTextFile(file, configText(nats, etcd, cloudController.addr.port));
    const connection = await connect({ servers: `${nats.host}:${nats.port}` });
    try {
      await smokePipeline(hm9000, { nats: connection, config: `--config=${file}` });
    } finally {
      await connection.close();
      await cloudController.shutdown();
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main) {
  const [path] = Deno.args;
  if (path === undefined) throw new Error("Cannot tell what to run: give the executable's path");
  await main(path);
  console.log(`${path} works`);
}
