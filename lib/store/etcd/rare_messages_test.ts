import { Buffer } from "node:buffer";
import { expect } from "expect";
import { decodeRareResponse, encodeRareRequest, type RareCall } from "./rare_messages.ts";

function bytes(hex: string): Buffer {
  return Buffer.from(hex.replaceAll(" ", ""), "hex");
}

const REQUESTS: readonly (readonly [RareCall, Record<string, unknown>, string])[] = [
  ["leaseGrant", { "TTL": 30, "ID": 7 }, "08 1e 10 07"],
  ["leaseGrant", { "TTL": "300", "ID": "9007199254740991" }, "08 ac02 10 ffffffffffffff0f"],
  ["leaseRevoke", { "ID": 1 }, "08 01"],
  ["leaseTimeToLive", { "ID": 128 }, "08 8001"],
  ["leaseKeepAlive", { "ID": 128 }, "08 8001"],
  ["authenticate", { "name": "hm", "password": "ü" }, "0a 02 686d 12 02 c3bc"],
];

for (const [call, message, hex] of REQUESTS) {
  Deno.test(`encodeRareRequest() packs ${call} of ${JSON.stringify(message)} as etcd's rpc.proto says`, () => {
    expect(encodeRareRequest(call, message).toString("hex")).toBe(hex.replaceAll(" ", ""));
  });
}

Deno.test("encodeRareRequest() leaves out what is nothing, as protobuf does", () => {
  expect(encodeRareRequest("leaseGrant", { "TTL": 0, "ID": 0 }).length).toBe(0);
  expect(encodeRareRequest("authenticate", {}).length).toBe(0);
});

const RESPONSES: readonly (readonly [RareCall, string, Record<string, unknown>])[] = [
  ["leaseGrant", "0a 02 0801 10 07 18 1e", { "ID": 7, "TTL": 30 }],
  ["leaseGrant", "22 02 6e6f", { "error": "no" }],
  // A lease that is gone has -1 seconds left.
  ["leaseTimeToLive", "10 07 18 ffffffffffffffffff01", { "ID": 7, "TTL": -1 }],
  ["leaseRevoke", "0a 02 0801", {}],
  ["authenticate", "0a 00 12 03 746f6b", { "token": "tok" }],
  // Fields that a later etcd may add, of every wire type.
  ["leaseKeepAlive", "48 05 51 0102030405060708 5a 01 ff 65 01020304 10 07", { "ID": 7 }],
];

for (const [call, hex, message] of RESPONSES) {
  Deno.test(`decodeRareResponse() reads ${call} from ${hex}`, () => {
    expect(decodeRareResponse(call, bytes(hex))).toEqual(message);
  });
}

for (const hex of ["10", "22 05 6e6f", "10 ffffffffffffffffffff01", "0f"]) {
  Deno.test(`decodeRareResponse() throws for ${hex}, which is cut off or no protobuf [I17]`, () => {
    expect(() => decodeRareResponse("leaseGrant", bytes(hex))).toThrow();
  });
}
