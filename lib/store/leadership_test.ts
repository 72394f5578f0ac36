import { expect } from "expect";
import { FakeLogger } from "../../test_helpers/fake_logger.ts";
import { FakeRandom } from "../../test_helpers/fake_random.ts";
import { FakeTimeProvider } from "../../test_helpers/fake_time_provider.ts";
import { fencedTransact } from "./fence.ts";
import { lockKey } from "./layout.ts";
import { campaign, type CampaignOptions, lead, type Leadership } from "./leadership.ts";
import { MemoryDatabase } from "./memory_database.ts";
import { MemoryStore } from "./memory_store.ts";
import type { Transaction, WatchBatch, WatchOptions } from "./store.ts";
import {
  CompactedError,
  LeadershipLostError,
  OutcomeUnknownError,
  StoreRefusedError,
  StoreUnavailableError,
} from "./store_errors.ts";

const KEY = lockKey("analyzer");

/** A client whose line can be cut, whose watches can be deaf, and which counts its questions. */
class Client extends MemoryStore {
  failure: Error | undefined;
  /** Fails transactions after they were made, once. */
  forgetsAnswer = false;
  /** Fails transactions instead of making them, once; nobody can tell. */
  losesRequest = false;
  /** Fails what ends a lease. */
  revokeFailure: Error | undefined;
  deaf = false;
  /** Never answers what a key holds. */
  readsNothing = false;
  watchFailure: Error | undefined;
  gets = 0;
  renewals = 0;

  override get(key: string) {
    this.gets += 1;
    if (this.readsNothing) return new Promise<never>(() => {});
    return this.#reach(() => super.get(key));
  }
  override revision() {
    return this.#reach(() => super.revision());
  }
  override grantLease(lease: number, ttlSeconds: number) {
    return this.#reach(() => super.grantLease(lease, ttlSeconds));
  }
  override keepAlive(leases: readonly number[]) {
    this.renewals += 1;
    return this.#reach(() => super.keepAlive(leases));
  }
  override revokeLease(lease: number) {
    if (this.revokeFailure !== undefined) return Promise.reject(this.revokeFailure);
    return this.#reach(() => super.revokeLease(lease));
  }
  override async transact(transaction: Transaction) {
    if (this.losesRequest) {
      this.losesRequest = false;
      throw new OutcomeUnknownError("Cannot hear the answer");
    }
    const result = await this.#reach(() => super.transact(transaction));
    if (!this.forgetsAnswer) return result;
    this.forgetsAnswer = false;
    throw new OutcomeUnknownError("Cannot hear the answer");
  }
  override watch(prefix: string, options: WatchOptions): AsyncIterable<WatchBatch> {
    if (this.watchFailure !== undefined) throw this.watchFailure;
    return super.watch(this.deaf ? "/nothing" : prefix, options);
  }

  #reach<T>(call: () => Promise<T>): Promise<T> {
    return this.failure === undefined ? call() : Promise.reject(this.failure);
  }
}

/** A server, and processes that want to lead on it. Time to live is 9 s: renewals every 3, held for 6. */
class World implements AsyncDisposable {
  readonly time = new FakeTimeProvider();
  readonly log = new FakeLogger();
  readonly random = new FakeRandom();
  readonly stop = new AbortController();
  readonly #database = new MemoryDatabase();
  readonly #clients: Client[] = [];
  readonly #leaderships: Leadership[] = [];

  client(): Client {
    const client = new Client({ time: this.time, database: this.#database });
    this.#clients.push(client);
    return client;
  }

  options(store = this.client()): CampaignOptions {
    const { time, log, random, stop } = this;
    return { store, component: "analyzer", ttlSeconds: 9, time, random, log, signal: stop.signal };
  }

  /** A campaign in the background; `won` is there when it has been won. */
  campaign(store = this.client()): { won?: Leadership; readonly done: Promise<Leadership> } {
    const running: { won?: Leadership; done: Promise<Leadership> } = {
      done: campaign(this.options(store)).then((won) => {
        this.#leaderships.push(won);
        return running.won = won;
      }),
    };
    running.done.catch(() => {}); // Those that look at it see the error; the others are being stopped.
    return running;
  }

  /** Lets time pass in small steps, so that whoever is due has done its work before it goes on. */
  async pass(seconds: number): Promise<void> {
    await settle();
    for (let ms = 0; ms < seconds * 1000; ms += 100) {
      this.time.advance(100);
      await settle();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stop.abort();
    for (const leadership of this.#leaderships) await leadership.resign();
    await settle();
    for (const client of this.#clients) await client[Symbol.asyncDispose]();
    expect(this.time.sleepers).toBe(0);
  }
}

/** Lets everything run that waits for nothing but its turn. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 100; turn++) await Promise.resolve();
}

const cut = () => new StoreUnavailableError("Cannot reach the store");

Deno.test("campaign() makes the component's key, a UUID on a lease of its own [DMN-09]", async () => {
  await using world = new World();
  const leadership = await world.campaign().done;
  const entry = await world.client().get("/hm/locks/analyzer");
  expect(entry?.value).toMatch(/^[0-9a-f-]{36}$/);
  expect(entry?.lease).toBeGreaterThan(0);
  expect(leadership.epoch).toBe(entry?.createRevision);
  expect(leadership.guards).toEqual(
    [{ kind: "created_at", key: KEY, revision: entry?.createRevision }],
  );
  leadership.assertHeld();
});

Deno.test("campaign() refuses a time to live of 0 [DMN-14]", async () => {
  await using world = new World();
  const promise = campaign({ ...world.options(), ttlSeconds: 0 });
  await expect(promise).rejects.toBeInstanceOf(RangeError);
});

Deno.test("campaign() for one component does not mind another's leader", async () => {
  await using world = new World();
  const first = await campaign(world.options());
  const second = await campaign({ ...world.options(), component: "analyzer2" });
  await first.resign();
  await world.pass(20);
  second.assertHeld();
  await second.resign();
});

Deno.test("a leader that lives leads on, and who stands by waits without hurry", async () => {
  await using world = new World();
  const leadership = await world.campaign().done;
  const client = world.client();
  const standby = world.campaign(client);
  await world.pass(60);
  leadership.assertHeld();
  expect(standby.won).toBeUndefined();
  expect(client.gets).toBeGreaterThan(10);
  expect(client.gets).toBeLessThan(30);
  expect(world.log.messages("info")).toEqual(["Leading", "Standing by, another process leads"]);
});

Deno.test("when a leader dies another leads once its lease has ended [DMN-10, DMN-11]", async () => {
  await using world = new World();
  const dead = world.client();
  await dead.grantLease(99, 10);
  await dead.transact({
    guards: [],
    mutations: [{ kind: "put", key: KEY, value: "dead", lease: 99 }],
  });
  const standby = world.campaign();
  await world.pass(9.9);
  expect(standby.won).toBeUndefined();
  await world.pass(0.2);
  expect(standby.won).toBeDefined();
});

Deno.test("resign() lets the next lead at once, one after another [DMN-15]", async () => {
  await using world = new World();
  const waiting = [world.campaign()];
  await settle();
  waiting.push(world.campaign(), world.campaign(), world.campaign());
  for (let turn = 0; turn < 4; turn++) {
    await settle();
    const leaders = waiting.filter((one) => one.won !== undefined);
    expect(leaders).toHaveLength(1);
    const leader = leaders[0]?.won as Leadership;
    leader.assertHeld();
    await leader.resign();
    expect(() => leader.assertHeld()).toThrow(LeadershipLostError);
    expect(leader.signal.aborted).toBe(false);
    waiting.splice(waiting.indexOf(leaders[0] as typeof waiting[number]), 1);
  }
});

Deno.test("who stands by sees what its watch missed", async () => {
  await using world = new World();
  const leadership = await world.campaign().done;
  const client = world.client();
  client.deaf = true;
  const standby = world.campaign(client);
  await settle();
  await leadership.resign();
  await settle();
  expect(standby.won).toBeUndefined();
  await world.pass(5);
  expect(standby.won).toBeDefined();
});

Deno.test("a leader whose key is removed has lost, which is no error [DMN-12, DMN-23]", async () => {
  await using world = new World();
  const leadership = await world.campaign().done;
  await settle();
  const operator = world.client();
  await operator.transact({ guards: [], mutations: [{ kind: "delete", key: KEY }] });
  const error = await leadership.lost;
  expect(error).toBeInstanceOf(LeadershipLostError);
  expect(error.component).toBe("analyzer");
  expect(leadership.signal.reason).toBe(error);
  expect(() => leadership.assertHeld()).toThrow(error);
  expect(world.log.messages("info")).toContain("Lost the leadership");
  expect([...world.log.messages("warn"), ...world.log.messages("error")]).toEqual([]);
});

Deno.test("a removed key is noticed at the next renewal if the watch missed it [DMN-12]", async () => {
  await using world = new World();
  const client = world.client();
  client.deaf = true;
  const leadership = await world.campaign(client).done;
  const standby = world.campaign();
  await settle();
  await world.client().transact({ guards: [], mutations: [{ kind: "delete", key: KEY }] });
  await settle();
  expect(standby.won).toBeDefined();
  expect(leadership.signal.aborted).toBe(false);
  await world.pass(3);
  expect(leadership.signal.aborted).toBe(true);
  standby.won?.assertHeld();
});

Deno.test("a leader renews in time though the store takes long to read", async () => {
  await using world = new World();
  const store = world.client();
  const leader = await world.campaign(store).done;
  store.readsNothing = true;
  await world.pass(30);
  expect(leader.signal.aborted).toBe(false);
});

Deno.test("a leader whose lease is revoked has lost", async () => {
  await using world = new World();
  const client = world.client();
  client.deaf = true;
  const leadership = await world.campaign(client).done;
  const entry = await client.get(KEY);
  await world.client().revokeLease(entry?.lease ?? 0);
  await world.pass(3);
  expect((await leadership.lost).message).toContain("its lease has ended");
});

Deno.test("a leader that has lost renews no more, and says so once [HAZ-17]", async () => {
  await using world = new World();
  const client = world.client();
  const leadership = await world.campaign(client).done;
  await world.pass(4);
  const renewals = client.renewals;
  expect(renewals).toBeGreaterThan(0);
  const mutations = [{ kind: "delete", key: KEY }] as const;
  await world.client().transact({ guards: [], mutations });
  await leadership.lost;
  await world.pass(30);
  expect(client.renewals).toBe(renewals);
  expect(world.log.messages("info").filter((said) => said === "Lost the leadership").length).toBe(
    1,
  );
});

Deno.test("a leader that cannot renew stops when two thirds of its lease are over, not later", async () => {
  await using world = new World();
  const client = world.client();
  const leadership = await world.campaign(client).done;
  const standby = world.campaign();
  await world.pass(4);
  client.failure = cut();
  // The last renewal was sent at 3 s: held until 9 s, and the lease ends at 12 s.
  await world.pass(4.9);
  leadership.assertHeld();
  await world.pass(0.1);
  expect(leadership.signal.aborted).toBe(true);
  expect((await leadership.lost).message).toContain("could not be renewed in time");
  expect(standby.won).toBeUndefined();
  expect(world.log.messages("warn")).toHaveLength(1);
  await world.pass(3.1);
  expect(standby.won).toBeDefined();
});

Deno.test("assertHeld() throws past the deadline even when nothing else has had its turn", async () => {
  await using world = new World();
  const leadership = await world.campaign().done;
  world.time.advance(5_999);
  leadership.assertHeld();
  world.time.advance(1);
  expect(() => leadership.assertHeld()).toThrow(LeadershipLostError);
});

Deno.test("a leader renews at once, so that its lease is known as one that is kept alive", async () => {
  await using world = new World();
  const client = world.client();
  await world.campaign(client).done;
  await settle();
  expect(client.renewals).toBe(1);
  await world.pass(2.9);
  expect(client.renewals).toBe(1);
  await world.pass(0.1);
  expect(client.renewals).toBe(2);
});

Deno.test("a jump of the wall clock changes nothing for a leader", async () => {
  await using world = new World();
  const leadership = await world.campaign().done;
  for (const now of [1_000_000, 5]) {
    world.time.jumpTo(now);
    await world.pass(12);
    leadership.assertHeld();
  }
});

Deno.test("a leader bears an outage that is shorter than its lease", async () => {
  await using world = new World();
  const client = world.client();
  const leadership = await world.campaign(client).done;
  await world.pass(2);
  client.failure = cut();
  await world.pass(3);
  client.failure = undefined;
  await world.pass(30);
  leadership.assertHeld();
});

Deno.test("the store refuses what a deposed leader writes late, even before it knows", async () => {
  await using world = new World();
  const client = world.client();
  client.deaf = true;
  const old = await world.campaign(client).done;
  const write: Transaction = { guards: [], mutations: [{ kind: "put", key: "/w", value: "" }] };
  expect(await fencedTransact(client, write, old)).toMatchObject({ committed: true });
  await world.client().transact({ guards: [], mutations: [{ kind: "delete", key: KEY }] });
  const next = await world.campaign().done;
  expect(next.epoch).toBeGreaterThan(old.epoch);
  old.assertHeld(); // It does not know yet.
  await expect(fencedTransact(client, write, old)).rejects.toBeInstanceOf(LeadershipLostError);
  expect(await fencedTransact(client, write, next)).toMatchObject({ committed: true });
});

Deno.test("fencedTransact() tells guards of the transaction's own as failed", async () => {
  await using world = new World();
  const client = world.client();
  const fence = await world.campaign(client).done;
  const guard = { kind: "present", key: "/none" } as const;
  const result = await fencedTransact(client, { guards: [guard], mutations: [] }, fence);
  expect(result).toMatchObject({ committed: false, failed: [guard] });
});

Deno.test("campaign() tries a store that is away again and leads when it is back", async () => {
  await using world = new World();
  const client = world.client();
  client.failure = cut();
  const running = world.campaign(client);
  await world.pass(50);
  expect(running.won).toBeUndefined();
  expect(world.log.messages("warn")).toHaveLength(1);
  client.failure = undefined;
  await world.pass(11);
  expect(running.won).toBeDefined();
});

Deno.test("campaign() bears an outage while it stands by", async () => {
  await using world = new World();
  const leadership = await world.campaign().done;
  const client = world.client();
  const standby = world.campaign(client);
  await world.pass(5);
  client.failure = cut();
  await world.pass(20);
  client.failure = undefined;
  await leadership.resign();
  await world.pass(11);
  expect(standby.won).toBeDefined();
});

Deno.test("campaign() ends with the signal's reason, standing by or without a store", async () => {
  for (const failure of [undefined, cut()]) {
    await using world = new World();
    await world.campaign().done;
    const client = world.client();
    client.failure = failure;
    const running = world.campaign(client);
    await world.pass(3);
    const reason = new Error("stop");
    world.stop.abort(reason);
    await expect(running.done).rejects.toBe(reason);
  }
});

Deno.test("campaign() throws when the store refuses for good", async () => {
  await using world = new World();
  const client = world.client();
  client.failure = new StoreRefusedError("Cannot log in to the store");
  await expect(world.campaign(client).done).rejects.toBe(client.failure);
});

Deno.test("campaign() reads back what it does not know the outcome of, and leads if it won", async () => {
  await using world = new World();
  const client = world.client();
  client.forgetsAnswer = true;
  const leadership = await world.campaign(client).done;
  expect(leadership.epoch).toBe((await client.get(KEY))?.createRevision);
  await world.pass(30);
  leadership.assertHeld();
});

Deno.test("campaign() ends the lease of an attempt that may come late, and tries again", async () => {
  await using world = new World();
  const client = world.client();
  client.losesRequest = true;
  const running = world.campaign(client);
  await settle();
  expect(running.won).toBeUndefined();
  expect((await client.leaseStatus([1]))[0]?.ttlSeconds).toBeLessThanOrEqual(0);
  await world.pass(11);
  expect(running.won).toBeDefined();
  expect((await client.get(KEY))?.lease).toBe(2);
});

Deno.test("campaign() goes on when it cannot end the lease of an attempt that failed", async () => {
  await using world = new World();
  const client = world.client();
  client.losesRequest = true;
  client.revokeFailure = cut();
  const running = world.campaign(client);
  await settle();
  expect(world.log.messages("debug")).toEqual(["Could not end the lease of a failed campaign"]);
  client.revokeFailure = undefined;
  await world.pass(11);
  expect(running.won).toBeDefined();
});

Deno.test("campaign() throws when the store refuses for good while it stands by", async () => {
  await using world = new World();
  await world.campaign().done;
  const client = world.client();
  const standby = world.campaign(client);
  await settle();
  client.failure = new StoreRefusedError("Cannot log in to the store");
  await world.pass(5);
  await expect(standby.done).rejects.toBe(client.failure);
  expect(world.log.messages("debug")).toEqual([]); // It did not look again.
});

Deno.test("lead() runs while it leads and gives the leadership back", async () => {
  await using world = new World();
  const client = world.client();
  await lead(world.options(client), async (fence, signal) => {
    expect(signal.aborted).toBe(false);
    fence.assertHeld();
    expect(await client.get(KEY)).toBeDefined();
  });
  expect(await client.get(KEY)).toBeUndefined();
});

Deno.test("lead() stops what runs when the leadership is lost, waits for it, then throws", async () => {
  await using world = new World();
  let ended = false;
  const leading = lead(world.options(), async (_fence, signal) => {
    await world.time.sleep(1e9, { signal });
    await world.time.sleep(1_000);
    ended = true;
  });
  leading.catch(() => {});
  await settle();
  await world.client().transact({ guards: [], mutations: [{ kind: "delete", key: KEY }] });
  await settle();
  expect(ended).toBe(false);
  await world.pass(1);
  expect(ended).toBe(true);
  await expect(leading).rejects.toBeInstanceOf(LeadershipLostError);
});

Deno.test("lead() returns when its signal stops it, leading or standing by", async () => {
  await using world = new World();
  const client = world.client();
  const run = async (_fence: Leadership, signal: AbortSignal) => {
    await world.time.sleep(1e9, { signal });
    signal.throwIfAborted();
  };
  const leading = [lead(world.options(), run), lead(world.options(), run)];
  await world.pass(3);
  world.stop.abort();
  await Promise.all(leading);
  expect(await client.get(KEY)).toBeUndefined();
});

Deno.test("lead() throws what its run throws, after it has given the leadership back", async () => {
  await using world = new World();
  const client = world.client();
  const failure = new Error("broken");
  const leading = lead(world.options(client), () => Promise.reject(failure));
  await expect(leading).rejects.toBe(failure);
  expect(await client.get(KEY)).toBeUndefined();
});

Deno.test("lead() throws what its campaign throws, and runs nothing", async () => {
  await using world = new World();
  const client = world.client();
  client.failure = new StoreRefusedError("Cannot log in to the store");
  let ran = false;
  const leading = lead(world.options(client), () => Promise.resolve(void (ran = true)));
  await expect(leading).rejects.toBe(client.failure);
  expect(ran).toBe(false);
});

Deno.test("lead() throws the loss, and says what else failed after it", async () => {
  await using world = new World();
  const failure = new Error("broken by the loss");
  const leading = lead(world.options(), async (_fence, signal) => {
    await world.time.sleep(1e9, { signal }).catch(() => {});
    throw failure;
  });
  leading.catch(() => {});
  await settle();
  await world.client().transact({ guards: [], mutations: [{ kind: "delete", key: KEY }] });
  await settle();
  await expect(leading).rejects.toBeInstanceOf(LeadershipLostError);
  const warnings = world.log.lines.filter(({ level }) => level === "warn");
  expect(warnings.map(({ message }) => message)).toEqual(["Failed after the leadership was lost"]);
  expect(warnings[0]?.fields["error"]).toBe(failure);
});

Deno.test("resign() leaves a lease that it cannot end to its time", async () => {
  await using world = new World();
  const client = world.client();
  const leadership = await world.campaign(client).done;
  client.revokeFailure = cut();
  await leadership.resign();
  expect(leadership.signal.aborted).toBe(false);
  expect(world.log.messages("info"))
    .toContain("Could not give the leadership back, it ends by itself");
  const standby = world.campaign();
  await world.pass(5);
  expect(standby.won).toBeUndefined();
  await world.pass(6);
  expect(standby.won).toBeDefined();
});

Deno.test("a leader that the store refuses says so loudly, and stops in time", async () => {
  await using world = new World();
  const client = world.client();
  const leadership = await world.campaign(client).done;
  await world.pass(1);
  client.failure = new StoreRefusedError("Cannot log in to the store");
  await world.pass(5);
  expect(leadership.signal.aborted).toBe(true);
  const loud = world.log.lines.filter(({ level }) => level === "error");
  expect(loud.map(({ fields }) => fields["error"])).toEqual([client.failure]);
});

Deno.test("who stands by, or leads, without a watch sees all the same that the key is gone", async () => {
  await using world = new World();
  const [client, other] = [world.client(), world.client()];
  client.watchFailure = other.watchFailure = new CompactedError("Cannot watch from there", 7);
  const leadership = await world.campaign(client).done;
  const standby = world.campaign(other);
  await world.pass(2);
  expect(world.log.messages("debug")).toContain(
    "Could not watch for the leadership, will look again",
  );
  expect(world.log.messages("debug"))
    .toContain("Could not watch the leadership's key, will watch again");
  leadership.assertHeld();
  await client.transact({ guards: [], mutations: [{ kind: "delete", key: KEY }] });
  await world.pass(4);
  expect((await leadership.lost).message).toContain("its key was removed from the store");
  expect(standby.won).toBeDefined();
});
