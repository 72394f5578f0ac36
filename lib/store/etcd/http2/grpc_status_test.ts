import { expect } from "expect";
import { WireCode } from "../wire_error.ts";
import { statusError } from "./grpc_status.ts";
import type { Header } from "./static_table.ts";

const url = "http://etcd:2379";
const OK: Header = [":status", "200"];

function error(...headers: readonly Header[]) {
  const { code, message } = statusError(headers, url) ?? {};
  return [code, message];
}

Deno.test("statusError() finds nothing wrong with status 0, in the first headers or the last", () => {
  expect(statusError([OK, ["grpc-status", "0"]], url)).toBeUndefined();
  expect(statusError([OK, ["grpc-status", "0"], ["grpc-message", "fine"]], url)).toBeUndefined();
});

Deno.test("statusError() is gRPC's status and its message, and names the server", () => {
  const headers: Header[] = [OK, ["grpc-status", "14"], ["grpc-message", "etcdserver: no leader"]];
  expect(error(...headers)).toEqual([WireCode.unavailable, "etcdserver: no leader"]);
  expect(statusError(headers, url)).toMatchObject({ url, unsent: false });
  expect(error(OK, ["grpc-status", "16"])).toEqual([WireCode.unauthenticated, ""]);
});

Deno.test("statusError() reads a message that is coded by percent, and takes one that is not as it is", () => {
  expect(error(OK, ["grpc-status", "3"], ["grpc-message", "50%25 of caf%C3%A9"])[1]).toBe(
    "50% of café",
  );
  for (const message of ["50% of it", "%ff", "%"]) {
    expect(error(OK, ["grpc-status", "3"], ["grpc-message", message])[1]).toBe(message);
  }
});

Deno.test("statusError() does not know a status that gRPC does not", () => {
  for (const status of ["17", "-1", "", "1.5", "0x5", "one", "00"]) {
    expect(error(OK, ["grpc-status", status])[0]).toBe(WireCode.unknown);
  }
});

const BY_HTTP: readonly (readonly [status: string, code: number])[] = [
  ["200", WireCode.unknown],
  ["302", WireCode.unknown],
  ["400", WireCode.internal],
  ["401", WireCode.unauthenticated],
  ["403", WireCode.permissionDenied],
  ["404", WireCode.unimplemented],
  ["429", WireCode.unavailable],
  ["500", WireCode.unknown],
  ["502", WireCode.unavailable],
  ["503", WireCode.unavailable],
  ["504", WireCode.unavailable],
];
for (const [status, code] of BY_HTTP) {
  Deno.test(`statusError() takes HTTP ${status} without gRPC's status for ${code}`, () => {
    expect(error([":status", status])).toEqual([code, `the answer is not gRPC's (HTTP ${status})`]);
  });
}

Deno.test("statusError() says that an answer had no status at all", () => {
  expect(error()).toEqual([WireCode.unknown, "the answer is not gRPC's (HTTP no status)"]);
});
