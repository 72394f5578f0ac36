import { expect } from "expect";
import fc from "fast-check";
import { FakeTimeProvider } from "../../test_helpers/fake_time_provider.ts";
import { LogLimiter } from "./log_limiter.ts";

Deno.test("LogLimiter.admit() admits a key once per interval and says how often it was refused", () => {
  const time = new FakeTimeProvider();
  const limiter = new LogLimiter({ time, intervalMs: 1_000 });
  expect(limiter.admit("a")).toEqual({ admitted: true, suppressed: 0 });
  expect(limiter.admit("a")).toEqual({ admitted: false });
  time.advance(999);
  expect(limiter.admit("a")).toEqual({ admitted: false });
  time.advance(1);
  expect(limiter.admit("a")).toEqual({ admitted: true, suppressed: 2 });
  expect(limiter.admit("a")).toEqual({ admitted: false });
});

Deno.test("LogLimiter.admit() keeps keys apart", () => {
  const limiter = new LogLimiter({ time: new FakeTimeProvider() });
  expect([limiter.admit("a").admitted, limiter.admit("b").admitted]).toEqual([true, true]);
});

Deno.test("LogLimiter.admit() lets keys there is no room for share one place", () => {
  const time = new FakeTimeProvider();
  const limiter = new LogLimiter({ time, intervalMs: 1_000, keysMax: 2 });
  const admitted = ["a", "b", "c", "d", "e"].map((key) => limiter.admit(key).admitted);
  expect(admitted).toEqual([true, true, true, false, false]);
});

Deno.test("LogLimiter.admit() counts what the shared place refused", () => {
  const time = new FakeTimeProvider();
  const limiter = new LogLimiter({ time, intervalMs: 1_000, keysMax: 1 });
  ["a", "b", "c", "d"].forEach((key) => limiter.admit(key));
  time.advance(1_000);
  expect(["e", "f"].map((key) => limiter.admit(key))).toEqual([
    { admitted: true, suppressed: 0 },
    { admitted: true, suppressed: 2 },
  ]);
});

Deno.test("LogLimiter.admit() makes room as keys run out, also behind one that was admitted again", () => {
  const time = new FakeTimeProvider();
  const limiter = new LogLimiter({ time, intervalMs: 1_000, keysMax: 2 });
  limiter.admit("a");
  time.advance(500);
  limiter.admit("b");
  time.advance(500);
  limiter.admit("a");
  time.advance(500);
  expect(["c", "d", "e"].map((key) => limiter.admit(key).admitted)).toEqual([true, true, false]);
  expect(limiter.admit("a")).toEqual({ admitted: false });
});

Deno.test("LogLimiter.admit() cuts long keys", () => {
  const limiter = new LogLimiter({ time: new FakeTimeProvider() });
  expect(limiter.admit("k".repeat(201)).admitted).toBe(true);
  expect(limiter.admit("k".repeat(202)).admitted).toBe(false);
});

Deno.test("LogLimiter.admit() admits no more than keysMax + 1 per interval, whatever the keys", () => {
  fc.assert(fc.property(
    fc.array(fc.string({ maxLength: 2 }), { maxLength: 100 }),
    fc.integer({ min: 1, max: 5 }),
    (keys, keysMax) => {
      const time = new FakeTimeProvider();
      const limiter = new LogLimiter({ time, intervalMs: 1_000, keysMax });
      for (let interval = 0; interval < 3; interval += 1) {
        const admitted = keys.filter((key) => limiter.admit(`${interval}${key}`).admitted);
        expect(admitted.length).toBeLessThanOrEqual(keysMax + 1);
        expect(limiter.keys).toBeLessThanOrEqual(keysMax);
        time.advance(1_000);
      }
    },
  ));
});
