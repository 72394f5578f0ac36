import { expect } from "expect";
import { FakeTimeProvider } from "../../test_helpers/fake_time_provider.ts";
import { FakeTimeError } from "./fake_time_setting.ts";
import { createTimeProvider } from "./pinned_time_provider.ts";
import { RealTimeProvider } from "./real_time_provider.ts";

function noFile(path: string): string {
  throw new Error(`No such file: ${path}`);
}

Deno.test("createTimeProvider() is the real clock when nothing is pinned", () => {
  const real = new FakeTimeProvider(7);
  expect(createTimeProvider({ fakeTime: undefined, readTextFileSync: noFile, real })).toBe(real);
  expect(createTimeProvider({ fakeTime: undefined, readTextFileSync: noFile }))
    .toBeInstanceOf(RealTimeProvider);
});

Deno.test("createTimeProvider() freezes wall time, but not sleeping and not monotonic time [CLI-07]", async () => {
  const real = new FakeTimeProvider(7);
  const time = createTimeProvider({ fakeTime: "100", readTextFileSync: noFile, real });
  const sleeping = time.sleep(1_000);
  real.advance(1_000);
  await sleeping;
  expect([time.now(), time.nowMs(), time.monotonicMs()]).toEqual([100, 100_000, 1_000]);
});

Deno.test("createTimeProvider() passes the signal of a sleep on", async () => {
  const real = new FakeTimeProvider(7);
  const time = createTimeProvider({ fakeTime: "100", readTextFileSync: noFile, real });
  const controller = new AbortController();
  const sleeping = time.sleep(1_000, { signal: controller.signal });
  controller.abort();
  await sleeping;
});

Deno.test("createTimeProvider() reads @PATH again at each look", () => {
  const paths: string[] = [];
  let text = "100\n";
  const readTextFileSync = (path: string) => {
    paths.push(path);
    return text;
  };
  const time = createTimeProvider({ fakeTime: "@/run/now", readTextFileSync });
  expect(time.now()).toBe(100);
  text = "130\n";
  expect([time.now(), time.nowMs()]).toEqual([130, 130_000]);
  expect(new Set(paths)).toEqual(new Set(["/run/now"]));
});

Deno.test("createTimeProvider() keeps the last good time while the file is half-written or away", () => {
  const texts = ["100", "130", "", "13O", undefined];
  const time = createTimeProvider({
    fakeTime: "@/run/now",
    readTextFileSync: (path) => texts.shift() ?? noFile(path),
  });
  expect([time.now(), time.now(), time.now(), time.now(), time.now()])
    .toEqual([130, 130, 130, 130, 130]);
});

Deno.test("createTimeProvider() refuses to start without a time to start with [CLI-07]", () => {
  const start = (fakeTime: string, readTextFileSync: (path: string) => string) => () =>
    createTimeProvider({ fakeTime, readTextFileSync });
  expect(start("soon", noFile)).toThrow(FakeTimeError);
  expect(start("@/run/now", noFile)).toThrow('"/run/now" cannot be read');
  expect(start("@/run/now", () => "soon")).toThrow('holds "soon"');
});
