import { expect } from "expect";
import { FakeTimeProvider } from "../../../test_helpers/fake_time_provider.ts";
import { SteadyClock } from "./steady_clock.ts";

Deno.test("SteadyClock goes with time, and stands still while nobody runs it", async () => {
  const time = new FakeTimeProvider();
  const clock = new SteadyClock(time);
  const over = new AbortController();
  const running = clock.run(over.signal);
  await tick(time, 100);
  await tick(time, 150);
  expect(clock.nowMs()).toBe(250);
  await tick(time, 60_000); // the machine was frozen
  expect(clock.nowMs()).toBe(550);
  over.abort();
  await running;
});

Deno.test("SteadyClock.until() resolves at its moment, or when it is aborted", async () => {
  const time = new FakeTimeProvider();
  const clock = new SteadyClock(time);
  const over = new AbortController();
  const running = clock.run(over.signal);
  const said: string[] = [];
  const soon = clock.until(200, over.signal).then(() => said.push("soon"));
  const never = clock.until(Infinity, over.signal).then(() => said.push("never"));
  await tick(time, 100);
  expect(said).toEqual([]);
  await tick(time, 100);
  await soon;
  expect(said).toEqual(["soon"]);
  over.abort();
  await Promise.all([never, running]);
  expect(said).toEqual(["soon", "never"]);
});

async function tick(time: FakeTimeProvider, ms: number): Promise<void> {
  await time.waitForSleeper();
  time.advance(ms);
  await time.waitForSleeper();
}
