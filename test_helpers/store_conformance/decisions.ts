/**
 * Store conformance: the decision log, which needs ranges by keys alone, from a key on, and large records.
 *
 * @module
 */

import { expect } from "expect";
import { MetricsRegistry } from "../../lib/helpers/metrics.ts";
import { RealRandom } from "../../lib/helpers/real_random.ts";
import type { Decision } from "../../lib/models/decision.ts";
import { readDecisions } from "../../lib/store/collections/decisions.ts";
import { DecisionLog } from "../../lib/store/decision_log.ts";
import { UNFENCED } from "../../lib/store/fence.ts";
import { StoreLayout } from "../../lib/store/layout.ts";
import { FakeLogger } from "../fake_logger.ts";
import { FakeTimeProvider } from "../fake_time_provider.ts";
import { freshLease, type StoreCase } from "./kit.ts";

/** Cases about the decision log. */
export function decisionCases(): StoreCase[] {
  return [{
    title: "a log of decisions is written in bulk, read newest first, and stays within its bounds",
    async run({ store }) {
      const layout = new StoreLayout({ schemaVersion: freshLease() });
      const time = new FakeTimeProvider(1_000);
      const log = new DecisionLog({
        ...{ store, layout, time, fence: UNFENCED, component: "analyzer" },
        ...{ random: new RealRandom(), log: new FakeLogger(), metrics: new MetricsRegistry() },
        config: { maxDecisions: 2_000, maxAgeSeconds: 60 },
      });
      for (const at of [1_000, 1_010, 1_020]) {
        time.jumpTo(at);
        log.record(decisions(at, 1_000));
        await log.flush();
      }
      const all = await readDecisions(store, layout);
      expect([all.length, all[0]?.at, all.at(-1)?.at]).toEqual([2_000, 1_020, 1_010]);
      const newest = await readDecisions(store, layout, { limit: 3 });
      expect(newest.map(({ instanceIndex }) => instanceIndex)).toEqual([999, 998, 997]);
      expect(await readDecisions(store, layout, { since: 1_020 })).toHaveLength(1_000);
      time.jumpTo(1_100);
      log.record(decisions(1_100, 1));
      await log.flush();
      expect(await readDecisions(store, layout)).toEqual(decisions(1_100, 1));
    },
  }];
}

function decisions(at: number, count: number): Decision[] {
  return Array.from({ length: count }, (_, instanceIndex) => ({
    at,
    component: "analyzer",
    kind: "start_enqueued",
    appGuid: "app",
    appVersion: "v1",
    instanceIndex,
    reason: "MISSING",
    why: `index ${instanceIndex} has no instance`,
  }));
}
