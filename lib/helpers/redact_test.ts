import { expect } from "expect";
import fc from "fast-check";
import { redact } from "./redact.ts";

Deno.test("redact() leaves what is harmless as it is", () => {
  const fields = {
    app: "guid",
    n: 3,
    ok: true,
    none: null,
    list: [1, { passMs: 12, seeded: 1, tokenless: false }],
  };
  expect(redact(fields)).toEqual(fields);
});

Deno.test("redact() hides values by their names, at any depth", () => {
  for (
    const name of [
      "password",
      "natsPassword",
      "NATS_PASSWORD",
      "passwd",
      "pass",
      "pwd",
      "clientSecret",
      "bulk_token",
      "Authorization",
      "proxy-authorization",
      "credentials",
      "nkey",
      "user_seed",
      "userSeed",
      "apiKey",
      "private-key",
      "set-cookie",
      "jwt",
      "auth",
    ]
  ) {
    for (const value of ["canary", { user: "canary" }, ["canary"]]) {
      expect(redact({ a: [{ [name]: value }] })).toEqual({ a: [{ [name]: "***" }] });
    }
  }
});

Deno.test("redact() shows whether there is a secret, and numbers that are none", () => {
  const fields = { hasPassword: false, password: null, seed: 42, pass: 3 };
  expect(redact(fields)).toEqual(fields);
  expect(redact({ password: 1234 })).toEqual({ password: "***" });
});

Deno.test("redact() hides secrets within texts", () => {
  expect(redact({ url: "nats://u:canary@host" })).toEqual({ url: "nats://***@host" });
});

Deno.test("redact() makes errors data, with their members and causes, and stacks if wanted", () => {
  const cause = new TypeError("Basic Y2FuYXJ5 refused");
  const error = Object.assign(new Error("Cannot connect", { cause }), {
    code: "EX",
    token: "canary",
  });
  expect(redact({ error })).toEqual({
    error: {
      name: "Error",
      message: "Cannot connect",
      code: "EX",
      token: "***",
      cause: { name: "TypeError", message: "Basic *** refused" },
    },
  });
  const withStacks = redact({ error }, { stacks: true });
  expect(withStacks).toMatchObject({
    error: {
      stack: expect.stringContaining("redact_test.ts"),
      cause: { stack: expect.stringContaining("Basic *** refused") },
    },
  });
});

Deno.test("redact() shows every error of an aggregate", () => {
  const error = new AggregateError([new Error("a"), new Error("b")], "All failed");
  expect(redact({ error })).toMatchObject({
    error: { message: "All failed", errors: [{ message: "a" }, { message: "b" }] },
  });
});

Deno.test("redact() makes everything plain JSON", () => {
  expect(redact({
    big: 10n,
    nan: NaN,
    undef: undefined,
    fn: () => 1,
    symbol: Symbol("x"),
    date: new Date(0),
    badDate: new Date(NaN),
    url: new URL("http://u:canary@host/"),
    bytes: new Uint8Array(3),
    set: new Set([1]),
    map: new Map<unknown, unknown>([[1, 2], ["token", "canary"]]),
    headers: new Headers({ authorization: "Basic Y2FuYXJ5" }),
  })).toEqual({
    big: "10",
    nan: "NaN",
    undef: null,
    fn: "[function]",
    symbol: "[symbol]",
    date: "1970-01-01T00:00:00.000Z",
    badDate: "Invalid Date",
    url: "http://***@host/",
    bytes: "[3 bytes]",
    set: [1],
    map: { 1: 2, token: "***" },
    headers: { authorization: "***" },
  });
});

Deno.test("redact() ends at circles, but shows a value twice that stands twice", () => {
  const shared = { a: 1 };
  const circle: Record<string, unknown> = { shared, again: shared };
  circle["self"] = circle;
  expect(redact({ circle })).toEqual({
    circle: { shared: { a: 1 }, again: { a: 1 }, self: "[circular]" },
  });
});

Deno.test("redact() is bounded in depth, entries and length", () => {
  expect(redact({ a: { b: { c: { d: { e: { f: { g: { h: 1 } } } } } } } }))
    .toEqual({ a: { b: { c: { d: { e: { f: { g: "[too deep]" } } } } } } });
  const list = redact({ list: Array.from({ length: 51 }, (_, i) => i) })["list"];
  expect(list).toEqual([...Array.from({ length: 50 }, (_, i) => i), "…"]);
  const wide = Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`n${i}`, i]));
  expect(Object.keys(redact(wide))).toHaveLength(51);
  expect(redact(wide)).toMatchObject({ n49: 49, "…": "cut" });
  expect(redact({ text: "a".repeat(2_000) })["text"]).toMatch(/^a{1000}… \(cut/);
});

Deno.test("redact() is bounded all together", () => {
  const wide = (depth: number): unknown =>
    depth === 0 ? "a".repeat(1_000) : Array.from({ length: 20 }, () => wide(depth - 1));
  expect(JSON.stringify(redact({ wide: wide(3) })).length).toBeLessThan(30_000);
  const names = Array.from({ length: 50 }, (_, i) => `${i}`.padEnd(100, "n"));
  const named = (depth: number): unknown =>
    depth === 0 ? 1 : Object.fromEntries(names.map((name) => [name, named(depth - 1)]));
  expect(JSON.stringify(redact({ named: named(3) })).length).toBeLessThan(30_000);
});

Deno.test("redact() keeps a member named __proto__ a member", () => {
  const fields = JSON.parse('{"__proto__":{"a":1}}');
  expect(JSON.stringify(redact(fields))).toBe('{"__proto__":{"a":1}}');
});

Deno.test("redact() survives values that cannot be read", () => {
  const throwing = {
    get a() {
      throw new Error("No");
    },
    b: 1,
  };
  const { proxy, revoke } = Proxy.revocable<Record<string, unknown>>({}, {});
  revoke();
  expect(redact({ throwing, proxy }))
    .toEqual({ throwing: { a: "[unreadable]", b: 1 }, proxy: "[unreadable]" });
  expect(redact(proxy)).toEqual({ "…": "[unreadable]" });
});

Deno.test("redact() lets no secret through, however deep and in whatever shape", () => {
  const canary = "cAnArY42";
  const secret = fc.oneof(
    fc.constantFrom("password", "clientSecret", "authorization", "apiKey", "dbSeed")
      .map((name) => ({ [name]: `x${canary}y` })),
    fc.constantFrom(
      `nats://user:${canary}@host`,
      `Basic ${canary}`,
      `{"token":"${canary}"}`,
      `-----BEGIN PRIVATE KEY-----\n${canary}\n-----END PRIVATE KEY-----`,
    ),
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      secret,
      fc.string(),
      fc.dictionary(fc.string(), tie("tree"), { maxKeys: 4 }),
      fc.array(tie("tree"), { maxLength: 4 }),
      tie("tree").map((value) => new Map([["x", value]])),
      fc.tuple(tie("tree"), secret).map(([cause, message]) =>
        new Error(JSON.stringify(message), { cause })
      ),
    ),
  }));
  fc.assert(fc.property(tree, (value) => {
    const text = JSON.stringify(redact({ value }, { stacks: true }));
    expect(text).not.toContain(canary);
  }));
});
