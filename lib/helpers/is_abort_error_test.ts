import { expect } from "expect";
import { isAbortError } from "./is_abort_error.ts";

Deno.test("isAbortError() knows the signal's own reason, whatever it is", () => {
  const reason = new Error("enough");
  expect(isAbortError(reason, AbortSignal.abort(reason))).toBe(true);
  expect(isAbortError(new Error("enough"), AbortSignal.abort(reason))).toBe(false);
});

Deno.test("isAbortError() knows the AbortError of a library", () => {
  expect(isAbortError(new DOMException("Stopped", "AbortError"), AbortSignal.abort("x"))).toBe(
    true,
  );
});

Deno.test("isAbortError() calls nothing an abort while the signal is not aborted", () => {
  const { signal } = new AbortController();
  expect(isAbortError(new DOMException("Stopped", "AbortError"), signal)).toBe(false);
  expect(isAbortError(undefined, signal)).toBe(false);
});
