import { expect } from "expect";
import { formatFreshness, parseFreshness } from "./freshness_record.ts";

Deno.test("formatFreshness() writes the original's record, and parseFreshness() reads it [FRE-01]", () => {
  expect(formatFreshness(1_390_000_000)).toBe('{"timestamp":1390000000}');
  expect(parseFreshness('{"timestamp":1390000000}')).toBe(1_390_000_000);
});

for (const corrupt of ["", "1390000000", "ß", "{}", '{"timestamp":"100"}', '{"timestamp":1.5}']) {
  Deno.test(`parseFreshness() cannot read ${corrupt || "an empty value"} [FRE-06]`, () => {
    expect(parseFreshness(corrupt)).toBeUndefined();
  });
}
