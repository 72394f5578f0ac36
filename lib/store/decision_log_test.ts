import { expect } from "expect";
import { StoredFleet } from "../../test_helpers/stored_fleet.ts";
import type { Decision } from "../models/decision.ts";
import { readDecisions } from "./collections/decisions.ts";
import { DecisionLog, type DecisionLogDeps } from "./decision_log.ts";
import { type Fence, UNFENCED } from "./fence.ts";
import { StoreUnavailableError } from "./store_errors.ts";

const DEPOSED: Fence = {
  component: "analyzer",
  guards: [{ kind: "present", key: "/hm/locks/analyzer" }],
  assertHeld() {},
};

function logOf(fleet: StoredFleet, overrides: Partial<DecisionLogDeps> = {}): DecisionLog {
  const { store, layout, time, random, log, metrics } = fleet;
  const config = { maxDecisions: 5_000, maxAgeSeconds: 3_600 };
  const deps = { store, layout, time, random, log, metrics, config, fence: UNFENCED };
  return new DecisionLog({ ...deps, component: "analyzer", ...overrides });
}

function decisions(count: number, overrides: Partial<Decision> = {}): Decision[] {
  return Array.from({ length: count }, (_, instanceIndex) => ({
    at: 200,
    component: "analyzer",
    kind: "start_enqueued",
    appGuid: "app",
    appVersion: "v1",
    instanceIndex,
    reason: "MISSING",
    why: "",
    ...overrides,
  }));
}

/** The indices that the log has, the newest first. */
async function indices(fleet: StoredFleet): Promise<(number | undefined)[]> {
  const read = await readDecisions(fleet.store, fleet.layout);
  return read.map(({ instanceIndex }) => instanceIndex);
}

async function records(fleet: StoredFleet): Promise<number> {
  return Object.keys(await fleet.read(fleet.layout.decisionsPrefix)).length;
}

/** Counts transactions from here on. */
function countTransactions({ store }: StoredFleet): () => number {
  let count = 0;
  const transact = store.transact.bind(store);
  store.transact = (transaction) => {
    count += 1;
    return transact(transaction);
  };
  return () => count;
}

Deno.test("DecisionLog writes what it is told with the next flush, in order", async () => {
  await using fleet = new StoredFleet();
  const log = logOf(fleet);
  log.record(decisions(2));
  log.record(decisions(1, { instanceIndex: 7 }));
  expect(await records(fleet)).toBe(0);
  await log.flush();
  expect(await records(fleet)).toBe(1);
  expect(await indices(fleet)).toEqual([7, 1, 0]);
});

Deno.test("DecisionLog touches nothing when nothing was decided", async () => {
  await using fleet = new StoredFleet();
  const log = logOf(fleet);
  fleet.store.range = () => {
    throw new Error("read");
  };
  const transactions = countTransactions(fleet);
  log.record([]);
  await log.flush();
  expect(transactions()).toBe(0);
});

Deno.test("DecisionLog packs ten thousand decisions into a few puts", async () => {
  await using fleet = new StoredFleet();
  const log = logOf(fleet, { config: { maxDecisions: 20_000, maxAgeSeconds: 3_600 } });
  const transactions = countTransactions(fleet);
  log.record(decisions(10_000));
  await log.flush();
  expect(await records(fleet)).toBe(20);
  expect(transactions()).toBeLessThan(6);
  const all = await indices(fleet);
  expect([all.length, all[0], all.at(-1)]).toEqual([10_000, 9_999, 0]);
});

Deno.test("DecisionLog keeps the newest of too many, and says how many it left out", async () => {
  await using fleet = new StoredFleet();
  const log = logOf(fleet, { config: { maxDecisions: 3, maxAgeSeconds: 3_600 } });
  log.record(decisions(10));
  await log.flush();
  expect(await indices(fleet)).toEqual([9, 8, 7, undefined]);
  const { store, layout } = fleet;
  expect(await readDecisions(store, layout, { kinds: ["omitted"] }))
    .toMatchObject([{ reason: "start_enqueued", count: 7 }]);
});

Deno.test("DecisionLog deletes its oldest records beyond the bound, and nobody else's", async () => {
  await using fleet = new StoredFleet();
  const config = { maxDecisions: 5, maxAgeSeconds: 3_600 };
  const other = logOf(fleet, { component: "sender" });
  other.record(decisions(1, { component: "sender", instanceIndex: 99 }));
  await other.flush();
  const log = logOf(fleet, { config });
  for (let pass = 0; pass < 4; pass += 1) {
    fleet.time.advance(1_000);
    log.record(decisions(2, { instanceIndex: pass }));
    await log.flush();
  }
  expect(await indices(fleet)).toEqual([3, 3, 2, 2, 99]);
});

Deno.test("DecisionLog goes by what is stored when it begins", async () => {
  await using fleet = new StoredFleet();
  const config = { maxDecisions: 2, maxAgeSeconds: 3_600 };
  for (const instanceIndex of [1, 2, 3]) {
    fleet.time.advance(1_000);
    const log = logOf(fleet, { config });
    log.record(decisions(1, { instanceIndex }));
    await log.flush();
  }
  expect(await indices(fleet)).toEqual([3, 2]);
});

Deno.test("DecisionLog deletes what is too old, whoever wrote it", async () => {
  await using fleet = new StoredFleet();
  const other = logOf(fleet, { component: "evacuator" });
  other.record(decisions(1, { component: "evacuator" }));
  await other.flush();
  fleet.time.advance(3_600_000);
  const log = logOf(fleet);
  log.record(decisions(1, { instanceIndex: 1 }));
  await log.flush();
  expect(await indices(fleet)).toEqual([1, 0]);
  fleet.time.advance(1_000);
  log.record(decisions(1, { instanceIndex: 2 }));
  await log.flush();
  expect(await indices(fleet)).toEqual([2, 1]);
});

Deno.test("DecisionLog records nothing when told to keep none", async () => {
  await using fleet = new StoredFleet();
  const log = logOf(fleet, { config: { maxDecisions: 0, maxAgeSeconds: 3_600 } });
  log.record(decisions(1));
  await log.flush();
  expect(await records(fleet)).toBe(0);
});

Deno.test("DecisionLog counts a batch it cannot write, says so once, and goes on", async () => {
  await using fleet = new StoredFleet();
  const log = logOf(fleet);
  fleet.store.transact = () => {
    throw new StoreUnavailableError("Cannot write: for this test");
  };
  for (let turn = 0; turn < 3; turn += 1) {
    log.record(decisions(2));
    await log.flush();
  }
  expect(fleet.metrics.get("decisions_lost")).toBe(6);
  expect(fleet.log.lines.filter(({ message }) => message === "Could not record decisions"))
    .toHaveLength(1);
  Reflect.deleteProperty(fleet.store, "transact");
  log.record(decisions(1, { instanceIndex: 8 }));
  await log.flush();
  expect(await indices(fleet)).toEqual([8]);
});

Deno.test("DecisionLog of a deposed leader writes nothing, and does not fail", async () => {
  await using fleet = new StoredFleet();
  const log = logOf(fleet, { fence: DEPOSED });
  log.record(decisions(2));
  await log.flush();
  expect(await records(fleet)).toBe(0);
  expect(fleet.metrics.get("decisions_lost")).toBe(2);
});

Deno.test("beside() gathers for a moment while work goes on, and writes the rest at its end", async () => {
  await using fleet = new StoredFleet();
  const log = logOf(fleet);
  const stop = new AbortController();
  const written = Promise.withResolvers<void>();
  const transact = fleet.store.transact.bind(fleet.store);
  fleet.store.transact = async (transaction) => {
    const result = await transact(transaction);
    written.resolve();
    return result;
  };
  const work = async () => {
    log.record(decisions(1, { instanceIndex: 1 }));
    log.record(decisions(1, { instanceIndex: 2 }));
    await fleet.time.waitForSleeper();
    expect(await records(fleet)).toBe(0);
    fleet.time.advance(1_000);
    await written.promise;
    log.record(decisions(1, { instanceIndex: 3 }));
  };
  await log.beside(work, stop.signal);
  expect(await records(fleet)).toBe(2);
  expect(await indices(fleet)).toEqual([3, 2, 1]);
});

Deno.test("beside() throws what the work throws, after writing what it had decided", async () => {
  await using fleet = new StoredFleet();
  const log = logOf(fleet);
  const work = () => {
    log.record(decisions(1));
    return Promise.reject(new Error("work"));
  };
  await expect(log.beside(work, new AbortController().signal)).rejects.toThrow("work");
  expect(await records(fleet)).toBe(1);
});

Deno.test("DecisionLog does not count what it could not write against its bound", async () => {
  await using fleet = new StoredFleet();
  const log = logOf(fleet, { config: { maxDecisions: 2, maxAgeSeconds: 3_600 } });
  const write = async (instanceIndex: number) => {
    log.record(decisions(1, { instanceIndex }));
    await log.flush();
  };
  await write(1);
  fleet.store.transact = () => {
    throw new StoreUnavailableError("Cannot write: for this test");
  };
  await write(2);
  Reflect.deleteProperty(fleet.store, "transact");
  await write(3);
  expect(await indices(fleet)).toEqual([3, 1]);
});
