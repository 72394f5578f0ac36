/**
 * Whether the store may be acted upon, since when, and if not, when it may be if all goes well. Pure.
 *
 * @module
 */

import type { ExplainInput, StoreExplanation } from "./explanation.ts";

type FreshnessInput = Pick<ExplainInput, "now" | "staleBecause" | "freshness" | "rules">;

/** Explains the freshness of the store (FRE-03 to FRE-06). */
export function explainStore(input: FreshnessInput): StoreExplanation {
  const { staleBecause, freshness } = input;
  if (staleBecause === undefined) {
    const since = freshSince(input);
    return since === undefined ? { fresh: true } : { fresh: true, freshSince: since };
  }
  const stale = { fresh: false, because: staleBecause };
  return freshness === undefined ? stale : { ...stale, freshAt: freshAt(input) };
}

/** Actual state is fresh a TTL after it was first saved; desired state as soon as it is fetched. */
function freshSince({ freshness, rules }: FreshnessInput): number | undefined {
  const actual = freshness?.actual.since;
  if (actual === undefined) return undefined;
  return Math.max(actual + rules.actualFreshnessTtlSeconds, freshness?.desired.since ?? 0);
}

/** Should heartbeats be saved without a break from here on, and the desired state be fetched. */
function freshAt({ freshness, rules, now }: FreshnessInput): number {
  if (freshness?.actual.fresh === true) return now;
  return Math.max(now, (freshness?.actual.since ?? now) + rules.actualFreshnessTtlSeconds);
}
