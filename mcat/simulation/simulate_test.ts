import { expect } from "expect";
import { SeededRandom } from "./seeded_random.ts";
import { FAULT_KINDS } from "./faults.ts";
import { Flags } from "./flags.ts";
import { shrink } from "./shrink.ts";
import { simulate, type SimulationOptions, type SimulationResult } from "./simulate.ts";
import { VirtualClock } from "./virtual_clock.ts";
import { World } from "./world.ts";

const INVARIANTS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19]
  .map((number) => `[I${number}]`).join(" ");
const SMALL = { apps: 20, deas: 5, faultMinutes: 10 };

Deno.test("simulate() gives the same run for the same seed, and another for another", async () => {
  const first = await simulate({ ...SMALL, seed: 7 });
  const again = await simulate({ ...SMALL, seed: 7 });
  expect(again).toEqual(first);
  expect(again.history).toMatch(/^[0-9a-f]{16}$/);
  expect((await simulate({ ...SMALL, seed: 8 })).history).not.toBe(first.history);
});

for (const seed of [1, 2, 3, 4, 5, 6]) {
  Deno.test(`a platform breaks no rule and heals, whatever fails, seed ${seed} ${INVARIANTS}`, async () => {
    const { violations, faults } = await simulate({ ...SMALL, seed });
    expect(violations).toEqual([]);
    expect(faults.size).toBeGreaterThan(0);
  });
}

Deno.test("simulate() leaves out the faults that it is told to, and changes no other", async () => {
  const all = await simulate({ ...SMALL, seed: 3 });
  const without = [[...all.faults.keys()][0] ?? ""];
  const fewer = await simulate({ ...SMALL, seed: 3, without });
  expect([...fewer.faults]).toEqual([...all.faults].filter(([name]) => !without.includes(name)));
  const few = await simulate({ ...SMALL, seed: 3, only: { from: 0, until: 2 } });
  expect([...few.faults.values()].reduce((sum, count) => sum + count, 0)).toBe(2);
});

Deno.test("restoreBackup() goes back to a backup of two minutes ago or more, or not at all", async () => {
  const clock = new VirtualClock();
  const world = new World(clock, new SeededRandom(1));
  world.begin({ apps: 1, deas: 1 });
  const restores = async (untilMs: number) => {
    await clock.run(untilMs);
    world.restoreBackup(1_000);
    return world.storeWeather.down;
  };
  // Backups are made after 120 s and 240 s.
  expect([await restores(121_000), await restores(239_000)]).toEqual([false, false]);
  expect(await restores(241_000)).toBe(true);
  // What was made of the store before is no backup of the one that is there now.
  expect([await restores(300_000), await restores(479_000)]).toEqual([false, false]);
  expect(await restores(481_000)).toBe(true);
  world.processes.forEach((process) => process.kill());
});

Deno.test("shrink() finds the faults that it takes", async () => {
  const ran: SimulationOptions[] = [];
  const names = FAULT_KINDS.map(({ name }) => name);
  // Forty faults, all kinds in turn; it takes the sixth and the ninth.
  const run = (options: SimulationOptions): Promise<SimulationResult> => {
    ran.push(options);
    const { from, until } = options.only ?? { from: 0, until: 40 };
    const injected = Array.from({ length: 40 }, (_, at) => names[at % names.length] ?? "")
      .map((name, at) => ({ name, at }))
      .filter(({ name, at }) => at >= from && at < until && !options.without?.includes(name));
    const fails = [5, 8].every((needed) => injected.some(({ at }) => at === needed));
    const violation = { invariant: "I1", atMs: 0, what: "it broke" };
    return Promise.resolve({
      ...{ seed: options.seed, simulatedMs: 0, starts: 0, stops: 0, history: "" },
      faults: new Map(injected.map(({ name }) => [name, 1])),
      violations: fails ? [violation] : [],
    });
  };
  const { options, result } = await shrink({ ...SMALL, apps: 200, seed: 1 }, { run });
  expect([...result.faults.keys()]).toEqual([names[5], names[8]]);
  expect(options).toMatchObject({ apps: 5, only: { until: 9 } });
  expect(ran.length).toBeLessThan(80);
});

Deno.test("Flags refuses what nobody knows, and what is no number", () => {
  const flags = new Flags(["--seed=7", "--all", "--only=3-9", "--without=a b,c"]);
  expect([flags.number("seed"), flags.has("all"), flags.span("only"), flags.list("without")])
    .toEqual([7, true, { from: 3, until: 9 }, ["a b", "c"]]);
  expect(() => flags.requireNoOthers()).not.toThrow();
  expect(() => new Flags(["--sed=7"]).requireNoOthers()).toThrow("--sed");
  expect(() => new Flags(["--seed=x"]).number("seed")).toThrow("whole number");
  expect(() => new Flags(["seed=7"])).toThrow("--name=value");
});

Deno.test("VirtualClock.run() fires timers in order of time, then of setting, and jumps between", async () => {
  const clock = new VirtualClock();
  const fired: string[] = [];
  for (const [ms, name] of [[30, "c"], [10, "a"], [10, "b"], [20, "x"], [99, "late"]] as const) {
    const cancel = clock.after(ms, () => fired.push(`${name}@${clock.nowMs}`));
    if (name === "x") cancel();
  }
  await clock.run(50);
  expect([fired, clock.nowMs]).toEqual([["a@10", "b@10", "c@30"], 50]);
});

Deno.test("SeededRandom draws what its interface promises", () => {
  const random = new SeededRandom(42);
  for (let draw = 0; draw < 1_000; draw += 1) {
    expect(random.uuid()).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    const [lease, number] = [random.leaseId(), random.between(2, 4)];
    expect(Number.isSafeInteger(lease) && lease > 0 && lease < 2 ** 52).toBe(true);
    expect([2, 3, 4]).toContain(number);
  }
});
