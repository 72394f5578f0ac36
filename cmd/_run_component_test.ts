import { expect } from "expect";
import { parseConfig } from "../lib/config/parse_config.ts";
import { InProcessBus } from "../lib/message_bus/in_process_bus.ts";
import { InProcessHub } from "../lib/message_bus/in_process_hub.ts";
import { newPendingStart, type StartReason } from "../lib/models/pending_start_message.ts";
import { newPendingStop, type StopReason } from "../lib/models/pending_stop_message.ts";
import { Supervision } from "../lib/helpers/supervision.ts";
import { lockKey } from "../lib/store/layout.ts";
import { FLEET_GAUGES } from "../lib/store/collections/metrics.ts";
import { readDecisions } from "../lib/store/collections/decisions.ts";
import { StoreUnavailableError } from "../lib/store/store_errors.ts";
import { AppFixture } from "../test_helpers/app.ts";
import { StoredFleet } from "../test_helpers/stored_fleet.ts";
import type { Outside } from "./_components.ts";
import { runComponents, runOnce } from "./_run_component.ts";

const { config } = parseConfig({
  text: "{store_type: memory, message_bus_type: in_process, heartbeat_period_in_seconds: 10, " +
    "api_server_port: 0}",
  path: "hm9000.yml",
  env: {},
});
const id = { appGuid: "app", appVersion: "app-version" };

/** A fresh fleet, what a component is handed to work on it, and how much of it was published. */
async function freshFleet() {
  const fleet = new StoredFleet();
  await fleet.makeFresh();
  const bus = new InProcessBus(new InProcessHub(), fleet);
  const { store, layout, time, random, log, metrics } = fleet;
  const outside: Outside = { config, store, layout, bus, time, random, log, metrics };
  return {
    fleet,
    outside,
    stored: () => fleet.read(fleet.layout.metricsPrefix),
    once: (name: "sender" | "analyzer") =>
      runOnce(name, { outside, signal: new AbortController().signal }),
    async [Symbol.asyncDispose]() {
      await bus[Symbol.asyncDispose]();
      await fleet[Symbol.asyncDispose]();
    },
  };
}

/** Queues messages that are due and are not verified, one per reason. */
async function queue(
  fleet: StoredFleet,
  reasons: { readonly starts: readonly StartReason[]; readonly stops: readonly StopReason[] },
): Promise<void> {
  const starts = reasons.starts.map((reason, instanceIndex) =>
    newPendingStart(100, {
      ...{ ...id, reason, instanceIndex, priority: 1, skipVerification: true },
      messageId: fleet.random.uuid(),
    })
  );
  await fleet.outbox.enqueueStarts(starts.map((message) => ({ message })));
  const stops = reasons.stops.map((reason, index) =>
    newPendingStop(100, {
      ...{ ...id, reason, instanceGuid: `extra-${index}`, keepAliveSeconds: 0 },
      messageId: fleet.random.uuid(),
    })
  );
  await fleet.outbox.enqueueStops(stops);
}

Deno.test("runOnce() of the sender adds what it sent to the stored counters, pass by pass [MET-19] [HAZ-06]", async () => {
  await using f = await freshFleet();
  await f.fleet.report({
    deaGuid: "dea",
    instances: [0, 1, 2, 3, 4, 5].map((index) => ({
      ...{ ...id, instanceGuid: `extra-${index}`, instanceIndex: index },
      ...{ state: "RUNNING", stateTimestamp: 1, deaGuid: "dea" },
    })),
  });
  const reasons = {
    starts: ["CRASHED", "MISSING", "MISSING", "EVACUATING", "EVACUATING", "EVACUATING"],
    stops: ["EXTRA", "EXTRA", "EXTRA", "EXTRA", "EXTRA", "EXTRA"],
  } as const;
  for (const passes of [1, 2]) {
    await queue(f.fleet, reasons);
    await f.once("sender");
    expect(await f.stored()).toEqual({
      "StartCrashed": `${passes}.00000`,
      "StartMissing": `${passes * 2}.00000`,
      "StartEvacuating": `${passes * 3}.00000`,
      "StopExtra": `${passes * 6}.00000`,
    });
  }
});

Deno.test("runOnce() of the sender fails when it cannot count, with everything sent and deleted [SND-14]", async () => {
  await using f = await freshFleet();
  await queue(f.fleet, { starts: ["MISSING"], stops: [] });
  const { store, layout } = f.fleet;
  const transact = store.transact.bind(store);
  store.transact = (transaction) => {
    const counts = transaction.mutations.some((one) =>
      "key" in one && one.key.startsWith(layout.metricsPrefix)
    );
    return counts
      ? Promise.reject(new StoreUnavailableError("for this test"))
      : transact(transaction);
  };
  await expect(f.once("sender")).rejects.toThrow("for this test");
  expect(f.fleet.metrics.get("StartMissing")).toBe(1);
  expect((await f.fleet.outbox.list()).starts).toEqual([]);
});

Deno.test("runOnce() of the analyzer stores the ten gauges, -1 when the store is stale [MET-03] [MET-26]", async () => {
  await using f = await freshFleet();
  await f.fleet.desire(new AppFixture("app").desiredState({ instances: 2 }));
  await f.once("analyzer");
  expect(Object.keys(await f.stored()).sort()).toEqual([...FLEET_GAUGES].sort());
  expect(await f.stored()).toMatchObject({
    "NumberOfDesiredInstances": "2.00000",
    "NumberOfMissingIndices": "2.00000",
  });
  await f.fleet.remove(f.fleet.layout.actualFreshKey);
  await expect(f.once("analyzer")).rejects.toThrow("Cannot act on what is stored");
  expect(new Set(Object.values(await f.stored()))).toEqual(new Set(["-1.00000"]));
});

Deno.test("runOnce() of the sender counts also while the store is stale [MET-05]", async () => {
  await using f = await freshFleet();
  await queue(f.fleet, { starts: ["MISSING"], stops: [] });
  await f.once("sender");
  await f.fleet.remove(f.fleet.layout.actualFreshKey);
  await expect(f.once("sender")).rejects.toThrow("Cannot act on what is stored");
  expect(await f.stored()).toEqual({ "StartMissing": "1.00000" });
});

Deno.test("runComponents() stores figures beside the work and once more at its end [LIS-23] [LIS-24]", async () => {
  await using f = await freshFleet();
  const { outside, fleet } = f;
  const stop = new AbortController();
  const running = runComponents({
    names: ["actual_state_listener"],
    outsideFor: () => outside,
    bus: undefined,
    log: fleet.log,
    signal: stop.signal,
  });
  // Two sleep for the leadership, one between flushes of heartbeats, one between those of figures.
  await fleet.time.waitForSleeper(4);
  outside.bus.publish("dea.heartbeat", JSON.stringify({ "dea": "dea", "droplets": [] }));
  await outside.bus.flush();
  stop.abort();
  await running;
  expect(await f.stored()).toMatchObject({
    "ReceivedHeartbeats": "1.00000",
    "SavedHeartbeats": "1.00000",
  });
});

Deno.test("runComponents() says whether it leads, and of each pass that it ended", async () => {
  await using f = await freshFleet();
  const { outside, fleet } = f;
  const stop = new AbortController();
  const { series } = fleet.metrics;
  const running = runComponents({
    names: ["analyzer"],
    outsideFor: () => outside,
    bus: undefined,
    log: fleet.log,
    signal: stop.signal,
  });
  expect(series.get("leading", { component: "analyzer" })).toBe(0);
  expect(series.get("leaderships", { component: "analyzer" })).toBe(0);
  // Two sleep for the leadership, one for the pass or after it, one between flushes of figures.
  await fleet.time.waitForSleeper(4);
  expect(series.get("leading", { component: "analyzer" })).toBe(1);
  expect(series.get("leaderships", { component: "analyzer" })).toBe(1);
  stop.abort();
  await running;
  const [duration] = series.read("pass_duration_seconds");
  expect(duration?.labels).toEqual({ component: "analyzer" });
  expect(duration?.distribution?.count).toBe(1);
  expect(series.read("passes").map(({ value }) => value)).toEqual([1]);
  expect(series.get("leading", { component: "analyzer" })).toBe(0);
});

/** Components under a service manager, and what it was told. */
function supervisedRun(outside: Outside, names: readonly ("api" | "sender" | "shredder")[]) {
  const told: string[] = [];
  const ready = Promise.withResolvers<void>();
  const manager = {
    watchdogMs: 30_000,
    ready: () => ready.resolve(),
    status: (text: string) => void told.push(text),
    alive: () => void told.push("alive"),
    stopping() {},
    close: () => Promise.resolve(),
  };
  const { time, log } = outside;
  const supervision = new Supervision({ manager, parts: names, time, log });
  const stop = new AbortController();
  const running = runComponents({
    ...{ names, outsideFor: () => outside, bus: undefined, log, signal: stop.signal, supervision },
    beside: [{ name: "watchdog", run: (signal) => supervision.run(signal) }],
  });
  return { told, ready: ready.promise, running, stop: () => stop.abort() };
}

Deno.test("runComponents() says who leads and who stands by, and that it is ready then", async () => {
  await using f = await freshFleet();
  await f.fleet.put(lockKey("sender"), "another process");
  const { told, ready, running, stop } = supervisedRun(f.outside, ["sender", "shredder"]);
  await ready;
  const both = told.find((text) => text.includes(","))?.split(", ");
  expect(both?.sort()).toEqual(["sender stands by", "shredder leads"]);
  stop();
  await running;
});

Deno.test("runComponents() feeds the watchdog while the api could answer, and not while it hangs", async () => {
  await using f = await freshFleet();
  const { store, time } = f.fleet;
  const { told, running, stop } = supervisedRun(f.outside, ["api"]);
  const wait = async (seconds: number, sleepers: number) => {
    for (let passed = 0; passed < seconds; passed += 10) {
      await time.waitForSleeper(sleepers);
      time.advance(10_000);
    }
    return told.filter((text) => text === "alive").length;
  };
  // Who stores figures, who feeds the watchdog, and who probes.
  expect(await wait(600, 3)).toBe(60);
  await time.waitForSleeper(3);
  store.revision = () => new Promise(() => {});
  time.advance(10_000);
  const hungAt = await wait(310, 2);
  expect(hungAt).toBeLessThan(95);
  expect(await wait(600, 2)).toBe(hungAt);
  stop();
  await running;
});

Deno.test("runOnce() records what the pass decided, and nothing when it decides nothing", async () => {
  await using f = await freshFleet();
  await f.fleet.desire(new AppFixture("app").desiredState({ instances: 1 }));
  await f.once("analyzer");
  const { store, layout } = f.fleet;
  const [decision, ...more] = await readDecisions(store, layout);
  expect(more).toEqual([]);
  expect(decision).toMatchObject({ kind: "start_enqueued", appGuid: "app", instanceIndex: 0 });
  await f.once("analyzer");
  expect(Object.keys(await f.fleet.read(layout.decisionsPrefix))).toHaveLength(1);
});

Deno.test("runOnce() sends and succeeds though nothing can be recorded", async () => {
  await using f = await freshFleet();
  await queue(f.fleet, { starts: ["MISSING"], stops: [] });
  const { store, layout, metrics } = f.fleet;
  const transact = store.transact.bind(store);
  store.transact = (transaction) =>
    transaction.mutations.some((one) => "key" in one && one.key.startsWith(layout.decisionsPrefix))
      ? Promise.reject(new StoreUnavailableError("for this test"))
      : transact(transaction);
  await f.once("sender");
  expect(metrics.get("StartMissing")).toBe(1);
  expect(metrics.get("decisions_lost")).toBe(1);
});

Deno.test("runComponents() records beside the work, under the leader's fence", async () => {
  await using f = await freshFleet();
  const { outside, fleet } = f;
  await fleet.desire(new AppFixture("app").desiredState({ instances: 1 }));
  const stop = new AbortController();
  const running = runComponents({
    names: ["analyzer"],
    outsideFor: () => outside,
    bus: undefined,
    log: fleet.log,
    signal: stop.signal,
  });
  // Two sleep for the leadership, one for the pass or after it, one between flushes of figures, and one
  // gathers decisions.
  await fleet.time.waitForSleeper(5);
  expect(await readDecisions(fleet.store, fleet.layout)).toEqual([]);
  stop.abort();
  await running;
  expect(await readDecisions(fleet.store, fleet.layout)).toHaveLength(1);
});
