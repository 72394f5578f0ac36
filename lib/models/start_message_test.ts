import { expect } from "expect";
import { ParseError } from "./parse_error.ts";
import { newPendingStart } from "./pending_start_message.ts";
import { parseStartMessage, startMessageFrom, startMessageToJson } from "./start_message.ts";

const MESSAGE = { messageId: "id", appGuid: "app", appVersion: "version", instanceIndex: 0 };

Deno.test("startMessageToJson() always has four fields, parseStartMessage() reads them [MOD-20]", () => {
  const json = startMessageToJson(MESSAGE);
  expect(JSON.parse(json)).toEqual({
    "droplet": "app",
    "version": "version",
    "instance_index": 0,
    "message_id": "id",
  });
  expect(parseStartMessage(new TextEncoder().encode(json))).toEqual(MESSAGE);
});

Deno.test("startMessageFrom() keeps the id the start was queued with [SND-05] [PEN-18]", () => {
  const pending = newPendingStart(1, { ...MESSAGE, reason: "MISSING", priority: 1 });
  expect(startMessageFrom(pending)).toEqual(MESSAGE);
});

Deno.test("parseStartMessage() refuses what is not a start message [MOD-22]", () => {
  for (const json of ["", "[]", "null", '{"droplet":1}', '{"instance_index":"0"}']) {
    expect(() => parseStartMessage(json)).toThrow(ParseError);
  }
});
