/**
 * The audit log: what operators did by hand, under `{root}/audit/{when}`, the newest
 * {@linkcode AUDIT_RECORDS_MAX} of it (S20). A record is written in the same transaction as what it tells
 * of, so that neither is there without the other; and it stands apart from the decision log, in which a
 * busy hour would push it out.
 *
 * @module
 */

import {
  type AuditRecord,
  auditRecordToWire,
  parseAuditRecord,
} from "../../models/audit_record.ts";
import { ParseError } from "../../models/parse_error.ts";
import { commitMutations } from "../commit_units.ts";
import { UNFENCED } from "../fence.ts";
import type { StoreLayout } from "../layout.ts";
import { rangeAll } from "../range_all.ts";
import type { Mutation, Store } from "../store.ts";
import { corruptRecordsOf } from "./corrupt_records.ts";
import type { ReadOptions } from "./read_options.ts";

/** As many records are kept. */
export const AUDIT_RECORDS_MAX = 1_000;

const AT_DIGITS = 15;

/** Stores a record; `unique` tells it from others of the same moment. */
export function putAuditRecord(
  layout: StoreLayout,
  entry: { readonly record: AuditRecord; readonly unique: string },
): Mutation {
  const { record, unique } = entry;
  const at = String(Math.max(0, record.at)).padStart(AT_DIGITS, "0");
  const value = JSON.stringify(auditRecordToWire(record));
  return { kind: "put", key: `${layout.auditPrefix}${at},${unique}`, value };
}

/** Reads the log, the newest record first. One that cannot be read is skipped and reported. */
export async function readAuditLog(
  store: Store,
  layout: StoreLayout,
  options: ReadOptions = {},
): Promise<readonly AuditRecord[]> {
  const reporter = corruptRecordsOf(options);
  const { revision } = options;
  const { entries } = await rangeAll(store, layout.auditPrefix, { revision });
  const records: AuditRecord[] = [];
  for (const entry of entries.toReversed()) {
    try {
      records.push(parseAuditRecord(entry.value));
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      reporter.report(entry, error);
    }
  }
  return records;
}

/** Deletes what is beyond the bound, the oldest first. */
export async function trimAuditLog(store: Store, layout: StoreLayout): Promise<void> {
  const { entries } = await rangeAll(store, layout.auditPrefix, { keysOnly: true });
  const old = entries.slice(0, Math.max(0, entries.length - AUDIT_RECORDS_MAX));
  const mutations = old.map(({ key }): Mutation => ({ kind: "delete", key }));
  await commitMutations(store, mutations, { fence: UNFENCED });
}
