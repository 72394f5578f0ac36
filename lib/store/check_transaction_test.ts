import { expect } from "expect";
import { checkBounds, checkLease, checkTransaction, findClash } from "./check_transaction.ts";
import type { Mutation } from "./store.ts";

const put = (key: string): Mutation => ({ kind: "put", key, value: "" });
const remove = (key: string): Mutation => ({ kind: "delete", key });
const removeUnder = (prefix: string): Mutation => ({ kind: "delete_prefix", prefix });

const CLASHES: [what: string, mutations: Mutation[], clash: string | undefined][] = [
  ["keys that differ", [put("/a"), remove("/b")], undefined],
  ["one key twice", [put("/a"), put("/b"), remove("/a")], "/a"],
  ["a key beside a prefix", [removeUnder("/a/"), put("/a"), put("/b/c")], undefined],
  ["a key under a prefix, whichever comes first", [put("/a/b"), removeUnder("/a/")], "/a/b"],
  ["a key that is a prefix too", [removeUnder("/a"), put("/a")], "/a"],
  ["a key under the last of many", [removeUnder("/c"), removeUnder("/a"), put("/c1")], "/c1"],
  ["a key between prefixes", [removeUnder("/a/"), removeUnder("/c/"), put("/b")], undefined],
  ["a prefix under another", [removeUnder("/a/b/"), removeUnder("/a/")], "/a/b/"],
  ["a prefix twice", [removeUnder("/a/"), removeUnder("/a/")], "/a/"],
];

for (const [what, mutations, clash] of CLASHES) {
  Deno.test(`findClash() judges ${what}`, () => {
    expect(findClash(mutations)).toBe(clash);
  });
}

Deno.test("checkTransaction() counts guards and mutations apart", () => {
  const guards = ["/a", "/b"].map((key) => ({ kind: "absent", key }) as const);
  const mutations = [put("/a"), put("/b")];
  checkTransaction({ guards, mutations }, 2);
  expect(() => checkTransaction({ guards, mutations: [] }, 1)).toThrow("2 guards: at most 1 fit");
  expect(() => checkTransaction({ guards: [], mutations }, 1))
    .toThrow("2 mutations: at most 1 fit");
});

Deno.test("checkLease() takes whole ids from 1 and a time that ends [DMN-14]", () => {
  checkLease(1, 0.1);
  checkLease(Number.MAX_SAFE_INTEGER, 1e9);
  for (const lease of [0, -1, 1.5, NaN, Number.MAX_SAFE_INTEGER + 1]) {
    expect(() => checkLease(lease, 10)).toThrow(RangeError);
  }
  for (const ttlSeconds of [0, -1, NaN, Infinity]) {
    expect(() => checkLease(7, ttlSeconds)).toThrow(
      `Cannot grant lease 7 for ${ttlSeconds} seconds`,
    );
  }
});

Deno.test("checkBounds() wants a first key and an end that begin with the prefix", () => {
  checkBounds("/a/", {});
  checkBounds("/a/", { from: "/a/" });
  checkBounds("/a/", { from: "/a/b", to: "/a/c" });
  for (const bounds of [{ from: "/a" }, { to: "/a" }, { from: "/a/b", to: "/b" }]) {
    expect(() => checkBounds("/a/", bounds)).toThrow("the key must begin with the prefix");
  }
});
