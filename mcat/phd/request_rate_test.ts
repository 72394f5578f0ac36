import { expect } from "expect";
import { requestRate } from "./request_rate.ts";

const OPTIONS = { durationMs: 1_000, requestsMax: Infinity };

Deno.test("requestRate() counts the records of all requests that are under way together", async () => {
  for (const concurrency of [1, 4, 30]) {
    let nowMs = 0;
    // Each round of requests takes 10 ms, however many it has.
    const work = async () => {
      await Promise.resolve();
      nowMs += 10 / concurrency;
      return 5;
    };
    const rate = await requestRate(work, { ...OPTIONS, concurrency, clock: () => nowMs });
    expect(Math.round(rate / concurrency)).toBe(500);
  }
});

Deno.test("requestRate() ends after so many requests, numbered from 0", async () => {
  const seen: number[] = [];
  let nowMs = 0;
  const work = (request: number) => {
    seen.push(request);
    nowMs += 1;
    return Promise.resolve(1);
  };
  await requestRate(work, { ...OPTIONS, concurrency: 2, requestsMax: 6, clock: () => nowMs });
  expect(seen).toEqual([0, 1, 2, 3, 4, 5]);
});

Deno.test("requestRate() throws what a request threw, once the others are done", async () => {
  let done = 0;
  const work = async (request: number) => {
    if (request === 0) throw new Error("refused");
    await Promise.resolve();
    done += 1;
    return 1;
  };
  const options = { ...OPTIONS, concurrency: 3, requestsMax: 3, clock: () => done };
  await expect(requestRate(work, options)).rejects.toThrow("refused");
  expect(done).toBe(2);
});
