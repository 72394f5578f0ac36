/**
 * The store contract over etcd v3: the production store. Transactions, leases and watches are etcd's
 * own; this maps them, pages ranges, resumes watches, and tells what failed from what may have happened
 * (a failed or timed-out transaction is unknown, not failed).
 *
 * The transport is loaded when a store is opened, so that whoever uses `http` never loads gRPC.
 *
 * @module
 */

import type { EtcdTransport, TlsFiles } from "../config/config.ts";
import type { Logger } from "../helpers/logger.ts";
import type { Random } from "../helpers/random.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";
import { watchCertificates } from "../helpers/watch_certificates.ts";
import type { Credentials } from "../models/basic_auth.ts";
import { checkBounds, checkLease, checkTransaction, OPERATIONS_MAX } from "./check_transaction.ts";
import { followChanges } from "./etcd/follow_changes.ts";
import { Members } from "./etcd/members.ts";
import { readPages } from "./etcd/read_pages.ts";
import { Semaphore } from "./etcd/semaphore.ts";
import { type Doing, storeError } from "./etcd/store_error.ts";
import { toTransactionResult, toTxnRequest } from "./etcd/txn_request.ts";
import type { EtcdWire, RangeRequest, RangeResponse } from "./etcd/wire.ts";
import { checkEtcdUrls, readTlsFiles } from "./etcd/open_options.ts";
import { WireCode, WireError } from "./etcd/wire_error.ts";
import type { TlsPem, WireOptions } from "./etcd/wire_options.ts";
import type {
  Entry,
  LeaseStatus,
  RangeOptions,
  RangePage,
  Store,
  Transaction,
  TransactionResult,
  WatchBatch,
  WatchOptions,
} from "./store.ts";
import { LeaseNotFoundError, StoreUnavailableError } from "./store_errors.ts";

const REQUEST_TIMEOUT_MS = 5_000;
const CONCURRENT_REQUESTS_MAX = 30;
/** Any key of ours: only the revision of the answer is wanted. */
const REVISION_KEY = "/hm/";

/** Options of {@linkcode EtcdStore.open}. */
export interface EtcdStoreOptions {
  /** `http://` or `https://` URLs of the members; one that answers is enough. */
  readonly urls: readonly string[];
  readonly transport: EtcdTransport;
  readonly credentials?: Credentials | undefined;
  /** Read when the store is opened, and again when they have changed. */
  readonly tls?: TlsFiles | undefined;
  /** The server's `--max-txn-ops`. @default {128} */
  readonly operationsMax?: number | undefined;
  /** Requests under way at once; watches do not count. @default {30} */
  readonly maxConcurrentRequests?: number | undefined;
  /** How long one member may take to answer, in milliseconds. @default {5_000} */
  readonly requestTimeoutMs?: number | undefined;
  /** Waits between attempts to resume a watch. */
  readonly time: TimeProvider;
  readonly random: Random;
  readonly log: Logger;
}

/** A client of an etcd cluster. */
export class EtcdStore implements Store {
  readonly operationsMax: number;
  readonly #options: EtcdStoreOptions;
  readonly #members: Members;
  readonly #requests: Semaphore;
  readonly #closed = new AbortController();
  #renewing: Promise<void> | undefined;
  /** Watches that are finding out which revision "now" is. */
  readonly #starting = new Set<Promise<unknown>>();

  private constructor(options: EtcdStoreOptions, members: Members) {
    this.operationsMax = options.operationsMax ?? OPERATIONS_MAX;
    this.#options = options;
    this.#members = members;
    this.#requests = new Semaphore(options.maxConcurrentRequests ?? CONCURRENT_REQUESTS_MAX);
  }

  /**
   * A store over these members. Nothing is connected to until it is used, so it need not be up.
   *
   * @throws {StoreRefusedError} when a TLS file cannot be read, or the URLs cannot be used
   */
  static async open(options: EtcdStoreOptions): Promise<EtcdStore> {
    const { urls, credentials, requestTimeoutMs = REQUEST_TIMEOUT_MS } = options;
    checkEtcdUrls(urls, options.transport);
    const openWire = await loadTransport(options.transport);
    const openWires = (tls: TlsPem | undefined) =>
      urls.map((url) =>
        openWire({ url: url.replace(/\/+$/, ""), credentials, tls, requestTimeoutMs })
      );
    const tls = options.tls && await readTlsFiles(options.tls);
    const start = Math.floor(options.random.fraction() * urls.length);
    const store = new EtcdStore(options, new Members(openWires(tls), start));
    if (tls !== undefined) store.#renewing = store.#renew(tls, openWires);
    return store;
  }

  async get(key: string): Promise<Entry | undefined> {
    const { entries } = await this.#read(`read "${key}"`, { key });
    return entries[0];
  }

  async revision(): Promise<number> {
    const request = { key: REVISION_KEY, keysOnly: true };
    return (await this.#read("read the store's revision", request)).header.revision;
  }

  async *range(prefix: string, options: RangeOptions = {}): AsyncGenerator<RangePage> {
    checkBounds(prefix, options);
    const doing = { what: `read the keys under "${prefix}"`, writes: false };
    const read = (request: RangeRequest) =>
      this.#requests.run(() => this.#open().repeatable((wire) => wire.range(request)));
    try {
      yield* readPages(read, { ...options, prefix });
    } catch (error) {
      throw storeError(error, doing);
    }
  }

  async transact(transaction: Transaction): Promise<TransactionResult> {
    checkTransaction(transaction, this.operationsMax);
    await Promise.all(this.#starting);
    const request = toTxnRequest(transaction);
    const doing = { what: `commit a transaction${describeKeys(transaction)}`, writes: true };
    try {
      const response = await this.#write(doing, (wire) => wire.txn(request));
      return toTransactionResult(transaction, response);
    } catch (error) {
      throw isLeaseNotFound(error) ? await this.#leaseNotFound(transaction, error) : error;
    }
  }

  async grantLease(lease: number, ttlSeconds: number): Promise<void> {
    checkLease(lease, ttlSeconds);
    const doing = { what: `grant lease ${lease}`, writes: true };
    await this.#write(doing, (wire) => wire.leaseGrant(lease, ttlSeconds));
  }

  async keepAlive(leases: readonly number[]): Promise<LeaseStatus[]> {
    if (leases.length === 0) return [];
    const doing = { what: "keep leases alive", writes: false };
    return await this.#repeatable(doing, (wire) => wire.leaseKeepAlive(leases));
  }

  async leaseStatus(leases: readonly number[]): Promise<LeaseStatus[]> {
    const doing = { what: "look at leases", writes: false };
    return await Promise.all(
      leases.map((lease) => this.#repeatable(doing, (wire) => wire.leaseTimeToLive(lease))),
    );
  }

  async revokeLease(lease: number): Promise<void> {
    await Promise.all(this.#starting);
    const doing = { what: `revoke lease ${lease}`, writes: true };
    try {
      await this.#repeatable(doing, (wire) => wire.leaseRevoke(lease));
    } catch (error) {
      if (!isLeaseNotFound(error)) throw error;
    }
  }

  /**
   * Without `fromRevision`, "now" is when this is called: what the same store is told to write later
   * waits until that revision is known, so that the watch cannot miss it. If it cannot be found out, the
   * iteration throws; once a watch has begun it reconnects by itself.
   */
  watch(prefix: string, options: WatchOptions): AsyncIterable<WatchBatch> {
    const from = options.fromRevision ?? this.#startingNow();
    return this.#watchFrom(prefix, { from, signal: options.signal });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed.signal.aborted) return;
    this.#closed.abort();
    await this.#renewing;
    await this.#members.close();
  }

  /** Certificates count when a connection is made: with new ones, all of them are made anew. */
  async #renew(
    inUse: TlsPem,
    openWires: (tls: TlsPem) => readonly EtcdWire[],
  ): Promise<void> {
    const { tls, time, log, requestTimeoutMs = REQUEST_TIMEOUT_MS } = this.#options;
    if (tls === undefined) return;
    const { signal } = this.#closed;
    const retiring: Promise<void>[] = [];
    await watchCertificates({
      ...{ inUse, time, log, signal, certFile: tls.certFile },
      read: () => readTlsFiles(tls),
      use: (texts) => {
        const replaced = this.#members.replace(openWires(texts));
        // Requests that are under way come to their end; watches are resumed over the new ones.
        const retire = async () => {
          await time.sleep(requestTimeoutMs, { signal });
          await Promise.all(replaced.map((wire) => wire.close()));
        };
        retiring.push(retire());
      },
      taken: "Connecting to etcd with new certificates",
    });
    await Promise.all(retiring);
  }

  #startingNow(): Promise<number> {
    const from = this.revision().then((revision) => revision + 1);
    const settled = from.then(() => {}, () => {}).finally(() => this.#starting.delete(settled));
    this.#starting.add(settled);
    return from;
  }

  async *#watchFrom(
    prefix: string,
    { from, signal }: { readonly from: number | Promise<number>; readonly signal: AbortSignal },
  ): AsyncGenerator<WatchBatch> {
    const { time, random, log } = this.#options;
    const either = AbortSignal.any([signal, this.#closed.signal]);
    const deps = { members: this.#members, time, random, log };
    if (either.aborted) return;
    yield* followChanges(deps, { prefix, fromRevision: await from, signal: either });
  }

  async #read(what: string, request: RangeRequest): Promise<RangeResponse> {
    return await this.#repeatable({ what, writes: false }, (wire) => wire.range(request));
  }

  async #repeatable<T>(doing: Doing, call: (wire: EtcdWire) => Promise<T>): Promise<T> {
    try {
      return await this.#requests.run(() => this.#open().repeatable(call));
    } catch (error) {
      throw storeError(error, doing);
    }
  }

  async #write<T>(doing: Doing, call: (wire: EtcdWire) => Promise<T>): Promise<T> {
    try {
      return await this.#requests.run(() => this.#open().once(call));
    } catch (error) {
      throw storeError(error, doing);
    }
  }

  #open(): Members {
    if (!this.#closed.signal.aborted) return this.#members;
    throw new StoreUnavailableError("Cannot use the store: it is closed");
  }

  async #leaseNotFound({ mutations }: Transaction, cause: unknown): Promise<Error> {
    const leases = new Set(mutations.map((one) => one.kind === "put" ? one.lease ?? 0 : 0));
    leases.delete(0);
    const [first = 0, ...more] = leases;
    const states = more.length === 0 ? [] : await this.leaseStatus([...leases]);
    const gone = states.find(({ ttlSeconds }) => ttlSeconds <= 0);
    return new LeaseNotFoundError(gone?.lease ?? first, { cause });
  }
}

async function loadTransport(
  transport: EtcdTransport,
): Promise<(options: WireOptions) => EtcdWire> {
  if (transport === "http") return (await import("./etcd/http_wire.ts")).openHttpWire;
  if (transport === "etcd3") return (await import("./etcd/etcd3_wire.ts")).openEtcd3Wire;
  return (await import("./etcd/grpc_wire.ts")).openGrpcWire;
}

function isLeaseNotFound(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof WireError && cause.code === WireCode.notFound &&
    cause.message.includes("lease not found");
}

/** Names the first key and how many more there are: enough to know which write it was. */
function describeKeys({ mutations }: Transaction): string {
  const [first, ...more] = mutations;
  if (!first) return "";
  const key = first.kind === "delete_prefix" ? first.prefix : first.key;
  return more.length === 0 ? ` on "${key}"` : ` on "${key}" and ${more.length} more`;
}
