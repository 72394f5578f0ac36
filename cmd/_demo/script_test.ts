import { expect } from "expect";
import fc from "fast-check";
import { countInstances, planDemo } from "./script.ts";

const SIZE = fc.record({
  apps: fc.integer({ min: 1, max: 300 }),
  deas: fc.integer({ min: 1, max: 50 }),
});

Deno.test("planDemo() is plain data: the same size gives the same plan", () => {
  const plan = planDemo({ apps: 12, deas: 4 });
  expect(planDemo({ apps: 12, deas: 4 })).toEqual(plan);
  expect(structuredClone(plan)).toEqual(plan);
  expect(plan.steps.map(({ atSeconds, action }) => `${atSeconds} ${action.kind}`)).toEqual([
    "6 crash",
    "9 kill_dea",
    "12 add_dea",
    "14 evacuate_dea",
    "18 scale",
    "20 scale",
    "22 push",
  ]);
  expect(countInstances(plan)).toBe(35);
});

Deno.test("planDemo() breaks nothing that could not heal before the demo ends", () => {
  const { steps } = planDemo({ apps: 12, deas: 4, forSeconds: 24 });
  expect(steps.map(({ action }) => action.kind)).toEqual([
    "crash",
    "kill_dea",
    "add_dea",
    "evacuate_dea",
  ]);
  expect(planDemo({ apps: 12, deas: 4, forSeconds: 5 }).steps).toEqual([]);
  expect(planDemo({ apps: 12, deas: 4, forSeconds: 60 })).toEqual(planDemo({ apps: 12, deas: 4 }));
});

Deno.test("planDemo() of any size has what was asked for, and steps in order within 25 s", () => {
  fc.assert(fc.property(SIZE, (size) => {
    const { apps, deas, steps } = planDemo(size);
    expect([new Set(apps.map(({ name }) => name)).size, new Set(deas).size])
      .toEqual([size.apps, size.deas]);
    const times = steps.map(({ atSeconds }) => atSeconds);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(Math.max(...times)).toBeLessThanOrEqual(25);
  }));
});

Deno.test("planDemo() of any size leaves a DEA to run on, and breaks only what is there", () => {
  fc.assert(fc.property(SIZE, (size) => {
    const plan = planDemo(size);
    const live = new Set(plan.deas);
    const apps = new Map(plan.apps.map(({ name, instances }) => [name, instances]));
    for (const { action } of plan.steps) {
      switch (action.kind) {
        case "add_dea":
          expect(live.has(action.dea)).toBe(false);
          live.add(action.dea);
          break;
        case "kill_dea":
        case "evacuate_dea":
          expect(live.delete(action.dea)).toBe(true);
          break;
        case "push":
          expect(apps.has(action.app)).toBe(false);
          apps.set(action.app, action.instances);
          break;
        case "crash":
          expect(action.index).toBeLessThan(apps.get(action.app) ?? 0);
          break;
        case "scale":
          expect(apps.has(action.app)).toBe(true);
          expect(apps.get(action.app)).not.toBe(action.instances);
          apps.set(action.app, action.instances);
      }
      expect(live.size).toBeGreaterThan(0);
    }
  }));
});
