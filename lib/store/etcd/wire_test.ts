import { expect } from "expect";
import { prefixEnd } from "./wire.ts";

Deno.test("prefixEnd() is the first key after all that begin with the prefix", () => {
  expect(prefixEnd("/hm/")).toBe("/hm0");
  expect(prefixEnd("a\x7f")).toBe("a\x80");
  expect(prefixEnd("a\xff\xff")).toBe("b");
});

Deno.test("prefixEnd() of every key is etcd's own mark for it", () => {
  expect(prefixEnd("")).toBe("\0");
  expect(prefixEnd("\xff")).toBe("\0");
});
