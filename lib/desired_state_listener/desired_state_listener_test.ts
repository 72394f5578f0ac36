import { expect } from "expect";
import { AppFixture } from "../../test_helpers/app.ts";
import { StoredFleet } from "../../test_helpers/stored_fleet.ts";
import { SwitchedStore } from "../../test_helpers/switched_store.ts";
import type { FetcherConfig } from "../config/config.ts";
import { desiredAppStateToWire } from "../models/desired_app_state.ts";
import { type Fence, UNFENCED } from "../store/fence.ts";
import type { Store } from "../store/store.ts";
import { LeadershipLostError, StoreUnavailableError } from "../store/store_errors.ts";
import { readHolds } from "../store/collections/holds.ts";
import { DesiredStateListener } from "./desired_state_listener.ts";
import { FetchError } from "./fetch_error.ts";
import type { HttpGet } from "./http_get.ts";

const CONFIG: FetcherConfig = {
  pollingIntervalSeconds: 60,
  timeoutSeconds: 600,
  batchSize: 2,
  networkTimeoutSeconds: 10,
  ccBaseUrl: "http://127.0.0.1:6001",
  credentials: { user: "mcat", password: "testing" },
  skipCertVerify: false,
  allowEmptyDesiredState: false,
  shrinkFractionMax: 0.5,
  shrinkAppsFloor: 20,
  shrinkConfirmations: 0,
};
const SIGNAL = new AbortController().signal;

const one = new AppFixture("one");
const two = new AppFixture("two");
const three = new AppFixture("three");

/** A Cloud Controller that serves these pages in turn, then an empty one. */
function serving(...pages: readonly (readonly AppFixture[])[]): HttpGet {
  let next = 0;
  return () => {
    const page = pages[next++] ?? [];
    const results = page.map((app) => [
      app.appGuid,
      desiredAppStateToWire(app.desiredState({ instances: 2 })),
    ]);
    const body = { "results": Object.fromEntries(results), "bulk_token": { "id": next } };
    return Promise.resolve({ status: 200, body: new TextEncoder().encode(JSON.stringify(body)) });
  };
}

function listener(
  fleet: StoredFleet,
  httpGet: HttpGet,
  overrides: { fence?: Fence; config?: Partial<FetcherConfig>; store?: Store } = {},
): DesiredStateListener {
  const { store, layout, time, random, log, metrics } = fleet;
  return new DesiredStateListener({
    store: overrides.store ?? store,
    layout,
    time,
    random,
    log,
    metrics,
    httpGet,
    fence: overrides.fence ?? UNFENCED,
    config: { ...CONFIG, ...overrides.config },
    desiredFreshnessTtlSeconds: 120,
  });
}

Deno.test("pass() stores what is wanted and makes desired state fresh for 120 s [DES-04] [DST-01] [FRE-01]", async () => {
  await using fleet = new StoredFleet(200);
  const report = await listener(fleet, serving([one, two])).pass(SIGNAL);
  expect(report).toEqual({ received: 2, written: 2, removed: 0 });
  expect(await fleet.read(fleet.layout.desiredPrefix)).toEqual({
    "one,one-version": "2,STARTED,STAGED",
    "two,two-version": "2,STARTED,STAGED",
  });
  const fresh = await fleet.store.get(fleet.layout.desiredFreshKey);
  expect(fresh?.value).toBe(`{"timestamp":200}`);
  const [lease] = await fleet.store.leaseStatus([fresh?.lease ?? 0]);
  expect(lease?.ttlSeconds).toBe(120);
});

Deno.test("pass() writes differences only [DST-02] [DST-03] [DES-09] [REG-24]", async () => {
  await using fleet = new StoredFleet(200);
  await listener(fleet, serving([one, two])).pass(SIGNAL);
  const before = await fleet.store.get(fleet.layout.desiredKey(two.app({})));
  expect(await listener(fleet, serving([two], [three])).pass(SIGNAL)).toEqual({
    received: 2,
    written: 1,
    removed: 1,
  });
  expect(Object.keys(await fleet.read(fleet.layout.desiredPrefix))).toEqual([
    "three,three-version",
    "two,two-version",
  ]);
  const after = await fleet.store.get(fleet.layout.desiredKey(two.app({})));
  expect(after?.modRevision).toBe(before?.modRevision);
});

Deno.test("pass() stores nothing of a fetch that fails half-way, and bumps nothing [DES-03] [DES-13] [DES-19]", async () => {
  await using fleet = new StoredFleet(200);
  const first = serving([one]);
  let asked = 0;
  const failing: HttpGet = (request) =>
    ++asked === 1 ? first(request) : Promise.resolve({ status: 500, body: new Uint8Array() });
  await expect(listener(fleet, failing).pass(SIGNAL)).rejects.toThrow(FetchError);
  expect(asked).toBe(2);
  expect(await fleet.read("/hm/")).toEqual({});
});

Deno.test("pass() holds an empty answer and keeps what is stored [HAZ-03] [DES-20]", async () => {
  await using fleet = new StoredFleet(200);
  await fleet.desire(one.desiredState({ instances: 2 }));
  await expect(listener(fleet, serving()).pass(SIGNAL)).rejects.toMatchObject({ failure: "held" });
  expect(Object.keys(await fleet.read(fleet.layout.desiredPrefix))).toEqual(["one,one-version"]);
  expect(await fleet.store.get(fleet.layout.desiredFreshKey)).toBeUndefined();
});

Deno.test("pass() obeys an empty answer when configured so, or when nothing is stored", async () => {
  await using fleet = new StoredFleet(200);
  await fleet.desire(one.desiredState({ instances: 2 }));
  const config = { allowEmptyDesiredState: true };
  expect((await listener(fleet, serving(), { config }).pass(SIGNAL)).removed).toBe(1);
  expect((await listener(fleet, serving()).pass(SIGNAL)).received).toBe(0);
});

Deno.test("pass() mends a corrupt record and removes one that nobody wants [DST-07]", async () => {
  await using fleet = new StoredFleet(200);
  await fleet.put(fleet.layout.desiredKey(one.app({})), "garbage");
  await fleet.put(`${fleet.layout.desiredPrefix}no key at all`, "2,STARTED,STAGED");
  await listener(fleet, serving([one])).pass(SIGNAL);
  expect(await fleet.read(fleet.layout.desiredPrefix)).toEqual({
    "one,one-version": "2,STARTED,STAGED",
  });
});

Deno.test("pass() records how long the sync took, also when it fails [DES-17] [DES-18] [DES-22]", async () => {
  await using fleet = new StoredFleet(200);
  fleet.store.range = () => {
    fleet.time.advance(1138);
    throw new StoreUnavailableError("away");
  };
  await expect(listener(fleet, serving([one])).pass(SIGNAL)).rejects.toThrow("away");
  expect(fleet.metrics.get("DesiredStateSyncTimeInMilliseconds")).toBe(1138);
});

Deno.test("pass() succeeds although freshness could not be bumped, and says so [DES-21]", async () => {
  await using fleet = new StoredFleet(200);
  fleet.store.grantLease = () => Promise.reject(new StoreUnavailableError("away"));
  await listener(fleet, serving([one])).pass(SIGNAL);
  expect(fleet.log.messages("error")).toEqual([
    "Stored the desired state but could not bump its freshness",
  ]);
});

Deno.test("pass() of a deposed leader stores nothing [I9]", async () => {
  await using fleet = new StoredFleet(200);
  const fence: Fence = {
    component: "desired_state_listener",
    guards: [{ kind: "created_at", key: "/hm/locks/desired_state_listener", revision: 1 }],
    assertHeld() {},
  };
  const deposed = listener(fleet, serving([one]), { fence });
  await expect(deposed.pass(SIGNAL)).rejects.toThrow(LeadershipLostError);
  expect(await fleet.read("/hm/")).toEqual({});
});

/** Serves the same pages in each fetch. */
function servingAgain(...apps: readonly AppFixture[]): HttpGet {
  let fetch = serving(apps);
  return async (...request) => {
    const response = await fetch(...request);
    if (new TextDecoder().decode(response.body).includes('"results":{}')) fetch = serving(apps);
    return response;
  };
}

Deno.test("pass() reads the store now and then, and mends what others have done to it then [DST-03] [I11]", async () => {
  await using fleet = new StoredFleet(200);
  const fetching = listener(fleet, servingAgain(one, two));
  await fetching.pass(SIGNAL);
  await fleet.remove(`${fleet.layout.desiredPrefix}two,two-version`);
  const written: number[] = [];
  for (let pass = 0; pass < 10; pass += 1) written.push((await fetching.pass(SIGNAL)).written);
  expect(written).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
  expect(Object.keys(await fleet.read(fleet.layout.desiredPrefix)).length).toBe(2);
});

/** A store that was restored from before the last pass: an older record, and no freshness. */
async function restoreOlder(fleet: StoredFleet): Promise<void> {
  await fleet.desire(one.desiredState({ instances: 1 }));
  const key = fleet.layout.desiredFreshKey;
  await fleet.store.transact({ guards: [], mutations: [{ kind: "delete", key }] });
}

Deno.test("pass() does not go by what it remembers of a store that was replaced [I6] [I11] [F11]", async () => {
  await using fleet = new StoredFleet(200);
  const fetcher = listener(fleet, serving([one], [], [one], [], [one]));
  await fetcher.pass(SIGNAL);
  expect(await fetcher.pass(SIGNAL)).toMatchObject({ written: 0 });
  await restoreOlder(fleet);
  expect(await fetcher.pass(SIGNAL)).toMatchObject({ written: 1 });
  expect(await fleet.read(fleet.layout.desiredPrefix)).toEqual({
    "one,one-version": "2,STARTED,STAGED",
  });
  expect(await fleet.store.get(fleet.layout.desiredFreshKey)).toBeDefined();
});

Deno.test("pass() calls nothing fresh in a store that is replaced while it fetches [I6] [I11] [F11]", async () => {
  await using fleet = new StoredFleet(200);
  const served = serving([one], [], [one], [], [one]);
  let replacing = false;
  const fetcher = listener(fleet, async (request) => {
    if (replacing) await restoreOlder(fleet);
    replacing = false;
    return await served(request);
  });
  await fetcher.pass(SIGNAL);
  replacing = true;
  await fetcher.pass(SIGNAL);
  expect(await fleet.store.get(fleet.layout.desiredFreshKey)).toBeUndefined();
  expect(fleet.log.messages("error")).toEqual([
    "The store is not the one it was: what is desired is fetched anew before it counts",
  ]);
  expect(await fetcher.pass(SIGNAL)).toMatchObject({ written: 1 });
  expect(await fleet.store.get(fleet.layout.desiredFreshKey)).toBeDefined();
});

Deno.test("pass() reads the store again after a write that may have failed [HAZ-07] [I11]", async () => {
  await using fleet = new StoredFleet(200);
  const switched = new SwitchedStore(fleet.store);
  const fetching = listener(fleet, servingAgain(one, two), { store: switched });
  switched.transactFails = () => new StoreUnavailableError("Cannot write");
  await expect(fetching.pass(SIGNAL)).rejects.toBeInstanceOf(StoreUnavailableError);
  switched.transactFails = undefined;
  expect(await fetching.pass(SIGNAL)).toEqual({ received: 2, written: 2, removed: 0 });
});

/** Names of what is held. */
async function held(fleet: StoredFleet): Promise<string[]> {
  const { holds } = await readHolds(fleet.store, fleet.layout);
  return holds.map(({ name, holds }) => `${name} holds ${holds}`);
}

Deno.test("pass() holds stops while the desired state is not believed, over restarts, until it is [I6] [F21] [B5]", async () => {
  await using fleet = new StoredFleet(200);
  await listener(fleet, serving([one, two])).pass(SIGNAL);
  const before = await fleet.read(fleet.layout.desiredPrefix);
  for (let fetch = 0; fetch < 3; fetch += 1) {
    await expect(listener(fleet, serving()).pass(SIGNAL)).rejects.toMatchObject({
      failure: "held",
    });
  }
  expect(await held(fleet)).toEqual(["desired_shrink holds stops"]);
  expect(await fleet.read(fleet.layout.desiredPrefix)).toEqual(before);
  expect(fleet.metrics.get("breaker_desired_shrink")).toBe(1);
  expect(fleet.log.messages("warn")).toEqual(["A breaker holds stops"]);
  await listener(fleet, serving([one, two])).pass(SIGNAL);
  expect(await held(fleet)).toEqual([]);
  expect(await fleet.read(fleet.layout.breakersPrefix)).toEqual({});
  expect(fleet.metrics.get("breaker_desired_shrink")).toBe(0);
  expect(fleet.log.messages("warn").at(-1)).toBe("A breaker lets go");
});

Deno.test("pass() obeys an implausible desired state on an operator's word [I6]", async () => {
  await using fleet = new StoredFleet(200);
  await listener(fleet, serving([one, two])).pass(SIGNAL);
  await expect(listener(fleet, serving()).pass(SIGNAL)).rejects.toBeInstanceOf(FetchError);
  await fleet.put(fleet.layout.waiverKey("mass_stop"), '{"breaker":"mass_stop"}');
  await expect(listener(fleet, serving()).pass(SIGNAL)).rejects.toBeInstanceOf(FetchError);
  await fleet.put(fleet.layout.waiverKey("desired_shrink"), '{"breaker":"desired_shrink"}');
  expect(await listener(fleet, serving()).pass(SIGNAL)).toMatchObject({ removed: 2 });
  expect(await held(fleet)).toEqual([]);
});

Deno.test("pass() obeys a loss that as many fetches in a row confirm as are configured [I6] [F22]", async () => {
  await using fleet = new StoredFleet(200);
  const fetch = async (...apps: AppFixture[]) => {
    const pages = apps.length === 0 ? [] : [apps];
    const config = { shrinkConfirmations: 3, shrinkAppsFloor: 1 };
    try {
      await listener(fleet, serving(...pages), { config }).pass(SIGNAL);
      return "obeyed";
    } catch (error) {
      if (error instanceof FetchError) return error.failure;
      throw error;
    }
  };
  expect(await fetch(one, two, three)).toBe("obeyed");
  expect([await fetch(), await fetch(), await fetch(one)]).toEqual(["held", "held", "held"]);
  await fleet.put(fleet.layout.breakerKey("desired_shrink"), "{");
  expect([await fetch(one), await fetch(one), await fetch(one)]).toEqual([
    "held",
    "held",
    "obeyed",
  ]);
  expect(Object.keys(await fleet.read(fleet.layout.desiredPrefix))).toEqual(["one,one-version"]);
  expect(await held(fleet)).toEqual([]);
});

Deno.test("pass() of a deposed leader neither holds nor lets go [I9]", async () => {
  await using fleet = new StoredFleet(200);
  await listener(fleet, serving([one, two])).pass(SIGNAL);
  const fence: Fence = {
    component: "desired_state_listener",
    guards: [{ kind: "present", key: "/hm/locks/desired_state_listener" }],
    assertHeld() {},
  };
  await expect(listener(fleet, serving(), { fence }).pass(SIGNAL))
    .rejects.toBeInstanceOf(LeadershipLostError);
  expect(await held(fleet)).toEqual([]);
});
