import { expect } from "expect";
import { gatewayError, networkError } from "./http_errors.ts";
import { WireCode, WireError } from "./wire_error.ts";

const URL = "http://127.0.0.1:2379";

const ANSWERS: [what: string, status: number, text: string, code: number, message: string][] = [
  ["the gateway's own error", 400, '{"code":3,"message":"key is empty"}', 3, "key is empty"],
  ["an older gateway's error", 503, '{"code":14,"error":"no leader"}', 14, "no leader"],
  [
    "a server without a gateway",
    404,
    "404 page not found\n",
    WireCode.unimplemented,
    "etcd's JSON gateway is not there",
  ],
  [
    "a proxy that finds nobody",
    502,
    "<html>Bad Gateway</html>",
    WireCode.unavailable,
    "HTTP status 502: <html>Bad Gateway</html>",
  ],
  [
    "JSON that is not the gateway's",
    403,
    '{"reason":"forbidden"}',
    WireCode.unknown,
    'HTTP status 403: {"reason":"forbidden"}',
  ],
  ["JSON that is no object", 500, "null", WireCode.unavailable, "HTTP status 500: null"],
];

for (const [what, status, text, code, message] of ANSWERS) {
  Deno.test(`gatewayError() understands ${what}`, () => {
    const error = gatewayError({ status, text }, URL);
    expect(error).toMatchObject({ code, message, url: URL, unsent: false });
  });
}

Deno.test("gatewayError() quotes no more than 200 characters of what it does not know", () => {
  const { message } = gatewayError({ status: 500, text: "x".repeat(5_000) }, URL);
  expect(message).toBe(`HTTP status 500: ${"x".repeat(200)}`);
});

Deno.test("networkError() knows by hyper's words that nothing was sent", () => {
  const refused = networkError(new TypeError("client error (Connect): tcp connect error"), URL);
  expect(refused).toMatchObject({ code: WireCode.unavailable, unsent: true, url: URL });
  const reset = networkError(new TypeError("connection closed before message completed"), URL);
  expect(reset).toMatchObject({ code: WireCode.unavailable, unsent: false, url: URL });
});

Deno.test("networkError() keeps what is worded already", () => {
  const error = new WireError(WireCode.internal, "the answer is not etcd's", { url: URL });
  expect(networkError(error, URL)).toBe(error);
});
