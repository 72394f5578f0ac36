import { expect } from "expect";
import { parseBulkPage } from "./bulk_page.ts";

const RECORD = {
  "id": "app-1",
  "version": "v1",
  "instances": 3,
  "state": "STARTED",
  "package_state": "STAGED",
};

Deno.test("parseBulkPage() reads apps and the next token, and ignores other fields [24.1]", () => {
  const body = JSON.stringify({
    "results": { "app-1": { ...RECORD, "memory": 64 } },
    "bulk_token": { "id": 5 },
    "other": true,
  });
  expect(parseBulkPage(body)).toEqual({
    apps: [{
      appGuid: "app-1",
      appVersion: "v1",
      instances: 3,
      state: "STARTED",
      packageState: "STAGED",
    }],
    tokenId: 5,
  });
});

Deno.test("parseBulkPage() takes an empty results object as the last page, token or none [BLK-07]", () => {
  expect(parseBulkPage(`{"results":{},"bulk_token":{"id":3}}`).apps).toEqual([]);
  expect(parseBulkPage(`{"results":{}}`).apps).toEqual([]);
});

const BROKEN: [name: string, body: string, message: RegExp][] = [
  ["garbage", "<html>", /Cannot read bulk page: not JSON: "<html>"/],
  ["cut JSON", `{"results":{"a":`, /not JSON/],
  ["an array", "[]", /an array of 0 is not a JSON object/],
  ["no results", "{}", /results: undefined is not a JSON object/],
  ["null results", `{"results":null}`, /results: null is not a JSON object/],
  ["a record that is not an object", `{"results":{"a":7}}`, /results\.a: 7 is not a JSON object/],
  [
    "a count that is text",
    JSON.stringify({ results: { a: { ...RECORD, instances: "3" } } }),
    /results\.a\.?.*instances: "3" is not a number/,
  ],
  [
    "an unknown state",
    JSON.stringify({ results: { a: { ...RECORD, state: "MAYBE" } } }),
    /state: "MAYBE" is not one of STARTED, STOPPED/,
  ],
  [
    "a guid that would break a store key",
    JSON.stringify({ results: { a: { ...RECORD, id: "a/../b" } } }),
    /id: "a\/\.\.\/b" is not a guid/,
  ],
  ["results without a token", JSON.stringify({ results: { a: RECORD } }), /bulk_token/],
];

for (const [name, body, message] of BROKEN) {
  Deno.test(`parseBulkPage() refuses ${name} as a whole [DES-16]`, () => {
    expect(() => parseBulkPage(body)).toThrow(message);
  });
}
