import { expect } from "expect";
import { ParseError } from "./parse_error.ts";
import { parseWaiver, type Waiver, waiverToWire } from "./waiver.ts";

const waiver: Waiver = {
  breaker: "dea_loss",
  reason: "the rack is gone for good",
  by: "ada",
  setAt: 100,
  expiresAt: 700,
};

Deno.test("waiverToWire() writes what parseWaiver() reads", () => {
  expect(waiverToWire(waiver)).toEqual({
    "breaker": "dea_loss",
    "reason": "the rack is gone for good",
    "by": "ada",
    "set_at": 100,
    "expires_at": 700,
  });
  expect(parseWaiver(JSON.stringify(waiverToWire(waiver)))).toEqual(waiver);
});

for (const broken of ["", "[]", "{}", '{"breaker":"starts"}', '{"breaker":"dea_loss","by":7}']) {
  Deno.test(`parseWaiver() refuses ${broken || "an empty value"}`, () => {
    expect(() => parseWaiver(broken)).toThrow(ParseError);
  });
}
