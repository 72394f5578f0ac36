import { expect } from "expect";
import { isObsoleteSegment } from "./classify_segment.ts";

const CASES: [segment: string, obsolete: boolean, id: string][] = [
  ["v3", true, "SHR-01"],
  ["v16", true, "SHR-01"],
  ["v17", false, "SHR-02"],
  ["v18", false, "SHR-03"],
  ["delete", true, "SHR-04"],
  ["v1ola", true, "SHR-04"],
  ["locks", false, "SHR-05"],
  ["locks-of-another", false, "SHR-05"],
];

for (const [segment, obsolete, id] of CASES) {
  Deno.test(`isObsoleteSegment() ${obsolete ? "gives up" : "keeps"} ${segment} at schema 17 [${id}]`, () => {
    expect(isObsoleteSegment(segment, 17)).toBe(obsolete);
  });
}
