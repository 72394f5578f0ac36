/**
 * Store conformance: a mirror of the fleet, which is made of nothing but the contract: a revision that is
 * asked for together with a guard, ranges at one revision, and a watch that leaves nothing out.
 *
 * @module
 */

import { expect } from "expect";
import { RealRandom } from "../../lib/helpers/real_random.ts";
import { RealTimeProvider } from "../../lib/helpers/real_time_provider.ts";
import { MetricsRegistry } from "../../lib/helpers/metrics.ts";
import { FleetMirror } from "../../lib/mirror/fleet_mirror.ts";
import { Outbox } from "../../lib/outbox/outbox.ts";
import { putInstance, putPresence } from "../../lib/store/collections/actual_state.ts";
import { readFleet } from "../../lib/store/collections/fleet.ts";
import { UNFENCED } from "../../lib/store/fence.ts";
import { StoreLayout } from "../../lib/store/layout.ts";
import type { Mutation, Store } from "../../lib/store/store.ts";
import { AppFixture } from "../app.ts";
import { FakeLogger } from "../fake_logger.ts";
import { recordOfFleet, recordOfView } from "../fleet_record.ts";
import { commit, freshLease, put, type StoreCase, within } from "./kit.ts";

const APPS = 40;

/** Cases about mirrors. */
export function mirrorCases(): StoreCase[] {
  return [
    {
      title: "a transaction without mutations says whether its guards hold, and the revision",
      async run({ store, prefix }) {
        const made = await put(store, { key: `${prefix}a` });
        const revision = await put(store, { key: `${prefix}b` });
        const guard = { kind: "modified_at", key: `${prefix}a`, revision: made } as const;
        const asked = () => store.transact({ guards: [guard], mutations: [] });
        expect(await asked()).toEqual({ committed: true, revision });
        const later = await put(store, { key: `${prefix}a` });
        expect(await asked()).toEqual({ committed: false, revision: later, failed: [guard] });
        expect(await store.revision()).toBe(later);
      },
    },
    {
      title: "a mirror sees what another client has just written, every time [I11]",
      async run({ store, another, prefix }) {
        await using mirrored = new MirroredStore(store);
        const other = await another();
        for (let turn = 0; turn < APPS; turn += 1) {
          await commit(other, mirrored.report(turn));
          // What moves the revision without being part of the fleet must not keep the mirror waiting.
          if (turn % 2 === 0) await put(other, { key: `${prefix}elsewhere` });
          const view = await within(mirrored.mirror.caughtUp(), "the mirror to catch up");
          expect([view.instances, view.presentDeas]).toEqual([turn + 1, turn + 1]);
        }
        expect(recordOfView(await mirrored.mirror.caughtUp())).toEqual(await mirrored.readAll());
      },
    },
    {
      title: "a mirror sees DEAs vanish when their lease ends [STO-18]",
      async run({ store, ttlSeconds, passSeconds }) {
        await using mirrored = new MirroredStore(store);
        const lease = freshLease();
        await store.grantLease(lease, ttlSeconds);
        await commit(store, [...mirrored.report(1, lease), ...mirrored.report(2)]);
        expect((await mirrored.mirror.caughtUp()).presentDeas).toBe(2);
        await passSeconds(ttlSeconds + 2);
        const left = async () => (await mirrored.mirror.caughtUp()).presentDeas;
        for (let turn = 0; turn < 100 && await left() > 1; turn += 1) await passSeconds(0.1);
        expect(await left()).toBe(1);
      },
    },
  ];
}

/** A mirror that runs over the store, in a schema version of its own. */
class MirroredStore implements AsyncDisposable {
  readonly mirror: FleetMirror;
  readonly #store: Store;
  readonly #layout = new StoreLayout({ schemaVersion: freshLease() });
  readonly #outside = {
    time: new RealTimeProvider(),
    random: new RealRandom(),
    log: new FakeLogger(),
    metrics: new MetricsRegistry(),
  };
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;

  constructor(store: Store) {
    this.#store = store;
    const layout = this.#layout;
    const outside = { ...this.#outside, actualFreshnessTtlSeconds: 30 };
    this.mirror = new FleetMirror({ store, layout, ...outside });
    this.#running = this.mirror.run(this.#stop.signal);
  }

  /** What a DEA of its own says of an app of its own. */
  report(number: number, lease = 0): Mutation[] {
    const deaGuid = `dea-${number}`;
    const [instance] = new AppFixture(`app-${number}`, { deaGuid }).runningInstances(1);
    if (instance === undefined) throw new Error("Cannot report: the app has no instance");
    return [
      putPresence(this.#layout, { deaGuid, lease }),
      putInstance(this.#layout, instance),
    ];
  }

  async readAll() {
    const revision = await this.#store.revision();
    const fleet = await readFleet(this.#store, this.#layout, { revision });
    const outbox = new Outbox({
      store: this.#store,
      layout: this.#layout,
      fence: UNFENCED,
      ...this.#outside,
    });
    return recordOfFleet(fleet, await outbox.list({ revision }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#running;
    const { root } = this.#layout;
    await commit(this.#store, [{ kind: "delete_prefix", prefix: `${root}/` }]);
  }
}
