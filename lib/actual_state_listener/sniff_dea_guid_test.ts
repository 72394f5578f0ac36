import { expect } from "expect";
import { sniffDeaGuid } from "./sniff_dea_guid.ts";

const FILLER = `"droplets":[${"{},".repeat(1_000)}{}]`;
const CASES: [what: string, json: string, guid: string | undefined][] = [
  ["first", `{"dea":"dea-1",${FILLER}}`, "dea-1"],
  ["last", `{${FILLER},"dea":"dea-1"}`, "dea-1"],
  ["with space around it", `{ "dea" :\n\t"dea-1" }`, "dea-1"],
  ["nowhere", `{${FILLER}}`, undefined],
  ["of another type", `{"dea":12}`, undefined],
  ["empty", `{"dea":""}`, undefined],
  ["escaped", `{"dea":"dea-\\u0031"}`, undefined],
  ["in an empty message", "", undefined],
];
for (const [what, json, guid] of CASES) {
  Deno.test(`sniffDeaGuid() of a guid that stands ${what} is ${guid}`, () => {
    const padded = new TextEncoder().encode(`xx${json}xx`);
    expect(sniffDeaGuid(padded.subarray(2, padded.length - 2))).toBe(guid);
  });
}
