/**
 * Where the commands of one page are run: a copy of the repository as it would be cloned, `hm9000` made
 * (the executable where there is one, or a script that stands for it), and a platform around it: NATS, etcd
 * and a Cloud Controller of its own, which `hm9000.yml` names.
 *
 * @module
 */

import { EtcdRunner } from "../../test_helpers/etcd_runner.ts";
import { freePorts } from "../../test_helpers/free_port.ts";
import { NatsRunner } from "../../test_helpers/nats_runner.ts";
import { testPath } from "../test_servers.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

/** What commands say that stands for something else. */
export type Stand = readonly (readonly [RegExp, string])[];

/** A page's sandbox. */
export interface Sandbox extends AsyncDisposable {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly stands: Stand;
}

/** Makes one. */
export async function openSandbox(): Promise<Sandbox> {
  await using stack = new AsyncDisposableStack();
  const folder = await Deno.makeTempDir({ prefix: "hm9000-docs-" });
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  await run(
    `git ls-files -z --cached --others --exclude-standard | tar -c --null -T - | tar -x -C ${folder}`,
  );
  await putPrograms(folder);
  const nats = stack.use(await NatsRunner.start());
  const etcd = stack.use(await EtcdRunner.start());
  const controller = serveCloudController();
  stack.defer(() => controller.shutdown());
  const [api = 0, heartbeats = 0, figures = 0] = freePorts(3);
  await Deno.writeTextFile(
    `${folder}/hm9000.yml`,
    configText({ nats, etcd, controller, api, heartbeats, figures }),
  );
  const owned = stack.move();
  return {
    folder,
    env: {
      USER: "operator", // As in a shell: who holds and resumes is written down.
      PATH: `${folder}/bin:${testPath(Deno.env.get("PATH") ?? "")}`,
      HM9000_CC_AUTH_PASSWORD: "password",
      HM9000_API_SERVER_PASSWORD: "password",
      HM9000_METRICS_SERVER_PASSWORD: "password",
    },
    stands: [
      [/:5155\b/g, `:${api}`],
      [/:5335\b/g, `:${heartbeats}`],
      [/:7879\b/g, `:${figures}`],
      [/--for=60\b/g, "--for=30"],
      // Nobody starts anything here, so nobody waits for twenty starts either.
      [/(hm9000 tap .*)--(?:for|count)[ =]\d+/g, "$1--for=1"],
      [/\bHOST\b/g, "127.0.0.1"],
      [/\b(APP_)?GUID\b/g, "app-1"],
      [/\b(APP_)?VERSION\b/g, "v1"],
      [/\bPASSWORD\b/g, "password"],
    ],
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** `deno`, `hm9000` and `dist/hm9000`. */
async function putPrograms(folder: string): Promise<void> {
  await Deno.mkdir(`${folder}/bin`);
  await Deno.mkdir(`${folder}/dist`);
  const made = `${ROOT}dist/hm9000`;
  const isMade = await Deno.stat(made).then(() => true, () => false); // not compiled
  const deno = Deno.execPath();
  await putScript(`${folder}/bin/deno`, `exec ${deno} "$@"`);
  const hm9000 = isMade
    ? `exec ${made} "$@"`
    : `exec ${deno} run -q --no-prompt -P=component --config=${ROOT}deno.json ${ROOT}cmd/hm9000.ts "$@"`;
  for (const path of ["bin/hm9000", "dist/hm9000"]) await putScript(`${folder}/${path}`, hm9000);
}

async function putScript(path: string, command: string): Promise<void> {
  await Deno.writeTextFile(path, `#!/bin/sh\n${command}\n`, { mode: 0o755 });
}

/** One app is desired. */
function serveCloudController(): Deno.HttpServer<Deno.NetAddr> {
  const app = {
    "id": "app-1",
    "version": "v1",
    "instances": 1,
    "state": "STARTED",
    "package_state": "STAGED",
  };
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const isFirst = (new URL(request.url).searchParams.get("bulk_token") ?? "{}") === "{}";
    return Response.json({ "results": isFirst ? { "app-1": app } : {}, "bulk_token": { "id": 1 } });
  });
}

function configText(platform: {
  readonly nats: NatsRunner;
  readonly etcd: EtcdRunner;
  readonly controller: Deno.HttpServer<Deno.NetAddr>;
  readonly api: number;
  readonly heartbeats: number;
  readonly figures: number;
}): string {
  const { nats, etcd, controller, api, heartbeats, figures } = platform;
  return `heartbeat_period_in_seconds: 1
store_urls: [${etcd.url}]
nats: [{ host: ${nats.server.host}, port: ${nats.server.port} }]
cc_base_url: http://127.0.0.1:${controller.addr.port}
cc_auth_user: bulk_api
api_server_address: 127.0.0.1
api_server_port: ${api}
api_server_username: hm9000
http_heartbeat_server_address: 127.0.0.1
http_heartbeat_port: ${heartbeats}
metrics_server_port: ${figures}
metrics_server_user: collector
`;
}

async function run(script: string): Promise<void> {
  const command = new Deno.Command("bash", { args: ["-euo", "pipefail", "-c", script], cwd: ROOT });
  const { success, stderr } = await command.output();
  if (!success) throw new Error(`Cannot run "${script}": ${new TextDecoder().decode(stderr)}`);
}
