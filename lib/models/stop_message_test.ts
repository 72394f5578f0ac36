import { expect } from "expect";
import { ParseError } from "./parse_error.ts";
import { parseStopMessage, stopMessageToJson } from "./stop_message.ts";

const MESSAGE = {
  messageId: "id",
  appGuid: "app",
  appVersion: "version",
  instanceGuid: "instance",
  instanceIndex: 0,
  isDuplicate: false,
};

Deno.test("stopMessageToJson() always has six fields, is_duplicate even when false [MOD-21]", () => {
  const json = stopMessageToJson(MESSAGE);
  expect(JSON.parse(json)).toEqual({
    "droplet": "app",
    "version": "version",
    "instance_guid": "instance",
    "instance_index": 0,
    "is_duplicate": false,
    "message_id": "id",
  });
  expect(parseStopMessage(json)).toEqual(MESSAGE);
});

Deno.test("parseStopMessage() refuses what is not a stop message [MOD-22]", () => {
  for (const json of ["", "[]", "null", '{"instance_guid":1}', '{"is_duplicate":"false"}']) {
    expect(() => parseStopMessage(json)).toThrow(ParseError);
  }
});
