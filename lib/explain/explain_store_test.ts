import { expect } from "expect";
import { EXPLAIN_RULES } from "../../test_helpers/explain_rules.ts";
import type { FreshnessStatus } from "../store/collections/freshness.ts";
import { explainStore } from "./explain_store.ts";

function explained(actual: FreshnessStatus, desired: FreshnessStatus, staleBecause?: string) {
  const freshness = { actual, desired };
  return explainStore({ now: 200, staleBecause, freshness, rules: EXPLAIN_RULES });
}

Deno.test("explainStore() says since when both states are fresh [FRE-03] [FRE-05]", () => {
  const actual = { fresh: true, since: 100 };
  expect(explained(actual, { fresh: true, since: 90 })).toEqual({ fresh: true, freshSince: 130 });
  expect(explained(actual, { fresh: true, since: 150 })).toEqual({ fresh: true, freshSince: 150 });
});

Deno.test("explainStore() says when a stale store may be fresh, if all goes well [FRE-04]", () => {
  const absent = { fresh: false };
  expect(explained({ fresh: false, since: 190 }, { fresh: true, since: 1 }, "why"))
    .toEqual({ fresh: false, because: "why", freshAt: 220 });
  expect(explained(absent, absent, "why")).toMatchObject({ freshAt: 230 });
  expect(explained({ fresh: true, since: 1 }, absent, "why")).toMatchObject({ freshAt: 200 });
});

Deno.test("explainStore() says no more than it is told", () => {
  const told = { now: 200, rules: EXPLAIN_RULES, freshness: undefined };
  expect(explainStore({ ...told, staleBecause: undefined })).toEqual({ fresh: true });
  expect(explainStore({ ...told, staleBecause: "why" })).toEqual({ fresh: false, because: "why" });
});
