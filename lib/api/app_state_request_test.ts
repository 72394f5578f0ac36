import { expect } from "expect";
import { ParseError } from "../models/parse_error.ts";
import {
  BULK_REQUEST_APPS_MAX,
  parseAppStateRequest,
  parseBulkAppStateRequest,
} from "./app_state_request.ts";

const ELEMENT = { "droplet": "guid", "version": "v1" };

Deno.test("parseAppStateRequest() reads droplet and version", () => {
  expect(parseAppStateRequest(JSON.stringify(ELEMENT)))
    .toEqual({ appGuid: "guid", appVersion: "v1" });
});

Deno.test("parseBulkAppStateRequest() reads every app, in order, repeated ones too", () => {
  const other = { "droplet": "other", "version": "v2" };
  expect(parseBulkAppStateRequest(JSON.stringify([ELEMENT, other, ELEMENT]))).toEqual([
    { appGuid: "guid", appVersion: "v1" },
    { appGuid: "other", appVersion: "v2" },
    { appGuid: "guid", appVersion: "v1" },
  ]);
  expect(parseBulkAppStateRequest("[]")).toEqual([]);
});

const REFUSED: [what: string, text: string, message: RegExp][] = [
  ["one app", JSON.stringify(ELEMENT), /an object is not an array/],
  ["an element that is no object", "[7]", /\[0\]/],
  ["a droplet that is no text", '[{"droplet":1,"version":"v"}]', /\[0\]\.droplet/],
  ["what is no JSON", "[", /Cannot read bulk app state request/],
];

for (const [what, text, message] of REFUSED) {
  Deno.test(`parseBulkAppStateRequest() refuses ${what}, and says where`, () => {
    expect(() => parseBulkAppStateRequest(text)).toThrow(message);
    expect(() => parseBulkAppStateRequest(text)).toThrow(ParseError);
  });
}

Deno.test("parseBulkAppStateRequest() takes 10,000 apps and not one more", () => {
  const request = (count: number) => JSON.stringify(Array(count).fill(ELEMENT));
  expect(parseBulkAppStateRequest(request(BULK_REQUEST_APPS_MAX))).toHaveLength(10_000);
  expect(() => parseBulkAppStateRequest(request(BULK_REQUEST_APPS_MAX + 1)))
    .toThrow("10001 apps are too many, ask for 10000 at most");
});
