import { expect } from "expect";
import { FAULT_KINDS } from "./faults.ts";
import { CI_KINDS, CI_SCHEDULE } from "./profile.ts";
import { planSchedule } from "./schedule.ts";

Deno.test("the gate injects each kind of its profile, and restores a backup when there is one", () => {
  const schedule = planSchedule(CI_KINDS, CI_SCHEDULE);
  expect(CI_KINDS).toHaveLength(CI_SCHEDULE.count);
  expect(new Set(schedule.map(({ kind }) => kind)).size).toBe(CI_SCHEDULE.count);
  const restored = schedule.find(({ kind }) => kind === "etcd restored from a backup");
  expect(restored?.atMs).toBeGreaterThan(45_000);
});

Deno.test("every kind of fault has a name of its own", () => {
  const names = FAULT_KINDS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
