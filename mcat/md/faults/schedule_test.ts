import { expect } from "expect";
import { planSchedule } from "./schedule.ts";

const KINDS = [
  { name: "etcd one", lasts: [5, 20], needs: "etcd" },
  { name: "etcd two", lasts: [5, 20], needs: "etcd" },
  { name: "kill", lasts: [0, 0] },
  { name: "pause", lasts: [1, 9] },
] as const;
const OPTIONS = { seed: 7, count: 40, everyMs: 10_000 };

Deno.test("planSchedule() is the same for one seed, and another for another", () => {
  expect(planSchedule(KINDS, OPTIONS)).toEqual(planSchedule(KINDS, OPTIONS));
  expect(planSchedule(KINDS, OPTIONS)).not.toEqual(planSchedule(KINDS, { ...OPTIONS, seed: 8 }));
});

Deno.test("planSchedule() deals every kind about as often, one fault every so often", () => {
  const faults = planSchedule(KINDS, OPTIONS);
  expect(faults.map(({ atMs }) => atMs)).toEqual(faults.map((_, index) => index * 10_000));
  for (const { name, lasts: [least, most] } of KINDS) {
    const own = faults.filter(({ kind }) => kind === name);
    expect(own.length).toBeGreaterThanOrEqual(7);
    for (const { lastsMs } of own) {
      expect(lastsMs).toBeGreaterThanOrEqual(least * 1000);
      expect(lastsMs).toBeLessThanOrEqual(most * 1000);
    }
  }
});

Deno.test("planSchedule() lets no two faults that need the same server overlap", () => {
  const onEtcd = planSchedule(KINDS, OPTIONS).filter(({ kind }) => kind.startsWith("etcd"));
  for (const [index, fault] of onEtcd.entries()) {
    const before = onEtcd[index - 1];
    if (before !== undefined) expect(fault.atMs).toBeGreaterThan(before.atMs + before.lastsMs);
  }
});
