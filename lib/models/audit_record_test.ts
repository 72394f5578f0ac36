import { expect } from "expect";
import { type AuditRecord, auditRecordToWire, parseAuditRecord } from "./audit_record.ts";
import { ParseError } from "./parse_error.ts";

const record: AuditRecord = {
  at: 100,
  by: "ada",
  verb: "hold",
  what: "starts",
  why: "moving a rack",
  until: 160,
};

Deno.test("auditRecordToWire() writes what parseAuditRecord() reads, with and without an end [S20]", () => {
  const { until: _, ...endless } = record;
  for (const each of [record, endless]) {
    expect(parseAuditRecord(JSON.stringify(auditRecordToWire(each)))).toEqual(each);
  }
});

for (const broken of ["", "{}", '{"verb":"delete"}', '{"verb":"hold","at":"now"}']) {
  Deno.test(`parseAuditRecord() refuses ${broken || "an empty value"}`, () => {
    expect(() => parseAuditRecord(broken)).toThrow(ParseError);
  });
}
