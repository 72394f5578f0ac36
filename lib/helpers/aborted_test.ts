import { expect } from "expect";
import { aborted } from "./aborted.ts";

Deno.test("aborted() resolves when the signal is aborted, not before", async () => {
  const controller = new AbortController();
  let ended = false;
  const waiting = aborted(controller.signal).then(() => ended = true);
  await Promise.resolve();
  expect(ended).toBe(false);
  controller.abort(new Error("too late"));
  await waiting;
});

Deno.test("aborted() resolves at once for a signal that is aborted already", async () => {
  await aborted(AbortSignal.abort(new Error("too late")));
});
