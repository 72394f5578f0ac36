import { expect } from "expect";
import { FakeTimeProvider } from "../../test_helpers/fake_time_provider.ts";
import { EventLoopLag } from "./event_loop_lag.ts";

Deno.test("EventLoopLag gives the longest delay since it was last asked", async () => {
  const time = new FakeTimeProvider();
  const lag = new EventLoopLag(time);
  const stop = new AbortController();
  const running = lag.run(stop.signal);
  for (const ms of [500, 1700, 600]) {
    await time.waitForSleeper();
    time.advance(ms);
  }
  await time.waitForSleeper();
  expect(lag.take()).toBe(1.2);
  expect(lag.take()).toBe(0);
  stop.abort();
  await running;
  expect(lag.take()).toBe(0);
});
