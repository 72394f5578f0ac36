/**
 * The stores that benchmarks measure, opened as hm9000 opens them. Each is called what it is: memory is
 * called memory.
 *
 * @module
 */

import { openStore } from "../../lib/store/open_store.ts";
import type { Store } from "../../lib/store/store.ts";
import { benchDeps } from "./bench_deps.ts";
import { ETCD_OPERATIONS_MAX, startBenchEtcd } from "./bench_etcd.ts";

/** A kind of store, and for etcd its number of nodes. */
export type StoreKind =
  | { readonly type: "etcd"; readonly nodes: 1 | 3 | 5 }
  | { readonly type: "sqlite" }
  | { readonly type: "memory" };

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
  const { urls } = kind.type === "etcd"
    ? opening.use(await startBenchEtcd({ nodes: kind.nodes, ...options }))
    : { urls: [] };
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
