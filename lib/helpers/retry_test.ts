import { expect } from "expect";
import { FakeLogger } from "../../test_helpers/fake_logger.ts";
import { FakeRandom } from "../../test_helpers/fake_random.ts";
import { FakeTimeProvider } from "../../test_helpers/fake_time_provider.ts";
import { retry, type RetryOptions } from "./retry.ts";

function setUp(work: RetryOptions<string>["work"], more: Partial<RetryOptions<string>> = {}) {
  const time = new FakeTimeProvider();
  const log = new FakeLogger();
  const controller = new AbortController();
  const result = retry({
    work,
    time,
    log,
    random: new FakeRandom(),
    signal: controller.signal,
    describe: "connect to NATS",
    baseMs: 1_000,
    maxMs: 8_000,
    ...more,
  });
  return { time, log, controller, result };
}

/** Work that fails `failures` times, then succeeds. */
function flaky(failures: number): () => Promise<string> {
  return () => {
    failures -= 1;
    return failures < 0 ? Promise.resolve("done") : Promise.reject(new Error("Refused"));
  };
}

Deno.test("retry() returns the first result, and says nothing when nothing fails", async () => {
  const { result, log } = setUp(flaky(0));
  expect(await result).toBe("done");
  expect(log.lines).toEqual([]);
});

Deno.test("retry() waits longer after each failure", async () => {
  let attempts = 0;
  const { time, controller, result } = setUp(() => {
    attempts += 1;
    return Promise.reject(new Error("Refused"));
  });
  for (const delayMs of [750, 1_500, 3_000, 6_000, 6_000]) {
    const before = attempts;
    await time.waitForSleeper();
    time.advance(delayMs - 1);
    expect(time.sleepers).toBe(1);
    time.advance(1);
    await time.waitForSleeper();
    expect(attempts).toBe(before + 1);
  }
  controller.abort("stop");
  await expect(result).rejects.toBe("stop");
});

Deno.test("retry() says the first failure, then one a minute, then that it is over", async () => {
  const { time, log, result } = setUp(flaky(20));
  for (let failure = 0; failure < 20; failure += 1) {
    await time.waitForSleeper();
    time.advance(6_000);
  }
  await result;
  expect(log.lines.map(({ level, message, fields }) => [level, message, fields["failures"]]))
    .toEqual([
      ["warn", "Failed, will try again", 1],
      ["warn", "Failed, will try again", 11],
      ["info", "Succeeded after failures", 20],
    ]);
  expect(log.lines[0]?.fields["what"]).toBe("connect to NATS");
  expect(log.lines[0]?.fields["error"]).toEqual(new Error("Refused"));
  expect(log.lines[2]?.fields["forMs"]).toBe(120_000);
});

Deno.test("retry() throws at once what is not retryable", async () => {
  const { result, log } = setUp(flaky(1), { isRetryable: () => false });
  await expect(result).rejects.toThrow("Refused");
  expect(log.lines).toEqual([]);
});

Deno.test("retry() treats work that throws before it awaits like any other failure", async () => {
  let attempts = 0;
  const { time, result } = setUp(() => {
    attempts += 1;
    if (attempts === 1) throw new Error("Refused");
    return Promise.resolve("done");
  });
  await time.waitForSleeper();
  time.advance(1_000);
  expect(await result).toBe("done");
});

Deno.test("retry() hands its signal to the work, and throws its reason whatever the work throws", async () => {
  const { controller, result, log } = setUp((signal) =>
    new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(new Error("Closed")));
    })
  );
  controller.abort("stop");
  await expect(result).rejects.toBe("stop");
  expect(log.lines).toEqual([]);
});

Deno.test("retry() does not begin once its signal is aborted", async () => {
  let attempts = 0;
  const work = () => Promise.resolve(`${attempts += 1}`);
  await expect(setUp(work, { signal: AbortSignal.abort("stop") }).result).rejects.toBe("stop");
  expect(attempts).toBe(0);
});
