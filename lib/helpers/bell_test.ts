import { expect } from "expect";
import { Bell } from "./bell.ts";

Deno.test("wait() resolves when the bell rings, for all who wait and once each", async () => {
  const bell = new Bell();
  const { signal } = new AbortController();
  bell.ring(); // Nobody waits yet: the next ring is waited for.
  let woken = 0;
  const waits = [bell.wait(signal), bell.wait(signal)].map((wait) => wait.then(() => woken += 1));
  await Promise.resolve();
  expect(woken).toBe(0);
  bell.ring();
  await Promise.all(waits);
  expect(woken).toBe(2);
});

Deno.test("wait() resolves when its signal is aborted, before or while it waits", async () => {
  const bell = new Bell();
  await bell.wait(AbortSignal.abort());
  const cancel = new AbortController();
  const waiting = bell.wait(cancel.signal);
  cancel.abort();
  await waiting;
});
