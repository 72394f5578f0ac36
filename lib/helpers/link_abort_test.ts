import { expect } from "expect";
import { linkAbort } from "./link_abort.ts";

Deno.test("linkAbort() aborts with its parent, and with its reason", () => {
  const parent = new AbortController();
  using child = linkAbort(parent.signal);
  expect(child.signal.aborted).toBe(false);
  parent.abort("enough");
  expect([child.signal.aborted, child.signal.reason]).toEqual([true, "enough"]);
});

Deno.test("linkAbort() is aborted from the start below an aborted parent", () => {
  using child = linkAbort(AbortSignal.abort("enough"));
  expect([child.signal.aborted, child.signal.reason]).toEqual([true, "enough"]);
});

Deno.test("linkAbort() aborts alone when told", () => {
  const parent = new AbortController();
  using child = linkAbort(parent.signal);
  child.abort("mine");
  expect([child.signal.reason, parent.signal.aborted]).toEqual(["mine", false]);
});

Deno.test("linkAbort() lets go of its parent when disposed of", () => {
  const parent = new AbortController();
  const child = linkAbort(parent.signal);
  child[Symbol.dispose]();
  parent.abort();
  expect(child.signal.aborted).toBe(false);
});
