/**
 * What a benchmark asks etcd itself, past the store's contract: how many keys there are, which is cheap
 * for etcd to say, and how large its database is.
 *
 * @module
 */

import { prefixEnd } from "../../lib/store/etcd/wire.ts";
import type { EtcdRunner } from "../../test_helpers/etcd_runner.ts";

/** How many keys begin with the prefix. */
export async function countKeys(etcd: EtcdRunner, prefix: string): Promise<number> {
  const range = { key: btoa(prefix), "range_end": btoa(prefixEnd(prefix)), "count_only": true };
  const answer = await etcd.post("/v3/kv/range", range) as { readonly count?: string };
  return Number(answer.count ?? 0);
}

/** The size of the first node's database, in MiB. */
export async function databaseMib(etcd: EtcdRunner): Promise<number> {
  const answer = await etcd.post("/v3/maintenance/status") as { readonly dbSize?: string };
  return Number(answer.dbSize ?? 0) / 2 ** 20;
}
