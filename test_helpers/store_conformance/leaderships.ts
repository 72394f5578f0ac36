/**
 * Store conformance: leadership, which is made of nothing but the contract.
 *
 * @module
 */

import { expect } from "expect";
import { RealRandom } from "../../lib/helpers/real_random.ts";
import { RealTimeProvider } from "../../lib/helpers/real_time_provider.ts";
import { fencedTransact } from "../../lib/store/fence.ts";
import { lockKey } from "../../lib/store/layout.ts";
import { campaign, type CampaignOptions } from "../../lib/store/leadership.ts";
import type { Store, Transaction } from "../../lib/store/store.ts";
import { LeadershipLostError } from "../../lib/store/store_errors.ts";
import { FakeLogger } from "../fake_logger.ts";
import { commit, put, rejection, type StoreCase, within } from "./kit.ts";

/** Cases about leadership. */
export function leadershipCases(): StoreCase[] {
  return [...LEADERSHIP_CASES];
}

const LEADERSHIP_CASES: readonly StoreCase[] = [
  {
    title: "one leads, and when it resigns another takes over [DMN-10, DMN-15]",
    async run({ store, another }) {
      const component = freshComponent();
      const first = await campaign(campaignOptions(store, component));
      let taken = false;
      const next = campaign(campaignOptions(await another(), component)).then((won) => {
        taken = true;
        return won;
      });
      // Both clients answer while the second stands by.
      for (let turn = 0; turn < 5; turn++) await store.get(lockKey(component));
      expect(taken).toBe(false);
      first.assertHeld();
      await first.resign();
      await using second = await within(next, "the leadership to be taken over");
      expect(second.epoch).toBeGreaterThan(first.epoch);
      second.assertHeld();
    },
  },
  {
    title: "a leader whose key is removed is deposed: told so, and its writes refused [DMN-12]",
    async run({ store, another, prefix }) {
      const component = freshComponent();
      const write: Transaction = {
        guards: [],
        mutations: [{ kind: "put", key: `${prefix}w`, value: "" }],
      };
      await using first = await campaign(campaignOptions(store, component));
      expect((await fencedTransact(store, write, first)).committed).toBe(true);
      const other = await another();
      await commit(other, [{ kind: "delete", key: lockKey(component) }]);
      await using second = await campaign(campaignOptions(other, component));
      expect(await rejection(fencedTransact(store, write, first))).toBeInstanceOf(
        LeadershipLostError,
      );
      await within(first.lost, "the first leader to hear of it");
      expect((await fencedTransact(other, write, second)).committed).toBe(true);
    },
  },
  {
    title: "a key that an operator put in a leader's place is not the leader's",
    async run({ store, another }) {
      const component = freshComponent();
      await using leadership = await campaign(campaignOptions(store, component));
      const other = await another();
      const key = lockKey(component);
      await commit(other, [{ kind: "delete", key }]);
      await put(other, { key, value: "operator" });
      await within(leadership.lost, "the leader to hear of it");
      await commit(other, [{ kind: "delete", key }]);
    },
  },
];

/** Leadership keys stand outside the test's prefix, so each test has a component of its own. */
function freshComponent(): string {
  return `conformance-${new RealRandom().uuid()}`;
}

/** On the real clock: these cases let no lease run out. */
function campaignOptions(store: Store, component: string): CampaignOptions {
  return {
    store,
    component,
    ttlSeconds: 30,
    time: new RealTimeProvider(),
    random: new RealRandom(),
    log: new FakeLogger(),
    signal: new AbortController().signal,
  };
}
