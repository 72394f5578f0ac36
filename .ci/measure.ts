/**
 * `deno task measure [--runs=N]`: what `dist/hm9000` costs before it does anything: its size, how long it
 * takes to answer, and the memory of `all` at rest, on a SQLite store and without a message to handle.
 * Prints one object a line.
 *
 * @module
 */

import { RealTimeProvider } from "../lib/helpers/real_time_provider.ts";

const ROOT = new URL("../", import.meta.url).pathname;
const EXECUTABLE = `${ROOT}dist/hm9000`;
/** Until everything that is loaded late is there, and what it took to start is given back. */
const REST_MS = 15_000;

const time = new RealTimeProvider();

/** Whole milliseconds that runs of a command took: the least, the middle and the most. */
async function answerTimes(args: readonly string[], runs: number) {
  const times: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const startedAtMs = time.monotonicMs();
    await new Deno.Command(EXECUTABLE, { args: [...args], stdin: "null" }).output();
    times.push(time.monotonicMs() - startedAtMs);
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => Math.round(times[Math.floor((times.length - 1) * share)] ?? 0);
  return { leastMs: at(0), medianMs: at(0.5), mostMs: at(1) };
}

/** Resident memory of `all`, in MiB. */
async function memoryAtRest(): Promise<number> {
  const folder = await Deno.makeTempDir({ prefix: "hm9000-measure-" });
  try {
    const config = `${folder}/hm9000.yml`;
    await Deno.writeTextFile(config, CONFIG);
    const process = new Deno.Command(EXECUTABLE, {
      args: ["all", `--config=${config}`],
      stdin: "null",
      stdout: "null",
    }).spawn();
    await time.sleep(REST_MS);
    const status = await Deno.readTextFile(`/proc/${process.pid}/status`);
    process.kill("SIGTERM");
    await process.status;
    return Math.round(Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const CONFIG = `store_path: hm9000.sqlite
message_bus_type: in_process
cc_base_url: http://127.0.0.1:9
cc_auth_user: user
cc_auth_password: password
api_server_address: 127.0.0.1
api_server_port: 0
log_level: ERROR
`;

async function main(args: readonly string[]): Promise<void> {
  const asked = args.find((arg) => arg.startsWith("--runs="))?.slice("--runs=".length);
  const runs = Number(asked ?? 20);
  const { size } = await Deno.stat(EXECUTABLE).catch((cause) => {
    throw new Error(`Cannot measure ${EXECUTABLE}: run deno task compile hm9000`, { cause });
  });
  const say = (figure: object) => console.log(JSON.stringify(figure));
  say({ what: "size of the executable", megabytes: Number((size / 1e6).toFixed(1)) });
  for (const command of ["--help", "version"]) {
    say({ what: `hm9000 ${command}`, runs, ...await answerTimes([command], runs) });
  }
  if (Deno.build.os !== "linux") return;
  say({ what: "resident memory of hm9000 all at rest", mebibytes: await memoryAtRest() });
}

if (import.meta.main) await main(Deno.args);
