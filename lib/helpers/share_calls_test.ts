import { expect } from "expect";
import { shareCalls } from "./share_calls.ts";

Deno.test("shareCalls() gives whoever asks during a call the next one, and calls once for all [I17]", async () => {
  let calls = 0;
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const shared = shareCalls(async () => {
    const number = calls++;
    await gates[number]?.promise;
    return `call ${number}`;
  });
  const first = shared();
  await Promise.resolve();
  await Promise.resolve();
  const later = [shared(), shared(), shared()];
  gates.forEach((gate) => gate.resolve());
  expect(await first).toBe("call 0");
  for (const answer of await Promise.all(later)) expect(answer).toBe("call 1");
  expect(calls).toBe(2);
});

Deno.test("shareCalls() calls again after a call that failed", async () => {
  let calls = 0;
  const shared = shareCalls(() => {
    calls += 1;
    return calls === 1 ? Promise.reject(new Error("away")) : Promise.resolve("here");
  });
  await expect(shared()).rejects.toThrow("away");
  expect(await shared()).toBe("here");
});
