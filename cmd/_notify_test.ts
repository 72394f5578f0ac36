import { expect } from "expect";
import { NotifySocketFixture } from "../test_helpers/notify_socket.ts";

/** All components in one process, on a store in memory, with what no server has to be there for. */
const CONFIG = `store_type: memory
message_bus_type: in_process
cc_base_url: http://127.0.0.1:9
cc_auth_user: user
cc_auth_password: password
api_server_address: 127.0.0.1
api_server_port: 0
`;

/** Starts every component in one process, with the permissions that `deno task` gives it. */
async function startAll(folder: string, env: Record<string, string>): Promise<Deno.ChildProcess> {
  const config = `${folder}/hm9000.yml`;
  await Deno.writeTextFile(config, CONFIG);
  const entrypoint = new URL("hm9000.ts", import.meta.url).pathname;
  const args = ["run", "--quiet", "--no-prompt", "--permission-set=component", entrypoint];
  return new Deno.Command(Deno.execPath(), {
    args: [...args, "all", `--config=${config}`],
    cwd: new URL("../", import.meta.url),
    env,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
}

for (const kind of ["path", "abstract"] as const) {
  Deno.test({
    name:
      `hm9000 tells a service manager at a socket with ${kind} when it is ready, alive, stopping`,
    ignore: Deno.build.os !== "linux",
    async fn() {
      await using socket = await NotifySocketFixture.open(kind);
      const folder = await Deno.makeTempDir();
      try {
        const env = { "NOTIFY_SOCKET": socket.address, "WATCHDOG_USEC": "300000" };
        await using process = await startAll(folder, env);
        const first = await socket.until("READY=1");
        expect(first[0]).toBe("STATUS=Waiting for servers");
        await socket.until("WATCHDOG=1");
        await socket.until("WATCHDOG=1");
        process.kill("SIGTERM");
        await socket.until("STOPPING=1");
        expect((await process.status).code).toBe(0);
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
}
