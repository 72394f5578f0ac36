import { expect } from "expect";
import { AppFixture } from "../../test_helpers/app.ts";
import { MirroredFleet } from "../../test_helpers/mirrored_fleet.ts";
import { StoredFleet } from "../../test_helpers/stored_fleet.ts";
import { InProcessBus } from "../message_bus/in_process_bus.ts";
import { InProcessHub } from "../message_bus/in_process_hub.ts";
import { Api } from "./api.ts";
import { lookUpAppStates } from "./mirrored_app_states.ts";
import { readStoredAppStates } from "./stored_app_states.ts";

const app = new AppFixture("app");

/** An API that answers, over a fleet in memory. */
class Fixture implements AsyncDisposable {
  readonly fleet = new StoredFleet(200);
  readonly bus: InProcessBus;
  readonly #abort = new AbortController();
  readonly #running: Promise<void>;
  readonly #port: Promise<number>;

  constructor() {
    const { store, layout, time, log, metrics } = this.fleet;
    this.bus = new InProcessBus(new InProcessHub(), { time, log, metrics });
    const listening = Promise.withResolvers<number>();
    this.#port = listening.promise;
    this.#running = new Api({
      config: {
        ...{ address: "127.0.0.1", port: 0, credentials: undefined, eventClientsMax: 3 },
        ...{ tokens: [], tls: undefined, connectionsMax: 100, failedLoginsMax: 0 },
      },
      bus: this.bus,
      readAppStates: readStoredAppStates({
        store,
        layout,
        time,
        log,
        metrics,
        actualFreshnessTtlSeconds: 30,
      }),
      time,
      log,
      metrics,
      onListen: ({ port }) => listening.resolve(port),
    }).run(this.#abort.signal);
  }

  async url(path: string): Promise<string> {
    return `http://127.0.0.1:${await this.#port}${path}`;
  }

  async ask(question: string): Promise<Record<string, unknown>> {
    const reply = await this.bus.request("app.state", question, { timeoutMs: 5000 });
    return JSON.parse(new TextDecoder().decode(reply.data));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort();
    await this.#running;
    await this.bus[Symbol.asyncDispose]();
    await this.fleet[Symbol.asyncDispose]();
  }
}

const QUESTION = JSON.stringify({ "droplet": "app", "version": "app-version" });

Deno.test("run() answers over HTTP and over the bus from one store [API-01] [API-06] [API-11] [INT-34]", async () => {
  await using fixture = new Fixture();
  await fixture.fleet.makeFresh();
  await fixture.fleet.desire(app.desiredState({ instances: 2 }));
  await fixture.fleet.report(app.heartbeat(1));
  const overBus = await fixture.ask(QUESTION);
  const response = await fetch(await fixture.url("/bulk_app_state"), {
    method: "POST",
    body: `[${QUESTION}]`,
  });
  expect(await response.json()).toEqual({ "app": overBus });
  expect(overBus).toMatchObject({
    "droplet": "app",
    "desired": { "instances": 2 },
    "instance_heartbeats": [{ "index": 0, "state": "RUNNING" }],
    "crash_counts": [],
  });
});

Deno.test("run() answers {} from a stale store, and tells why over HTTP [API-07] [API-15] [I16]", async () => {
  await using fixture = new Fixture();
  await fixture.fleet.makeFresh(171);
  await fixture.fleet.desire(app.desiredState({ instances: 2 }));
  expect(await fixture.ask(QUESTION)).toEqual({});
  const response = await fetch(await fixture.url("/bulk_app_state"), {
    method: "POST",
    body: "[]",
  });
  expect(response.headers.get("X-HM9000-Reason")).toMatch(/heartbeats were saved for 29 s/);
  expect(await response.text()).toBe("{}");
});

Deno.test("run() serves /v1 over sockets to who has a token, and ends what is followed [I16] [S10]", async () => {
  await using fleet = new MirroredFleet();
  await fleet.makeFresh();
  fleet.start();
  const { mirror, store, layout, time, log, metrics } = fleet;
  await using bus = new InProcessBus(new InProcessHub(), { time, log, metrics });
  const known = { mirror, time, actualFreshnessTtlSeconds: 30 };
  const listening = Promise.withResolvers<number>();
  const stop = new AbortController();
  const running = new Api({
    config: {
      ...{ address: "127.0.0.1", port: 0, credentials: undefined, eventClientsMax: 3 },
      ...{ tokens: ["a-token-for-this"], tls: undefined, connectionsMax: 100, failedLoginsMax: 2 },
    },
    readAppStates: lookUpAppStates(known),
    fleet: { ...known, store, layout, explain: () => ({}), version: "0", eventClientsMax: 3 },
    ...{ bus, time, log, metrics },
    onListen: ({ port }) => listening.resolve(port),
  }).run(stop.signal);
  const url = `http://127.0.0.1:${await listening.promise}/v1`;
  const ask = async (path: string, token: string) => {
    const headers = { "Authorization": `Bearer ${token}` };
    return await fetch(`${url}${path}`, { headers });
  };
  const answer = await ask("/fleet", "a-token-for-this");
  expect([answer.status, (await answer.json())["stale_because"]]).toEqual([200, null]);
  const events = (await ask("/events", "a-token-for-this")).body?.getReader();
  expect(new TextDecoder().decode((await events?.read())?.value)).toMatch(/^retry: 2000\n/);
  const statuses: number[] = [];
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const refused = await ask("/fleet", "a-token-for-that");
    expect(refused.headers.get("content-type")).toBe("application/problem+json");
    expect((await refused.json()).status).toBe(refused.status);
    statuses.push(refused.status);
  }
  expect(statuses).toEqual([401, 401, 429]);
  stop.abort();
  while (!(await events?.read())?.done);
  await running;
});
