import { expect } from "expect";
import { FakeTimeProvider } from "../../test_helpers/fake_time_provider.ts";
import { GRACE_MS, SimulationWorker, STANDSTILL_MS } from "./simulation_worker.ts";

const OPTIONS = { apps: 1, deas: 1, faultMinutes: 1 };

/** A worker that spins for ever when it is handed an odd seed, and answers an even one. */
const SPINS_AT_ODD = new URL(
  "data:application/javascript," + encodeURIComponent(`
    onmessage = ({ data: { seed } }) => {
      while (seed % 2 === 1);
      postMessage({ seed, violations: [] });
    };
  `),
);

Deno.test("a world that stands still is ended, has broken I18, and the next is run [I18]", async () => {
  const time = new FakeTimeProvider(0);
  using worker = new SimulationWorker({ time, url: SPINS_AT_ODD });
  const running = worker.run({ ...OPTIONS, seed: 7 });
  for (const ms of [STANDSTILL_MS, GRACE_MS]) {
    await time.waitForSleeper();
    time.advance(ms);
  }
  const { violations, standsStill, seed } = await running;
  expect([seed, standsStill, violations.map(({ invariant }) => invariant)]).toEqual(
    [7, true, ["I18"]],
  );
  expect(await worker.run({ ...OPTIONS, seed: 8 })).toEqual({ seed: 8, violations: [] });
});

Deno.test("a machine that stood still itself is not taken for a world that does", async () => {
  const time = new FakeTimeProvider(0);
  using worker = new SimulationWorker({ time, url: SPINS_AT_ODD });
  const running = worker.run({ ...OPTIONS, seed: 2 });
  await time.waitForSleeper();
  time.advance(STANDSTILL_MS);
  expect((await running).standsStill).toBeUndefined();
});
