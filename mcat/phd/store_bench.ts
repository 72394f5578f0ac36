/**
 * The original's store matrix, for etcd, SQLite and memory: records of 128 to 4,096 bytes, 1 to 30
 * requests at a time; writes of single records, and reads of a folder of records. Beside it what the
 * original did not have: writes in transactions, which is how hm9000 writes.
 *
 * @module
 */

import type { Mutation, Store } from "../../lib/store/store.ts";
import { OutcomeUnknownError, StoreUnavailableError } from "../../lib/store/store_errors.ts";
import { openBenchStore, type StoreKind } from "./bench_store.ts";
import { progress } from "./progress.ts";
import { requestRate, type Work } from "./request_rate.ts";
import type { Labels, Measurement } from "./results.ts";
import { rounded } from "./samples.ts";
import type { Findings } from "./section.ts";

/** How much of the matrix is measured. */
export interface StoreBenchOptions {
  readonly stores: readonly StoreKind[];
  readonly concurrencies: readonly number[];
  readonly recordBytes: readonly number[];
  /** How long each cell is measured. */
  readonly cellMs: number;
  readonly signal: AbortSignal;
}

/** Records of one folder. */
const FOLDER_RECORDS = 200;
/** Records in one transaction; etcd's default limit. */
const BATCH_RECORDS = 128;
/** Share of a cell's time that goes before it, for connections to open and code to be compiled. */
const WARM_UP = 0.25;
/** Requests that end a cell early: the memory store keeps its whole history, and slows down with it. */
const REQUESTS_MAX = 500;
const PREFIX = "/hm/phd/";

/** Measures every cell. */
export async function benchStores(options: StoreBenchOptions): Promise<Findings> {
  const measurements: Measurement[] = [];
  for (const kind of options.stores) {
    for (const bytes of options.recordBytes) {
      options.signal.throwIfAborted();
      await using opened = await openBenchStore(kind);
      const found = await benchStore(opened.store, { ...options, name: opened.name, bytes });
      measurements.push(...found);
      progress(`store: ${opened.name}, ${bytes} bytes: ${bestOf(found)}`);
    }
  }
  return {
    measurements,
    series: [],
    notes: [
      `Each cell is measured for ${options.cellMs} ms. A write is a transaction of one record, a batch ` +
      `one of ${BATCH_RECORDS}, a read a range of ${FOLDER_RECORDS} records; all count records.`,
      "All etcd nodes, and the client, share this machine's cores and no disk: a cluster of three on " +
      "two cores is slower than one on three machines, and one whose flushes reach a disk is slower too.",
    ],
  };
}

async function benchStore(
  store: Store,
  options: StoreBenchOptions & { readonly name: string; readonly bytes: number },
): Promise<Measurement[]> {
  const { bytes } = options;
  const measurements: Measurement[] = [];
  const value = "x".repeat(bytes);
  await fill(store, value);
  for (const [name, work] of Object.entries(operations(store, value))) {
    for (const concurrency of options.concurrencies) {
      const labels: Labels = { store: options.name, bytes, concurrency };
      measurements.push(await cell(work, { ...options, name, labels, concurrency }));
    }
  }
  return measurements;
}

/** A store that fails under a load has a rate of 0 there: that is a result too. */
async function cell(work: Work, options: {
  readonly name: string;
  readonly labels: Labels;
  readonly concurrency: number;
  readonly cellMs: number;
  readonly signal: AbortSignal;
}): Promise<Measurement> {
  const { name, labels, cellMs, concurrency } = options;
  const clock = () => performance.now();
  const limits = { concurrency, clock, requestsMax: REQUESTS_MAX };
  options.signal.throwIfAborted();
  try {
    await requestRate(work, { ...limits, durationMs: cellMs * WARM_UP });
    const rate = await requestRate(work, { ...limits, durationMs: cellMs });
    return { name, labels, value: rounded(rate), unit: "records/s" };
  } catch (error) {
    if (!(error instanceof StoreUnavailableError || error instanceof OutcomeUnknownError)) {
      throw error;
    }
    progress(`store: ${name} ${JSON.stringify(labels)}: ${error.message}`);
    return { name: `${name}, failed`, labels, value: 0, unit: "records/s" };
  }
}

function operations(store: Store, value: string): Readonly<Record<string, Work>> {
  const transact = async (mutations: readonly Mutation[]) => {
    await store.transact({ guards: [], mutations });
    return mutations.length;
  };
  const put = (record: number): Mutation => {
    return { kind: "put", key: recordKey(record % FOLDER_RECORDS), value };
  };
  return {
    write: (request) => transact([put(request)]),
    batch: (request) =>
      transact(Array.from({ length: BATCH_RECORDS }, (_, i) => put(request * BATCH_RECORDS + i))),
    read: async () => {
      let records = 0;
      for await (const page of store.range(PREFIX)) records += page.entries.length;
      return records;
    },
  };
}

async function fill(store: Store, value: string): Promise<void> {
  for (let from = 0; from < FOLDER_RECORDS; from += BATCH_RECORDS) {
    const length = Math.min(BATCH_RECORDS, FOLDER_RECORDS - from);
    const mutations = Array.from({ length }, (_, i): Mutation => {
      return { kind: "put", key: recordKey(from + i), value };
    });
    await store.transact({ guards: [], mutations });
  }
}

function recordKey(record: number): string {
  return `${PREFIX}${String(record).padStart(6, "0")}`;
}

function bestOf(measurements: readonly Measurement[]): string {
  return [...Map.groupBy(measurements, ({ name }) => name)].map(([name, cells]) =>
    `${name} up to ${Math.max(...cells.map(({ value }) => value)).toLocaleString("en")}/s`
  ).join(", ");
}
