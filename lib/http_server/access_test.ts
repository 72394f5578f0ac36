import { expect } from "expect";
import { FakeTimeProvider } from "../../test_helpers/fake_time_provider.ts";
import { encodeBasicAuth } from "../models/basic_auth.ts";
import { Access } from "./access.ts";
import { FailedLogins } from "./failed_logins.ts";

const CREDENTIALS = { user: "magnet", password: "pass:word" };
const TOKENS = ["a-token-of-the-first", "a-token-of-the-second"];
const RIGHT = encodeBasicAuth(CREDENTIALS);
const WRONG = encodeBasicAuth({ ...CREDENTIALS, password: "pass" });

function access(differing: Partial<ConstructorParameters<typeof Access>[0]> = {}) {
  const time = new FakeTimeProvider();
  const judging = new Access({ credentials: CREDENTIALS, tokens: TOKENS, time, ...differing });
  const judge = (authorization: string | undefined, shown: { host?: string; peer?: string } = {}) =>
    judging.judge({ peer: "192.0.2.1", host: undefined, ...shown, authorization }).kind;
  return { judge, time };
}

const SHOWN: [shown: string, authorization: string | undefined, kind: string][] = [
  ["the right user and password", RIGHT, "granted"],
  ["one token", "Bearer a-token-of-the-first", "granted"],
  ["another token, the scheme in lower case", "bearer a-token-of-the-second", "granted"],
  ["nothing", undefined, "refused"],
  ["a wrong password", WRONG, "refused"],
  ["a token that is none", "Bearer a-token-of-the-third", "refused"],
  ["no token", "Bearer ", "refused"],
  ["a token as a password", `Basic ${btoa("magnet:a-token-of-the-first")}`, "refused"],
  ["an unknown scheme", "Digest a", "refused"],
];

for (const [shown, authorization, kind] of SHOWN) {
  Deno.test(`judge() says "${kind}" to ${shown} [S10]`, () => {
    expect(access().judge(authorization)).toBe(kind);
  });
}

Deno.test("judge() takes no token for one when there are none, and no user when there is none", () => {
  expect(access({ tokens: [] }).judge("Bearer ")).toBe("refused");
  const tokensOnly = access({ credentials: undefined });
  expect(tokensOnly.judge("Basic Og==")).toBe("refused");
  expect(tokensOnly.judge("Bearer a-token-of-the-first")).toBe("granted");
});

Deno.test("judge() without credentials answers to names of this machine only, or to certificates", () => {
  const { judge } = access({ credentials: undefined, tokens: [] });
  expect(judge(undefined)).toBe("granted");
  for (const host of ["localhost:5155", "127.0.0.1:5155", "[::1]:5155", "LOCALHOST"]) {
    expect([host, judge(undefined, { host })]).toEqual([host, "granted"]);
  }
  for (const host of ["evil.example", "127.0.0.1.evil.example:5155", ""]) {
    expect([host, judge(undefined, { host })]).toEqual([host, "foreign"]);
  }
  const behindCertificates = access({ credentials: undefined, tokens: [], hasCertificate: true });
  expect(behindCertificates.judge(undefined, { host: "hm9000.example" })).toBe("granted");
});

Deno.test("judge() makes a peer wait that fails too often, right or wrong, and nobody else [S12]", () => {
  const { judge, time } = access({ failedLoginsMax: 3 });
  const peer = "192.0.2.7";
  for (let attempt = 0; attempt < 3; attempt += 1) expect(judge(WRONG, { peer })).toBe("refused");
  expect(judge(RIGHT, { peer })).toBe("wait");
  expect(judge(RIGHT, { peer: "192.0.2.8" })).toBe("granted");
  time.advance(59_999);
  expect(judge(RIGHT, { peer })).toBe("wait");
  time.advance(1);
  expect(judge(RIGHT, { peer })).toBe("granted");
});

Deno.test("judge() does not count who shows nothing", () => {
  const { judge } = access({ failedLoginsMax: 1 });
  for (let attempt = 0; attempt < 5; attempt += 1) expect(judge(undefined)).toBe("refused");
  expect(judge(RIGHT)).toBe("granted");
});

function failed(failuresMax = 1): FailedLogins {
  return new FailedLogins({ time: new FakeTimeProvider(), failuresMax });
}

Deno.test("FailedLogins takes the addresses of one IPv6 network for one peer", () => {
  const logins = failed();
  logins.note("2001:db8:1:2:3:4:5:6");
  expect(logins.waitSeconds("2001:db8:1:2::1")).toBe(60);
  expect(logins.waitSeconds("2001:db8:1:3::1")).toBe(0);
  logins.note("::ffff:192.0.2.1");
  expect(logins.waitSeconds("192.0.2.1")).toBe(60);
  logins.note("2001:db8::1");
  expect(logins.waitSeconds("2001:db8:0:0:9::")).toBe(60);
});

Deno.test("FailedLogins remembers 10,000 peers and not one more [I17]", () => {
  const logins = failed();
  for (let peer = 0; peer <= 10_000; peer += 1) logins.note(`peer-${peer}`);
  expect(logins.peers).toBe(10_000);
  expect(logins.waitSeconds("peer-0")).toBe(0);
  expect(logins.waitSeconds("peer-1")).toBe(60);
});

Deno.test("FailedLogins has no limit at 0", () => {
  const logins = failed(0);
  for (let attempt = 0; attempt < 100; attempt += 1) logins.note("peer");
  expect(logins.waitSeconds("peer")).toBe(0);
});
