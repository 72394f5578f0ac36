import { expect } from "expect";
import { StoredFleet } from "../../../test_helpers/stored_fleet.ts";
import type { AuditRecord } from "../../models/audit_record.ts";
import { AUDIT_RECORDS_MAX, putAuditRecord, readAuditLog, trimAuditLog } from "./audit.ts";

function recordAt(at: number): AuditRecord {
  return { at, by: "ada", verb: "hold", what: "starts", why: `at ${at}` };
}

async function write(fleet: StoredFleet, ats: readonly number[]): Promise<void> {
  const { store, layout } = fleet;
  for (const at of ats) {
    const mutation = putAuditRecord(layout, { record: recordAt(at), unique: "u" });
    await store.transact({ guards: [], mutations: [mutation] });
  }
}

Deno.test("readAuditLog() is what was put, the newest first [S20]", async () => {
  await using fleet = new StoredFleet();
  await write(fleet, [99, 1_000, 100]);
  const log = await readAuditLog(fleet.store, fleet.layout);
  expect(log).toEqual([1_000, 100, 99].map(recordAt));
});

Deno.test("readAuditLog() skips and counts what cannot be read", async () => {
  await using fleet = new StoredFleet();
  await write(fleet, [100]);
  await fleet.put(`${fleet.layout.auditPrefix}junk`, "{");
  const { store, layout, metrics } = fleet;
  expect(await readAuditLog(store, layout, { metrics })).toEqual([recordAt(100)]);
  expect(metrics.get("corrupt_records")).toBe(1);
});

Deno.test("trimAuditLog() keeps the newest", async () => {
  await using fleet = new StoredFleet();
  await write(fleet, Array.from({ length: AUDIT_RECORDS_MAX + 3 }, (_, at) => at));
  await trimAuditLog(fleet.store, fleet.layout);
  const log = await readAuditLog(fleet.store, fleet.layout);
  expect([log.length, log.at(-1)?.at]).toEqual([AUDIT_RECORDS_MAX, 3]);
});
