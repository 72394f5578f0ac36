import { expect } from "expect";
import { connect, type NatsConnection } from "nats-transport";
import { loadConfig } from "../lib/config/load_config.ts";
import { RealTimeProvider } from "../lib/helpers/real_time_provider.ts";
import { HEARTBEAT_SUBJECT } from "../lib/message_bus/subjects.ts";
import { encodeBasicAuth } from "../lib/models/basic_auth.ts";
import { heartbeatToWire } from "../lib/models/heartbeat.ts";
import { AppFixture } from "../test_helpers/app.ts";
import { EtcdRunner } from "../test_helpers/etcd_runner.ts";
import { freePort } from "../test_helpers/free_port.ts";
import { NatsRunner } from "../test_helpers/nats_runner.ts";
import { componentNames } from "./entrypoints.ts";
import { narrowPermissions } from "./narrow_permissions.ts";
import { permissionFlags, type PermissionSet } from "./permission_flags.ts";

const ROOT = new URL("../", import.meta.url).pathname;
/** How long the components may take to get to where they should be. */
const PATIENCE_MS = 120_000;
const RETRY_MS = 250;

const time = new RealTimeProvider();

/** The permission sets of deno.json. */
async function componentSet(): Promise<PermissionSet> {
  return JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`)).permissions.component;
}

/** Where packages stand: an executable has what it needs of them inside. */
async function packageFolder(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  return JSON.parse(new TextDecoder().decode(stdout)).npmCache;
}

/** Runs a program under the flags of a permission set; it is ended with the test. */
function start(flags: readonly string[], program: readonly string[]) {
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", ...flags, ...program],
    cwd: ROOT,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const output = process.output();
  return {
    async [Symbol.asyncDispose]() {
      try {
        process.kill("SIGTERM");
      } catch (error) {
        if (!(error instanceof TypeError)) throw error; // it has ended
      }
      await output;
    },
    /** Stops it and gives how it ended. */
    async stop(): Promise<{ readonly code: number; readonly text: string }> {
      process.kill("SIGTERM");
      const { code, stdout, stderr } = await output;
      const decoder = new TextDecoder();
      return { code, text: decoder.decode(stdout) + decoder.decode(stderr) };
    },
  };
}

/** Servers, and the file that names them. */
async function withConfig(
  use: (setting: { nats: NatsConnection; path: string; apiPort: number }) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  await using nats = await NatsRunner.start();
  await using etcd = await EtcdRunner.start();
  const cloudController = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () => Response.json({ "results": {}, "bulk_token": {} }),
  );
  const apiPort = freePort();
  const path = `${folder}/hm9000.yml`;
  await Deno.writeTextFile(
    path,
    `heartbeat_period_in_seconds: 1
nats: [{ host: ${nats.server.host}, port: ${nats.server.port} }]
store_urls: [${etcd.url}]
cc_base_url: http://127.0.0.1:${cloudController.addr.port}
cc_auth_user: user
cc_auth_password: password
allow_empty_desired_state: true
api_server_address: 127.0.0.1
api_server_port: ${apiPort}
api_server_username: api
api_server_password: password
http_heartbeat_server_address: 127.0.0.1
http_heartbeat_port: ${freePort()}
log_format: json
`,
  );
  const connection = await connect({ servers: `${nats.host}:${nats.port}` });
  try {
    await use({ nats: connection, path, apiPort });
  } finally {
    await connection.close();
    await cloudController.shutdown();
    await Deno.remove(folder, { recursive: true });
  }
}

/** A DEA says that it runs an app nobody wants until it is told to stop it. */
async function untilStopped(nats: NatsConnection, app: AppFixture): Promise<void> {
  const stops = nats.subscribe("hm9000.stop", { max: 1, timeout: PATIENCE_MS });
  const heartbeat = JSON.stringify(heartbeatToWire(app.heartbeat(1)));
  const stopped = new AbortController();
  const beating = (async () => {
    while (!stopped.signal.aborted) {
      nats.publish(HEARTBEAT_SUBJECT, heartbeat);
      await time.sleep(RETRY_MS, stopped);
    }
  })();
  try {
    for await (const stop of stops) {
      expect(stop.json<{ "instance_guid": string }>().instance_guid).toBe(
        app.instanceAtIndex(0).instanceGuid,
      );
    }
  } finally {
    stopped.abort();
    await beating;
  }
}

/** What an evacuated instance of an app that is not known starts. */
async function evacuate(nats: NatsConnection): Promise<void> {
  const starts = nats.subscribe("hm9000.start", { max: 1, timeout: PATIENCE_MS });
  nats.publish(
    "droplet.exited",
    JSON.stringify({
      ...{
        "droplet": "evacuated",
        "version": "v",
        "instance": "i",
        "index": 0,
        "crash_timestamp": 0,
      },
      ...{
        "reason": "DEA_EVACUATION",
        "exit_status_code": 0,
        "exit_description": "",
        "cc_partition": "",
      },
    }),
  );
  for await (const start of starts) {
    expect(start.json<{ droplet: string }>().droplet).toBe("evacuated");
  }
}

async function ask(apiPort: number): Promise<string> {
  const authorization = encodeBasicAuth({ user: "api", password: "password" });
  const answer = await fetch(`http://127.0.0.1:${apiPort}/bulk_app_state`, {
    method: "POST",
    headers: { "Authorization": authorization },
    body: "[]",
  });
  expect(answer.status).toBe(200);
  return await answer.text();
}

Deno.test("every component works under exactly the permissions that its configuration asks for [S8]", async () => {
  const base = await componentSet();
  const packages = await packageFolder();
  await withConfig(async ({ nats, path, apiPort }) => {
    const parsed = await loadConfig(path, { readTextFile: Deno.readTextFile, env: {} });
    await using running = new AsyncDisposableStack();
    const names = await componentNames();
    const processes = names.map((name) => {
      const set = narrowPermissions(name, { ...parsed, configPath: path, base });
      const read = [...(set.read as readonly string[]), packages];
      const flags = permissionFlags({ ...set, read });
      return running.use(start(flags, [`cmd/${name}.ts`, `--config=${path}`]));
    });
    await untilStopped(nats, new AppFixture("unwanted"));
    await evacuate(nats);
    await ask(apiPort);
    for (const [i, process] of processes.entries()) {
      const { code, text } = await process.stop();
      expect(text).not.toContain("NotCapable");
      expect({ name: names[i], code }).toEqual({ name: names[i], code: 0 });
    }
  });
});

/** What no component has any business to do, each an expression that would do it. */
const FORBIDDEN: Readonly<Record<string, string>> = {
  "start a program": `new Deno.Command("true").output()`,
  "load native code": `Deno.dlopen("libc.so.6", {})`,
  "read the password file": `Deno.readTextFile("/etc/shadow")`,
  "write among the system's settings": `Deno.writeTextFile("/etc/hm9000-test", "")`,
  "write among programs": `Deno.writeTextFile("/usr/bin/hm9000-test", "")`,
  "ask who else is on this machine": `Deno.networkInterfaces()`,
  "signal another process": `Deno.kill(1, "SIGCONT")`,
};

/** What only one configuration can rule out. */
const FORBIDDEN_BY_CONFIGURATION: Readonly<Record<string, string>> = {
  "read another file": `Deno.readTextFile("/etc/hostname")`,
  "write a file": `Deno.writeTextFile("/tmp/hm9000-test", "")`,
  "reach another server": `Deno.connect({ hostname: "127.0.0.1", port: 9 })`,
  "listen anywhere": `Deno.listen({ port: 0 })`,
};

/** What a process under the permission set says to each attempt: the name of the error, or `allowed`. */
async function attempt(set: PermissionSet, attempts: Readonly<Record<string, string>>) {
  const folder = await Deno.makeTempDir();
  try {
    const lines = Object.entries(attempts).map(([what, expression]) =>
      `said[${JSON.stringify(what)}] = await (async () => await ${expression})()` +
      `.then(() => "allowed", (error) => error.name);`
    );
    const program = `${folder}/attempt.js`;
    const text = `const said = {};\n${lines.join("\n")}\nconsole.log(JSON.stringify(said));`;
    await Deno.writeTextFile(program, text);
    const args = ["run", "--quiet", ...permissionFlags(set), program];
    const { stdout } = await new Deno.Command(Deno.execPath(), { args, cwd: folder }).output();
    return JSON.parse(new TextDecoder().decode(stdout)) as Record<string, string>;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("no executable may start programs, load code, read passwords or write to the system [S8]", async () => {
  const said = await attempt(await componentSet(), FORBIDDEN);
  expect(Object.keys(said)).toEqual(Object.keys(FORBIDDEN));
  for (const what of Object.keys(FORBIDDEN)) {
    expect([what, said[what]]).toEqual([what, "NotCapable"]);
  }
});

Deno.test("an executable for one configuration reaches no other file or server [S8]", async () => {
  const base = await componentSet();
  await withConfig(async ({ path }) => {
    const parsed = await loadConfig(path, { readTextFile: Deno.readTextFile, env: {} });
    const all = { ...FORBIDDEN, ...FORBIDDEN_BY_CONFIGURATION };
    for (const name of await componentNames()) {
      const said = await attempt(
        narrowPermissions(name, { ...parsed, configPath: path, base }),
        all,
      );
      for (const what of Object.keys(all)) {
        expect([name, what, said[what]]).toEqual([name, what, "NotCapable"]);
      }
    }
  });
});
