import { expect } from "expect";
import { Semaphore } from "./semaphore.ts";

Deno.test("Semaphore.run() lets only so many work at once, in the order they came", async () => {
  const semaphore = new Semaphore(2);
  const started: number[] = [];
  const gates = [0, 1, 2, 3].map(() => Promise.withResolvers<void>());
  const runs = gates.map((gate, index) =>
    semaphore.run(() => {
      started.push(index);
      return gate.promise;
    })
  );
  await Promise.resolve();
  expect(started).toEqual([0, 1]);
  gates[1]?.resolve();
  await runs[1];
  await Promise.resolve();
  expect(started).toEqual([0, 1, 2]);
  gates.forEach((gate) => gate.resolve());
  await Promise.all(runs);
  expect(started).toEqual([0, 1, 2, 3]);
});

Deno.test("Semaphore.run() makes room after a failure too", async () => {
  const semaphore = new Semaphore(1);
  await expect(semaphore.run(() => Promise.reject(new Error("lost")))).rejects.toThrow("lost");
  expect(await semaphore.run(() => Promise.resolve("next"))).toBe("next");
});

Deno.test("Semaphore refuses to let nobody in", () => {
  expect(() => new Semaphore(0)).toThrow(RangeError);
});
