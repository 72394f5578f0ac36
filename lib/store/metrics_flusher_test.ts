import { expect } from "expect";
import { StoredFleet } from "../../test_helpers/stored_fleet.ts";
import { type Fence, UNFENCED } from "./fence.ts";
import { MetricsFlusher } from "./metrics_flusher.ts";
import { LeadershipLostError, StoreUnavailableError } from "./store_errors.ts";

const LED: Fence = {
  component: "listener",
  guards: [{ kind: "present", key: "/hm/locks/listener" }],
  assertHeld() {},
};

function flusherOf(fleet: StoredFleet, fence = UNFENCED): MetricsFlusher {
  const { store, layout, time, log, metrics } = fleet;
  const names = ["ReceivedHeartbeats", "StopExtra", "NumberOfDesiredApps"] as const;
  return new MetricsFlusher({
    ...{ store, layout, time, log, metrics, names, fence },
    intervalMs: 10_000,
  });
}

/** Makes the store's transactions fail, until told to stop. */
function breakStore({ store }: StoredFleet): () => void {
  store.transact = () => {
    throw new StoreUnavailableError("Cannot write: for this test");
  };
  return () => Reflect.deleteProperty(store, "transact");
}

function stored(fleet: StoredFleet): Promise<Record<string, string>> {
  return fleet.read(fleet.layout.metricsPrefix);
}

Deno.test("flush() stores totals since the process started, once each [LIS-23] [LIS-24] [MET-24]", async () => {
  await using fleet = new StoredFleet();
  const flusher = flusherOf(fleet);
  fleet.metrics.increment("ReceivedHeartbeats", 2);
  fleet.metrics.increment("flush_failures");
  await flusher.flush();
  fleet.metrics.increment("ReceivedHeartbeats");
  await flusher.flush();
  expect(await stored(fleet)).toEqual({ "ReceivedHeartbeats": "3.00000" });
});

Deno.test("flush() does not touch the store when nothing changed", async () => {
  await using fleet = new StoredFleet();
  const flusher = flusherOf(fleet);
  breakStore(fleet);
  fleet.store.range = () => {
    throw new Error("read");
  };
  await flusher.flush();
});

Deno.test("flush() makes one transaction of all that changed", async () => {
  await using fleet = new StoredFleet();
  const flusher = flusherOf(fleet);
  fleet.metrics.increment("ReceivedHeartbeats");
  fleet.metrics.increment("StopExtra");
  fleet.metrics.set("NumberOfDesiredApps", -1);
  const before = await fleet.store.revision();
  await flusher.flush();
  expect(await fleet.store.revision()).toBe(before + 1);
  expect(Object.keys(await stored(fleet))).toHaveLength(3);
});

Deno.test("flush() stores later what could not be stored, and not twice [SND-14] [MET-20]", async () => {
  await using fleet = new StoredFleet();
  const flusher = flusherOf(fleet);
  const repair = breakStore(fleet);
  fleet.metrics.increment("StopExtra", 2);
  await expect(flusher.flush()).rejects.toThrow(StoreUnavailableError);
  repair();
  fleet.metrics.increment("StopExtra");
  await flusher.flush();
  await flusher.flush();
  expect(await stored(fleet)).toEqual({ "StopExtra": "3.00000" });
});

Deno.test("beside() stores once per interval and once at the end [LIS-23] [REG-39]", async () => {
  await using fleet = new StoredFleet();
  const done = Promise.withResolvers<void>();
  const running = flusherOf(fleet).beside(() => done.promise, new AbortController().signal);
  fleet.metrics.increment("ReceivedHeartbeats");
  await fleet.time.waitForSleeper();
  expect(await stored(fleet)).toEqual({});
  fleet.time.advance(10_000);
  await fleet.time.waitForSleeper();
  expect(await stored(fleet)).toEqual({ "ReceivedHeartbeats": "1.00000" });
  fleet.metrics.increment("ReceivedHeartbeats");
  done.resolve();
  await running;
  expect(await stored(fleet)).toEqual({ "ReceivedHeartbeats": "2.00000" });
  expect(fleet.time.sleepers).toBe(0);
});

Deno.test("beside() goes on when figures cannot be stored, and says so once [SND-14]", async () => {
  await using fleet = new StoredFleet();
  const done = Promise.withResolvers<void>();
  const repair = breakStore(fleet);
  const running = flusherOf(fleet).beside(() => done.promise, new AbortController().signal);
  fleet.metrics.increment("StopExtra");
  for (let interval = 0; interval < 3; interval += 1) {
    await fleet.time.waitForSleeper();
    fleet.time.advance(10_000);
  }
  await fleet.time.waitForSleeper();
  expect(fleet.log.messages("error")).toEqual(["Cannot store figures"]);
  expect(fleet.metrics.get("metrics_store_failures")).toBe(3);
  repair();
  done.resolve();
  await running;
  expect(await stored(fleet)).toEqual({ "StopExtra": "1.00000" });
});

Deno.test("beside() fails as its work does, and stores what that counted", async () => {
  await using fleet = new StoredFleet();
  const work = () => {
    fleet.metrics.increment("StopExtra");
    return Promise.reject(new Error("for this test"));
  };
  const running = flusherOf(fleet).beside(work, new AbortController().signal);
  await expect(running).rejects.toThrow("for this test");
  expect(await stored(fleet)).toEqual({ "StopExtra": "1.00000" });
});

Deno.test("after() stores what a single pass counted, and fails if it cannot [SND-14]", async () => {
  await using fleet = new StoredFleet();
  const pass = () => Promise.resolve(fleet.metrics.increment("StopExtra"));
  await flusherOf(fleet).after(pass);
  expect(await stored(fleet)).toEqual({ "StopExtra": "1.00000" });
  breakStore(fleet);
  await expect(flusherOf(fleet).after(pass)).rejects.toThrow(StoreUnavailableError);
});

Deno.test("after() fails as its pass does, and stores what that counted", async () => {
  await using fleet = new StoredFleet();
  const pass = () => {
    fleet.metrics.set("NumberOfDesiredApps", -1);
    return Promise.reject(new Error("for this test"));
  };
  await expect(flusherOf(fleet).after(pass)).rejects.toThrow("for this test");
  expect(await stored(fleet)).toEqual({ "NumberOfDesiredApps": "-1.00000" });
});

Deno.test("beside() stops its work when the store says that another process leads", async () => {
  await using fleet = new StoredFleet();
  const work = (signal: AbortSignal) =>
    new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
  const running = flusherOf(fleet, LED).beside(work, new AbortController().signal);
  fleet.metrics.increment("ReceivedHeartbeats");
  await fleet.time.waitForSleeper();
  fleet.time.advance(10_000);
  await expect(running).rejects.toThrow(LeadershipLostError);
  expect(await stored(fleet)).toEqual({});
});
