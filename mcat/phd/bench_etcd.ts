/**
 * etcd as benchmarks measure it: room for a million instances, large transactions, and the beat of etcd's
 * own defaults. Tests want leases of a second and let a single node beat five times as fast, which would
 * cost 1 to 2 % of a core for nothing.
 *
 * @module
 */

import { EtcdRunner } from "../../test_helpers/etcd_runner.ts";

/**
 * etcd's `--max-txn-ops`, and the configuration's: for each transaction etcd 3.4 copies all that it has not
 * committed to disk yet, so that the same writes in larger ones cost it a tenth less.
 */
export const ETCD_OPERATIONS_MAX = 2_048;
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
    ],
  });
}
