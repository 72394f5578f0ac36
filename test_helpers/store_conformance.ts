/**
 * What every store does, as tests: each adapter's own test file opens its store and calls this once.
 *
 * ```ts
 * storeConformance({ name: "MemoryStore", open: () => openMemoryStore() });
 * ```
 *
 * The state of the store is looked at, never the calls that were made; nothing waits for a fixed time,
 * except that leases need their time to pass.
 *
 * @module
 */

import { clientCases } from "./store_conformance/clients.ts";
import { keyCases } from "./store_conformance/keys.ts";
import { decisionCases } from "./store_conformance/decisions.ts";
import type { OpenStore, StoreCase } from "./store_conformance/kit.ts";
import { leadershipCases } from "./store_conformance/leaderships.ts";
import { leaseCases } from "./store_conformance/leases.ts";
import { mirrorCases } from "./store_conformance/mirrors.ts";
import { rangeCases } from "./store_conformance/ranges.ts";
import { transactionCases } from "./store_conformance/transactions.ts";
import { watchCases } from "./store_conformance/watches.ts";

export type { OpenStore } from "./store_conformance/kit.ts";

/** A store to be tested. */
export interface StoreHarness {
  /** Begins each test's name. */
  readonly name: string;
  /** Opens the store for one test, which closes it: clients, watches and all. */
  readonly open: () => Promise<OpenStore>;
  /** How long leases last where a test waits for their end; etcd's shortest is about 2. @default {3} */
  readonly leaseTtlSeconds?: number;
  /** Leaves all tests out: the server is not installed here. @default {false} */
  readonly ignore?: boolean;
  /** Cases to leave out: title and reason, which is shown in the test's name. */
  readonly skips?: { readonly [title: string]: string };
}

/** Registers the tests. */
export function storeConformance(harness: StoreHarness): void {
  for (const storeCase of allCases()) register(storeCase, harness);
}

function register({ title, run }: StoreCase, harness: StoreHarness): void {
  const reason = harness.skips?.[title];
  Deno.test({
    name: `${harness.name}: ${title}${reason === undefined ? "" : ` (skipped: ${reason})`}`,
    ignore: harness.ignore === true || reason !== undefined,
    async fn() {
      await using open = await harness.open();
      await run({
        store: open.store,
        prefix: open.prefix,
        another: () => open.another(),
        passSeconds: (seconds) => open.passSeconds(seconds),
        compact: (revision) => open.compact(revision),
        [Symbol.asyncDispose]: () => open[Symbol.asyncDispose](),
        ttlSeconds: harness.leaseTtlSeconds ?? 3,
      });
    },
  });
}

function allCases(): StoreCase[] {
  return [
    ...keyCases(),
    ...transactionCases(),
    ...rangeCases(),
    ...leaseCases(),
    ...watchCases(),
    ...clientCases(),
    ...leadershipCases(),
    ...mirrorCases(),
    ...decisionCases(),
  ];
}
