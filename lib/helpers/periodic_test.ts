import { setImmediate } from "node:timers/promises";
import { expect } from "expect";
import { FakeLogger } from "../../test_helpers/fake_logger.ts";
import { FakeTimeProvider } from "../../test_helpers/fake_time_provider.ts";
import { type PeriodicOptions, runPeriodically } from "./periodic.ts";

/** A loop with a period of 20 ms and a timeout of 35 ms; `calls` are the times its passes began. */
function setUp(
  work: (call: number, signal: AbortSignal, time: FakeTimeProvider) => Promise<void>,
  more: Partial<PeriodicOptions> = {},
) {
  const time = new FakeTimeProvider();
  const log = new FakeLogger();
  const controller = new AbortController();
  const calls: number[] = [];
  let running = 0;
  const state = { runningMax: 0, ended: false };
  const loop = runPeriodically({
    name: "analyzer",
    periodMs: 20,
    timeoutMs: 35,
    time,
    log,
    signal: controller.signal,
    work: async (signal) => {
      calls.push(time.monotonicMs());
      running += 1;
      state.runningMax = Math.max(state.runningMax, running);
      try {
        await work(calls.length, signal, time);
      } finally {
        running -= 1;
      }
    },
    ...more,
  }).finally(() => state.ended = true);
  // A loop that fails before the test looks is the test's to see, not the runner's.
  loop.catch(() => undefined);
  return { time, log, controller, calls, state, loop };
}

/** Moves the clock in steps of 5 ms, after everything that is due has run. */
async function advanceTo(untilMs: number, { time, state }: ReturnType<typeof setUp>) {
  while (time.monotonicMs() < untilMs && !state.ended) {
    await settle();
    time.advance(5);
  }
  await settle();
}

/** Lets every promise that can resolve do so: an immediate runs after all microtasks. */
function settle(): Promise<void> {
  return setImmediate();
}

Deno.test("runPeriodically() keeps the period from start to start, next at once after a long pass, ends on the timeout [DMN-01] [DMN-02] [DMN-03] [DMN-05]", async () => {
  const run = setUp((call, _signal, time) => time.sleep(call * 10));
  await advanceTo(104, run);
  expect(run.calls).toEqual([0, 20, 40, 70]);
  expect(run.state).toEqual({ runningMax: 1, ended: true });
  await expect(run.loop).rejects.toMatchObject({
    name: "PassTimeoutError",
    component: "analyzer",
    timeoutMs: 35,
    message: expect.stringContaining('"analyzer"'),
  });
  expect(run.time.monotonicMs()).toBe(105);
});

Deno.test("runPeriodically() works every period [DMN-20]", async () => {
  const run = setUp(() => Promise.resolve(), { periodMs: 100 });
  await advanceTo(350, run);
  run.controller.abort();
  await run.loop;
  expect(run.calls).toEqual([0, 100, 200, 300]);
});

Deno.test("runPeriodically() logs a failed pass and goes on [DMN-04]", async () => {
  const error = new Error("Store away");
  const run = setUp(() => Promise.reject(error));
  await advanceTo(25, run);
  run.controller.abort();
  await run.loop;
  expect(run.calls).toEqual([0, 20]);
  expect(run.log.lines).toEqual([
    {
      level: "error",
      message: "A pass failed",
      fields: { component: "analyzer", error, suppressed: 0 },
    },
  ]);
});

Deno.test("runPeriodically() survives work that throws before it awaits [DMN-04]", async () => {
  const run = setUp(() => Promise.resolve(), {
    work: () => {
      throw new Error("Broken");
    },
  });
  await advanceTo(5, run);
  run.controller.abort();
  await run.loop;
  expect(run.log.messages("error")).toEqual(["A pass failed"]);
});

Deno.test("runPeriodically() ends on an error that is terminal", async () => {
  const run = setUp(() => Promise.reject(new RangeError("Deposed")), {
    isTerminal: (error) => error instanceof RangeError,
  });
  await expect(run.loop).rejects.toThrow("Deposed");
  expect(run.log.lines).toEqual([]);
});

Deno.test("runPeriodically() stops in its rest without another pass [DMN-21]", async () => {
  const run = setUp(() => Promise.resolve());
  await advanceTo(10, run);
  run.controller.abort();
  await run.loop;
  expect(run.calls).toEqual([0]);
});

Deno.test("runPeriodically() aborts a running pass and awaits it, without another one [DMN-21]", async () => {
  let reason: unknown;
  const run = setUp(async (_call, signal, time) => {
    await time.sleep(1_000, { signal });
    reason = signal.reason;
    await time.sleep(10);
  });
  await advanceTo(10, run);
  run.controller.abort("stop");
  await settle();
  expect(reason).toBe("stop");
  expect(run.state.ended).toBe(false);
  await advanceTo(20, run);
  await run.loop;
  expect(run.calls).toEqual([0]);
});

Deno.test("runPeriodically() does not call a pass that was stopped a failure", async () => {
  const run = setUp(async (_call, signal, time) => {
    await time.sleep(30, { signal });
    signal.throwIfAborted();
  });
  await advanceTo(5, run);
  run.controller.abort();
  await run.loop;
  expect(run.log.lines).toEqual([]);
});

Deno.test("runPeriodically() does nothing once its signal is aborted", async () => {
  const run = setUp(() => Promise.resolve(), { signal: AbortSignal.abort() });
  await run.loop;
  expect(run.calls).toEqual([]);
});

Deno.test("runPeriodically() names the component whose pass hangs, and aborts the pass [DMN-22]", async () => {
  let passSignal: AbortSignal | undefined;
  const run = setUp((_call, signal) => {
    passSignal = signal;
    return new Promise(() => {});
  }, { periodMs: 100, timeoutMs: 1_000 });
  await advanceTo(1_000, run);
  await expect(run.loop).rejects.toThrow('Cannot finish a pass of "analyzer": it exceeded 1000 ms');
  expect(passSignal?.aborted).toBe(true);
  expect(run.time.sleepers).toBe(0);
});

Deno.test("runPeriodically() says what a pass throws after its timeout, unless that is being stopped", async () => {
  for (const stopped of [false, true]) {
    const run = setUp(async (_call, signal, time) => {
      await time.sleep(50);
      if (stopped) signal.throwIfAborted();
      throw new Error("Late");
    });
    await advanceTo(60, run);
    run.time.advance(20);
    await settle();
    await expect(run.loop).rejects.toThrow("Cannot finish");
    expect(run.log.messages("error")).toEqual(stopped ? [] : ["A pass failed after its timeout"]);
  }
});

Deno.test("runPeriodically() leaves no timer behind", async () => {
  const run = setUp(() => Promise.resolve());
  await advanceTo(50, run);
  expect(run.time.sleepers).toBe(1);
  run.controller.abort();
  await run.loop;
  expect(run.time.sleepers).toBe(0);
});

Deno.test("runPeriodically() begins early when woken, and counts the period from there", async () => {
  const wakes: { readonly signal: AbortSignal; readonly wake: () => void }[] = [];
  const run = setUp(() => Promise.resolve(), {
    wake: (signal) => new Promise((resolve) => wakes.push({ signal, wake: resolve })),
  });
  await advanceTo(5, run);
  wakes[0]?.wake();
  await advanceTo(30, run);
  expect(run.calls).toEqual([0, 5, 25]);
  expect(wakes.map(({ signal }) => signal.aborted)).toEqual([true, true, false]);
  run.controller.abort();
  await run.loop;
  expect(wakes.at(-1)?.signal.aborted).toBe(true);
  expect(run.time.sleepers).toBe(0);
});

Deno.test("runPeriodically() keeps its period when it cannot be woken", async () => {
  const run = setUp(() => Promise.resolve(), { wake: () => Promise.reject(new Error("Broken")) });
  await advanceTo(30, run);
  run.controller.abort();
  await run.loop;
  expect(run.calls).toEqual([0, 20]);
  expect(run.log.messages("warn")).toEqual(["Cannot be woken early", "Cannot be woken early"]);
});
