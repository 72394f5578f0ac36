import { expect } from "expect";
import { CertificateAuthority } from "../../test_helpers/certificate_authority.ts";
import { StoredFleet } from "../../test_helpers/stored_fleet.ts";
import { InProcessBus } from "../message_bus/in_process_bus.ts";
import { InProcessHub } from "../message_bus/in_process_hub.ts";
import { BusUnavailableError } from "../message_bus/message_bus.ts";
import { encodeBasicAuth } from "../models/basic_auth.ts";
import { storedCounters } from "../store/collections/metrics.ts";
import {
  type PlatformMetrics,
  readPlatformMetrics,
} from "../store/collections/platform_metrics.ts";
import { MetricsServer, type MetricsServerDeps } from "./metrics_server.ts";

const CREDENTIALS = { user: "collector", password: "se:cret" };
const AUTHORIZED = { headers: { "authorization": encodeBasicAuth(CREDENTIALS) } };

/** A metrics server that answers, over a fleet in memory. */
class Fixture implements AsyncDisposable {
  readonly fleet = new StoredFleet(200);
  readonly bus: InProcessBus;
  readonly announced: string[] = [];
  readonly running: Promise<void>;
  readonly #abort = new AbortController();
  readonly #port = Promise.withResolvers<number>();

  constructor(overrides: Partial<MetricsServerDeps> = {}) {
    const { store, layout, time, random, log, metrics } = this.fleet;
    this.bus = new InProcessBus(new InProcessHub(), this.fleet);
    this.bus.subscribe("vcap.component.announce", (message) => {
      this.announced.push(new TextDecoder().decode(message.data));
    });
    const options = { now: 200, actualFreshnessTtlSeconds: 30, log };
    this.running = new MetricsServer({
      ...{ address: "127.0.0.1", port: 0, credentials: CREDENTIALS, own: [] },
      ...{ bus: this.bus, random, time, log, metrics },
      process: {
        ...{ version: "1", commit: "abc", component: "all", hostname: "host", cpus: 2 },
        startedAt: 100,
        cpuSeconds: () => 1.5,
        eventLoopLagSeconds: () => 0.25,
        memory: () => ({ resident: 1000, heapUsed: 400 }),
      },
      observer: { look: () => Promise.resolve() },
      ready: [{ name: "store", find: () => Promise.resolve({ ok: true, detail: "" }) }],
      readPlatformMetrics: () => readPlatformMetrics(store, layout, options),
      onListen: this.#port.resolve,
      ...overrides,
    }).run(this.#abort.signal);
  }

  get port(): Promise<number> {
    return this.#port.promise;
  }

  async get(path: string, init: RequestInit = {}): Promise<Response> {
    return await fetch(`http://127.0.0.1:${await this.port}${path}`, init);
  }

  stop(): Promise<void> {
    this.#abort.abort();
    return this.running;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await this.bus[Symbol.asyncDispose]();
    await this.fleet[Symbol.asyncDispose]();
  }
}

Deno.test("/healthz is always ok, and asks nobody who they are [MET-02]", async () => {
  await using f = new Fixture();
  const response = await f.get("/healthz");
  expect([response.status, await response.text()]).toEqual([200, "ok"]);
});

Deno.test("/metrics are the process's own figures as Prometheus reads them", async () => {
  await using f = new Fixture();
  f.fleet.metrics.increment("StopExtra", 2);
  const response = await f.get("/metrics");
  expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  expect(await response.text()).toContain("\nhm9000_stop_extra_total 2\n");
});

Deno.test("/varz wants the right credentials [MET-01]", async () => {
  await using f = new Fixture();
  const wrong = { headers: { "authorization": encodeBasicAuth({ user: "a", password: "b" }) } };
  for (const init of [{}, wrong]) {
    const response = await f.get("/varz", init);
    expect([response.status, await response.text()]).toEqual([401, ""]);
    expect(response.headers.get("www-authenticate")).toBe('Basic realm="hm9000"');
  }
  const response = await f.get("/varz", AUTHORIZED);
  expect(response.status).toBe(200);
  await response.body?.cancel();
});

Deno.test("/varz has the original's shape, gauges whole and counters with fractions [MET-01] [MET-30]", async () => {
  const counters = {
    ...storedCounters(new Map()),
    "ActualStateListenerStoreUsagePercentage": 72.3,
  };
  const readPlatformMetrics = () =>
    Promise.resolve({
      fleet: { "NumberOfRunningInstances": 3 },
      counters,
    } as unknown as PlatformMetrics);
  await using f = new Fixture({ readPlatformMetrics });
  const { contexts, ...outside } = await (await f.get("/varz", AUTHORIZED)).json();
  expect(outside).toEqual({
    "name": "HM9000",
    "numCPUS": 2,
    "numGoRoutines": 0,
    "memoryStats": {
      "numBytesAllocatedHeap": 400,
      "numBytesAllocatedStack": 0,
      "numBytesAllocated": 1000,
    },
    "tags": { "ip": "127.0.0.1" },
  });
  expect(contexts).toEqual([{ "name": "HM9000", "metrics": expect.any(Array) }]);
  expect(contexts[0].metrics).toHaveLength(11);
  expect(contexts[0].metrics).toContainEqual({ "name": "NumberOfRunningInstances", "value": 3 });
  expect(contexts[0].metrics).toContainEqual({
    "name": "ActualStateListenerStoreUsagePercentage",
    "value": 72.3,
  });
});

Deno.test("/varz has all ten at -1 and the counters while the store is stale [MET-03] [MET-05] [MET-18]", async () => {
  await using f = new Fixture();
  await f.fleet.put(f.fleet.layout.metricKey("StartMissing"), "5.00000");
  const { contexts } = await (await f.get("/varz", AUTHORIZED)).json();
  const { metrics } = contexts[0];
  expect(metrics).toHaveLength(20);
  expect(metrics.filter(({ value }: { value: number }) => value === -1)).toHaveLength(10);
  expect(metrics).toContainEqual({ "name": "StartMissing", "value": 5 });
});

Deno.test("/readyz says whether the process is ready, without credentials", async () => {
  await using f = new Fixture();
  expect(await (await f.get("/readyz?verbose")).text()).toBe("[+]store ok\nreadyz check passed\n");
});

Deno.test("run() announces itself and answers who asks for components [MET-01]", async () => {
  await using f = new Fixture();
  const expected = {
    "type": "HM9000",
    "index": 0,
    "host": `127.0.0.1:${await f.port}`,
    "uuid": expect.stringMatching(/^0-./),
    "credentials": ["collector", "se:cret"],
  };
  const answer = await f.bus.request("vcap.component.discover", "", { timeoutMs: 5000 });
  expect(JSON.parse(new TextDecoder().decode(answer.data))).toEqual(expected);
  expect(f.announced.map((text) => JSON.parse(text))).toEqual([expected]);
  await f.stop();
  await expect(f.bus.request("vcap.component.discover", "", { timeoutMs: 5000 }))
    .rejects.toThrow(BusUnavailableError);
});

Deno.test("run() tells nobody of a server that has no credentials, and serves who is on the machine", async () => {
  await using f = new Fixture({ credentials: undefined });
  const response = await f.get("/varz");
  expect(response.status).toBe(200);
  await response.body?.cancel();
  const asked = f.bus.request("vcap.component.discover", "", { timeoutMs: 5000 });
  await expect(asked).rejects.toThrow(BusUnavailableError);
  expect(f.announced).toEqual([]);
});

Deno.test("run() serves without a bus, and with one that is down [MET-01]", async () => {
  const subscription = { subject: "", drain: () => Promise.resolve() };
  const down = {
    publish: () => {
      throw new BusUnavailableError("down");
    },
    subscribe: () => subscription,
  };
  for (const bus of [undefined, down]) {
    await using f = new Fixture({ bus });
    expect(await (await f.get("/healthz")).text()).toBe("ok");
  }
});

Deno.test("run() says which key to change when its port is taken, and takes it when it is free", async () => {
  const taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr;
  await using f = new Fixture({ port });
  await f.fleet.time.waitForSleeper();
  expect(f.fleet.log.messages("error")).toEqual([
    expect.stringContaining(`Cannot serve figures on 127.0.0.1:${port}`),
  ]);
  expect(f.fleet.log.messages("error")[0]).toContain("metrics_server_port");
  taken.close();
  f.fleet.time.advance(10_000);
  expect(await f.port).toBe(port);
  expect(await (await f.get("/healthz")).text()).toBe("ok");
});

Deno.test("run() ends while its port is still taken", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await using f = new Fixture({ port: taken.addr.port });
  await f.fleet.time.waitForSleeper();
  await f.stop();
});

Deno.test("/varz makes an address wait that fails to log in too often, right or wrong [S12]", async () => {
  await using f = new Fixture();
  const wrong = { headers: { "authorization": encodeBasicAuth({ user: "a", password: "b" }) } };
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const response = await f.get("/varz", wrong);
    expect([response.status, await response.text()]).toEqual([401, ""]);
  }
  const response = await f.get("/varz", AUTHORIZED);
  expect([response.status, await response.text()]).toEqual([429, ""]);
  expect(response.headers.get("retry-after")).toBe("60");
});

Deno.test("a metrics server with a CA answers whoever has a certificate, and nobody else [S15]", async () => {
  const folder = await Deno.makeTempDir({ prefix: "hm9000-tls-" });
  try {
    const authority = await CertificateAuthority.create(folder);
    const tls = await authority.issue("server");
    const { certFile, keyFile } = await authority.issue("client");
    await using f = new Fixture({ tls });
    const read = (file: string) => Deno.readTextFileSync(file);
    const trust = { caCerts: [read(authority.caFile)] };
    using known = Deno.createHttpClient({ ...trust, cert: read(certFile), key: read(keyFile) });
    using unknown = Deno.createHttpClient(trust);
    const url = `https://localhost:${await f.port}/healthz`;
    expect(await (await fetch(url, { client: known })).text()).toBe("ok");
    await expect(fetch(url, { client: unknown })).rejects.toThrow();
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
