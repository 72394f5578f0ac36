/**
 * etcd as benchmarks measure it: room for a million instances, large transactions, and the beat of etcd's
 * own defaults. Tests want leases of a second and let a single node beat five times as fast, which would
 * cost 1 to 2 % of a core for nothing.
 *
 * @module
 */

import { EtcdRunner } from "../../test_helpers/etcd_runner.ts";

/**
 * etcd's `--max-txn-ops`, and the configuration's. Where three nodes share two cores, larger ones take etcd
 * longer than the tenth of a second after which it logs a transaction, every key of it.
 */
export const ETCD_OPERATIONS_MAX = 512;
/**
 * What was written goes into etcd's database after 10 ms or 1,000 writes instead of 100 ms or 10,000: until
 * it has, etcd 3.4 copies it for each transaction. Three nodes that are handed a million instances beside a
 * million desired apps need a quarter less processor for it. The log, which is what makes a write last, is
 * flushed as ever; the database is flushed more often, which costs nothing in memory.
 */
const BACKEND_ARGS = ["--backend-batch-interval=10ms", "--backend-batch-limit=1000"];
/** Room for a million instances and their history. */
const ETCD_QUOTA_BYTES = 8 * 2 ** 30;

/** What is started. */
export interface BenchEtcd {
  /** @default {1} */
  readonly nodes?: 1 | 3 | 5;
  /** @default {@linkcode ETCD_OPERATIONS_MAX} */
  readonly operationsMax?: number | undefined;
}

/** Starts it; as {@linkcode EtcdRunner.start}. */
export function startBenchEtcd(
  { nodes = 1, operationsMax = ETCD_OPERATIONS_MAX }: BenchEtcd = {},
): Promise<EtcdRunner> {
  return EtcdRunner.start({
    nodes,
    quotaBytes: ETCD_QUOTA_BYTES,
    extraArgs: [
      `--max-txn-ops=${operationsMax}`,
      "--heartbeat-interval=100",
      "--election-timeout=1000",
      ...BACKEND_ARGS,
    ],
  });
}
