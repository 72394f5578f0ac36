import { expect } from "expect";
import type { Hold } from "../models/hold.ts";
import { renderAuditRecord, renderHolds } from "./render_holds.ts";

const operators: Hold = {
  ...{ name: "all", holds: "all", source: "operator", reason: "moving a rack", by: "ada" },
  ...{ setAt: 100, expiresAt: 1_900 },
};
const breakers: Hold = {
  ...{ name: "mass_stop", holds: "stops", source: "breaker", reason: "60 of 100 instances" },
  ...{ by: "mass_stop", setAt: 70 },
};

Deno.test("renderHolds() says what is held, until when, by whom and why", () => {
  expect(renderHolds({ holds: [operators, breakers], waivers: [] }, 130)).toEqual([
    "Starts and stops are held for another 29m 30s by ada: moving a rack (all, set 30s ago)",
    "Stops are held until it is over, or hm9000 resume, by the breaker mass_stop: " +
    "60 of 100 instances (mass_stop, set 1m ago)",
  ]);
});

Deno.test("renderHolds() says which breakers hold nothing, on whose word", () => {
  const waiver = {
    ...{ breaker: "dea_loss", by: "ada", reason: "the rack is gone" } as const,
    ...{ setAt: 100, expiresAt: 700 },
  };
  expect(renderHolds({ holds: [], waivers: [waiver] }, 160)).toEqual([
    "Nothing is held",
    "Breaker dea_loss holds nothing for another 9m, on the word of ada: the rack is gone",
  ]);
});

Deno.test("renderAuditRecord() says when, who, what, for how long and why [S20]", () => {
  const record = { at: 0, by: "ada", verb: "hold", what: "starts", why: "a rack" } as const;
  expect(renderAuditRecord({ ...record, until: 90 }))
    .toBe("1970-01-01T00:00:00Z ada: hold starts for 1m 30s: a rack");
  expect(renderAuditRecord(record)).toBe("1970-01-01T00:00:00Z ada: hold starts: a rack");
});
