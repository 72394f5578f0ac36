import { expect } from "expect";
import fc from "fast-check";
import { redactText } from "./redact_text.ts";

const hidden: readonly (readonly [what: string, text: string, shown: string])[] = [
  ["credentials of a URL", "nats://u:canary@host:4222 x", "nats://***@host:4222 x"],
  ["a token for credentials", "nats://canary@host:4222", "nats://***@host:4222"],
  ["an unencoded @ and /", "http://u:can@na/ry@host/x", "http://***@host/x"],
  ["each URL of a list", "a://u:canary@h, b://u:canary@i", "a://***@h, b://***@i"],
  ["basic credentials", "sent Basic Y2FuYXJ5 to it", "sent Basic *** to it"],
  ["a bearer token", "sent bearer canary to it", "sent bearer *** to it"],
  [
    "a header",
    "Authorization: Digest a=canary, b=canary\r\nHost: x",
    "Authorization: ***\r\nHost: x",
  ],
  ["a cookie", "Cookie: a=canary; b=canary\nHost: x", "Cookie: ***\nHost: x"],
  ["a query", "/x?token=canary&y=1", "/x?token=***&y=1"],
  ["JSON", '{"password":"can\\"canary","n":1}', '{"password":***,"n":1}'],
  [
    "JSON within JSON",
    '"{\\"password\\":\\"c\\\\\\"canary\\",\\"n\\":1}"',
    '"{\\"password\\":***,\\"n\\":1}"',
  ],
  ["a structure", '"credentials":{"a":"canary"} x', '"credentials":*** x'],
  ["YAML", "nats_password: canary\nn: 1", "nats_password: ***\nn: 1"],
  ["a quoted word", "secret='can canary' x", "secret=*** x"],
  ["a flag", "hm9000 --cc-password canary x", "hm9000 --cc-password *** x"],
  ["a seed", '{"dbSeed":"canary"}', '{"dbSeed":***}'],
  ["pass for short", 'pass=canary, {"pass": "canary"}', 'pass=***, {"pass": ***}'],
  ["an API key", "api_key=canary", "api_key=***"],
  [
    "a private key",
    "a -----BEGIN EC PRIVATE KEY-----\ncanary\n-----END EC PRIVATE KEY----- b",
    "a *** b",
  ],
  ["half a private key", "a -----BEGIN PRIVATE KEY-----\ncanary", "a ***"],
  ["a NATS seed", `seed SU${"A2".repeat(28)} x`, "seed *** x"],
  ["a web token", "got eyJhbGciOiJI.eyJzdWIiOiIx.c2ln x", "got *** x"],
];

for (const [what, text, shown] of hidden) {
  Deno.test(`redactText() hides ${what}`, () => {
    expect(redactText(text)).toBe(shown);
  });
}

Deno.test("redactText() leaves alone what only talks about secrets", () => {
  for (
    const text of [
      "Basic authentication failed",
      "The password is wrong",
      "Cannot finish a pass: it takes long, seed=42, seed: 42",
      "Cannot read http://host:80/path?x=1, mail@example.com says",
      "-----BEGIN CERTIFICATE-----",
      "state=RUNNING index=3",
    ]
  ) expect(redactText(text)).toBe(text);
});

Deno.test("redactText() cuts what is long, and says how long it was", () => {
  expect(redactText("a".repeat(1_000))).toBe("a".repeat(1_000));
  expect(redactText("a".repeat(1_001))).toBe(`${"a".repeat(1_000)}… (cut, 1001 characters)`);
  expect(redactText("a".repeat(9_000), 5)).toBe("aaaaa… (cut, 9000 characters)");
  expect(redactText("😀".repeat(3), 3).isWellFormed()).toBe(true);
});

Deno.test("redactText() cuts no secret in two and shows its beginning", () => {
  const text = `${"a".repeat(980)} http://user:canarycanarycanarycanary@host`;
  expect(redactText(text)).not.toContain("canary");
});

Deno.test("redactText() finds the password of a URL in any text", () => {
  fc.assert(fc.property(
    fc.string(),
    fc.string({ unit: fc.constantFrom(..."aZ09-._~!$&()*+,;=:@/%") }),
    fc.string(),
    (before, noise, after) => {
      const text = `${before} http://user:${noise}canary${noise}@host/ ${after}`;
      expect(redactText(text)).not.toContain("canary");
    },
  ));
});
