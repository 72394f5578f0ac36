import { expect } from "expect";
import { FakeTimeProvider } from "../test_helpers/fake_time_provider.ts";
import { beatWhileProbed, silenceMaxMs } from "./_watch_progress.ts";

/** Probes with `probe` and counts the beats. */
function probed(probe: () => Promise<unknown>) {
  const time = new FakeTimeProvider();
  const stop = new AbortController();
  const counted = { beats: 0 };
  const pulse = { beat: () => void (counted.beats += 1), [Symbol.dispose]() {} };
  const running = beatWhileProbed(probe, { pulse, time, signal: stop.signal });
  return { time, counted, running, stop: () => stop.abort() };
}

Deno.test("beatWhileProbed() beats for each answer, a refusal included", async () => {
  const answers = [Promise.resolve(), Promise.reject(new Error("the store is away"))];
  const { time, counted, running, stop } = probed(() => answers.shift() ?? Promise.resolve());
  for (const beats of [1, 2, 3]) {
    await time.waitForSleeper();
    expect(counted.beats).toBe(beats);
    time.advance(10_000);
  }
  stop();
  await running;
});

Deno.test("beatWhileProbed() does not beat for a probe that hangs, and ends all the same", async () => {
  const { counted, running, stop } = probed(() => new Promise(() => {}));
  stop();
  await running;
  expect(counted.beats).toBe(0);
});

Deno.test("silenceMaxMs() gives a pass its period, all that it may take, and a minute", () => {
  const polling = { pollingIntervalSeconds: 10, timeoutSeconds: 600 };
  const pass = () => Promise.resolve();
  expect(silenceMaxMs({ kind: "passes", polling, pass })).toBe(670_000);
  expect(silenceMaxMs({ kind: "serves", run: pass })).toBe(300_000);
});
