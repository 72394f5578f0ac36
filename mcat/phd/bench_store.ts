/**
 * The stores that benchmarks measure, opened as hm9000 opens them. Each is called what it is: memory is
 * called memory.
 *
 * @module
 */

import { openStore } from "../../lib/store/open_store.ts";
import type { Store } from "../../lib/store/store.ts";
import { EtcdRunner } from "../../test_helpers/etcd_runner.ts";
import { benchDeps } from "./bench_deps.ts";

/** A kind of store, and for etcd its number of nodes. */
export type StoreKind =
  | { readonly type: "etcd"; readonly nodes: 1 | 3 | 5 }
  | { readonly type: "sqlite" }
  | { readonly type: "memory" };

/** etcd's `--max-txn-ops`, and the configuration's: four times the default writes a million faster. */
export const ETCD_OPERATIONS_MAX = 512;
/** Room for a million instances and their history. */
export const ETCD_QUOTA_BYTES = 8 * 2 ** 30;

/** An open store of its own. */
export interface BenchStore extends AsyncDisposable {
  /** `etcd x3`, `sqlite`, `memory`. */
  readonly name: string;
  readonly store: Store;
}

/** Starts what the store needs, and opens it; all of it ends with it. */
export async function openBenchStore(
  kind: StoreKind,
  options: { readonly operationsMax?: number } = {},
): Promise<BenchStore> {
  await using opening = new AsyncDisposableStack();
  const urls = kind.type === "etcd" ? await startEtcd(kind.nodes, opening, options) : [];
  const folder = await Deno.makeTempDir({ prefix: "hm9000-phd-" });
  opening.defer(() => Deno.remove(folder, { recursive: true }));
  const store = opening.use(await openAt(kind.type, { urls, folder, ...options }));
  const resources = opening.move();
  return {
    name: kind.type === "etcd" ? `etcd x${kind.nodes}` : kind.type,
    store,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** Opens a store on servers, or in a folder, that are there. */
export function openAt(
  type: StoreKind["type"],
  where: {
    readonly urls?: readonly string[];
    readonly folder?: string;
    readonly operationsMax?: number;
  },
): Promise<Store> {
  return openStore({
    ...{ type, schemaVersion: 1, path: `${where.folder ?? "."}/hm9000.sqlite` },
    ...{ urls: where.urls ?? [], etcdTransport: "grpc" },
    ...{ etcdCredentials: undefined, etcdTls: undefined, maxConcurrentRequests: 30 },
    etcdMaxTransactionOperations: where.operationsMax ?? ETCD_OPERATIONS_MAX,
  }, benchDeps());
}

async function startEtcd(
  nodes: 1 | 3 | 5,
  opening: AsyncDisposableStack,
  options: { readonly operationsMax?: number },
): Promise<readonly string[]> {
  const etcd = await EtcdRunner.start({
    nodes,
    quotaBytes: ETCD_QUOTA_BYTES,
    extraArgs: [`--max-txn-ops=${options.operationsMax ?? ETCD_OPERATIONS_MAX}`],
  });
  opening.use(etcd);
  return etcd.urls;
}
