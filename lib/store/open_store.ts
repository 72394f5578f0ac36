/**
 * Opens the store that is configured. Each adapter is imported only when it is the one, so that an
 * executable starts with what it uses.
 *
 * @module
 */

import type { StoreConfig } from "../config/config.ts";
import type { Logger } from "../helpers/logger.ts";
import type { Random } from "../helpers/random.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";
import type { Store } from "./store.ts";

/** What a store is handed. */
export interface OpenStoreDeps {
  /** Ages leases, and times retries. */
  readonly time: TimeProvider;
  /** Spreads the pauses between retries. */
  readonly random: Random;
  /** Hears what the store cannot tell its caller. */
  readonly log: Logger;
}

/**
 * Opens the store. etcd need not be there yet: each call says so by itself.
 *
 * @throws {StoreUnavailableError} when the SQLite file cannot be opened
 * @throws {StoreRefusedError} when the SQLite file is not ours, or a TLS file cannot be read
 */
export async function openStore(config: StoreConfig, deps: OpenStoreDeps): Promise<Store> {
  switch (config.type) {
    case "memory": {
      const { MemoryStore } = await import("./memory_store.ts");
      return new MemoryStore(deps);
    }
    case "sqlite": {
      const { SqliteStore } = await import("./sqlite_store.ts");
      return await SqliteStore.open({ path: config.path, ...deps });
    }
    case "etcd": {
      const { EtcdStore } = await import("./etcd_store.ts");
      return await EtcdStore.open({
        urls: config.urls,
        transport: config.etcdTransport,
        credentials: config.etcdCredentials,
        tls: config.etcdTls,
        operationsMax: config.etcdMaxTransactionOperations,
        maxConcurrentRequests: config.maxConcurrentRequests,
        ...deps,
      });
    }
  }
}
