/**
 * The desired_state_listener against a Cloud Controller of many apps: how long a fetch takes and how much
 * memory, first into an empty store, then with nothing changed. The Cloud Controller is a process of its
 * own that makes its pages up as it is asked.
 *
 * `deno run -A mcat/phd/fetch_bench.ts --apps=1000000 --batch-size=500`
 *
 * @module
 */

import { parseArgs } from "node:util";
import { DesiredStateListener } from "../../lib/desired_state_listener/desired_state_listener.ts";
import { httpGet } from "../../lib/desired_state_listener/http_get.ts";
import { MetricsRegistry } from "../../lib/helpers/metrics.ts";
import { RealRandom } from "../../lib/helpers/real_random.ts";
import { RealTimeProvider } from "../../lib/helpers/real_time_provider.ts";
import { EtcdStore } from "../../lib/store/etcd_store.ts";
import { UNFENCED } from "../../lib/store/fence.ts";
import { StoreLayout } from "../../lib/store/layout.ts";
import { FakeLogger } from "../../test_helpers/fake_logger.ts";
import { startBenchEtcd } from "./bench_etcd.ts";
import { usageOf } from "./process_usage.ts";

/** How often memory is looked at during a fetch, in milliseconds. */
const LOOK_MS = 100;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      apps: { type: "string", default: "100000" },
      "batch-size": { type: "string", default: "500" },
      operations: { type: "string", default: "512" },
      "serve-pages": { type: "boolean", default: false },
    },
  });
  const apps = Number(values.apps);
  const batchSize = Number(values["batch-size"]);
  if (values["serve-pages"]) return await servePages(apps);
  await bench({ apps, batchSize, operations: Number(values.operations) });
}

async function bench(
  { apps, batchSize, operations }: {
    readonly apps: number;
    readonly batchSize: number;
    readonly operations: number;
  },
): Promise<void> {
  await using etcd = await startBenchEtcd({ operationsMax: operations });
  await using pages = await PageServer.start(apps);
  const time = new RealTimeProvider();
  const random = new RealRandom();
  const log = new FakeLogger();
  const outside = { time, random, log, metrics: new MetricsRegistry() };
  const { urls } = etcd;
  const options = { urls, transport: "grpc", operationsMax: operations, ...outside } as const;
  await using store = await EtcdStore.open(options);
  const listener = new DesiredStateListener({
    ...outside,
    store,
    layout: new StoreLayout({ schemaVersion: 1 }),
    fence: UNFENCED,
    httpGet,
    desiredFreshnessTtlSeconds: 120,
    config: {
      pollingIntervalSeconds: 60,
      timeoutSeconds: 600,
      batchSize,
      networkTimeoutSeconds: 10,
      ccBaseUrl: pages.url,
      credentials: { user: "bench", password: "bench" },
      skipCertVerify: false,
      allowEmptyDesiredState: false,
      shrinkFractionMax: 0.5,
      shrinkAppsFloor: 20,
      shrinkConfirmations: 0,
    },
  });
  for (const fetch of ["first", "unchanged"]) {
    const before = usageOf([Deno.pid]);
    const startedMs = time.monotonicMs();
    const memory = watchMemory(time);
    const report = await listener.pass(new AbortController().signal);
    const peakMib = await memory.stop();
    const after = usageOf([Deno.pid]);
    console.log(JSON.stringify({
      fetch,
      batchSize,
      ...report,
      seconds: (time.monotonicMs() - startedMs) / 1000,
      cpuSeconds: after.cpuSeconds - before.cpuSeconds,
      restMib: Math.round(before.rssMib),
      peakMibAboveRest: Math.round(peakMib - before.rssMib),
      etcdCpuSecondsSoFar: usageOf(etcd.pids).cpuSeconds,
    }));
  }
}

function watchMemory(time: RealTimeProvider) {
  const stop = new AbortController();
  let peakMib = 0;
  const look = async () => {
    while (!stop.signal.aborted) {
      peakMib = Math.max(peakMib, usageOf([Deno.pid]).rssMib);
      await time.sleep(LOOK_MS, { signal: stop.signal });
    }
    return peakMib;
  };
  const looking = look();
  return {
    stop: () => {
      stop.abort();
      return looking;
    },
  };
}

/** The process that plays the Cloud Controller. */
class PageServer implements AsyncDisposable {
  readonly url: string;
  readonly #child: Deno.ChildProcess;

  private constructor(url: string, child: Deno.ChildProcess) {
    this.url = url;
    this.#child = child;
  }

  static async start(apps: number): Promise<PageServer> {
    const file = new URL(import.meta.url).pathname;
    const args = ["run", "-A", file, "--serve-pages", `--apps=${apps}`];
    const child = new Deno.Command(Deno.execPath(), { args, stdout: "piped" }).spawn();
    const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    const { value = "" } = await reader.read();
    return new PageServer(value.trim(), child);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGTERM");
    await this.#child.status;
  }
}

async function servePages(apps: number): Promise<void> {
  const listening = ({ port }: Deno.NetAddr) => console.log(`http://127.0.0.1:${port}`);
  const options = { hostname: "127.0.0.1", port: 0, onListen: listening };
  await Deno.serve(options, (request) => {
    const query = new URL(request.url).searchParams;
    const { id = 0 } = JSON.parse(query.get("bulk_token") ?? "{}");
    const end = Math.min(apps, id + Number(query.get("batch_size")));
    return Response.json(pageOf(id, end));
  }).finished;
}

function pageOf(start: number, end: number) {
  const results: Record<string, unknown> = {};
  for (let app = start; app < end; app += 1) {
    const guid = `${app.toString(16).padStart(8, "0")}-4a2b-4c3d-8e4f-000000000000`;
    results[guid] = {
      "id": guid,
      "version": `${app.toString(16).padStart(8, "f")}-9a2b-4c3d-8e4f-111111111111`,
      "instances": 1 + app % 4,
      "state": "STARTED",
      "package_state": "STAGED",
    };
  }
  return { "results": results, "bulk_token": { "id": end } };
}

if (import.meta.main) await main();
