import { expect } from "expect";
import { MirroredFleet } from "../../test_helpers/mirrored_fleet.ts";
import { AppFixture } from "../../test_helpers/app.ts";
import { type Hold, holdToWire } from "../models/hold.ts";
import { newPendingStart } from "../models/pending_start_message.ts";
import { StoreUnavailableError } from "../store/store_errors.ts";
import { Observer, type ObserverDeps } from "./observer.ts";

const FETCHER = { skipCertVerify: false, allowEmptyDesiredState: false };

function observerOf(fleet: MirroredFleet, overrides: Partial<ObserverDeps> = {}): Observer {
  const { metrics, time, mirror } = fleet;
  const config = { actualFreshnessTtlSeconds: 30, fetcher: FETCHER as never };
  const certificates = { read: () => Promise.resolve(new Map([["etcd_client", 500]])) };
  return new Observer({
    metrics,
    time,
    config,
    mirror,
    bus: undefined,
    certificates,
    ...overrides,
  });
}

Deno.test("Observer says what the view of the fleet holds, and that it is fresh since when", async () => {
  await using fleet = new MirroredFleet(200);
  await fleet.makeFresh(100);
  await fleet.report(new AppFixture("app").heartbeat(1));
  const start = { appGuid: "app", appVersion: "v", reason: "MISSING", priority: 1 } as const;
  await fleet.outbox.enqueueStarts([0, 1].map((instanceIndex) => ({
    message: newPendingStart(200, { ...start, instanceIndex, messageId: `id-${instanceIndex}` }),
  })));
  fleet.start();
  const view = await fleet.mirror.caughtUp();
  await observerOf(fleet).look();
  const { metrics } = fleet;
  expect(metrics.snapshot()).toMatchObject({
    "mirror_listed": 1,
    "mirror_caught_up_timestamp": 200,
    "mirror_revision": view.revision,
    "mirror_deas": 1,
    "mirror_instances": 1,
  });
  expect(metrics.series.get("queued_messages", { queue: "start" })).toBe(2);
  expect(metrics.series.get("queued_messages", { queue: "stop" })).toBe(0);
  expect(metrics.series.get("fresh", { state: "actual" })).toBe(1);
  expect(metrics.series.get("fresh_since_timestamp_seconds", { state: "actual" })).toBe(100);
  expect(metrics.series.get("fresh", { state: "desired" })).toBe(1);
});

Deno.test("Observer says what is held and by whom, and that nothing is any more [S20]", async () => {
  await using fleet = new MirroredFleet(200);
  const hold: Hold = {
    ...{ name: "starts", holds: "starts", source: "operator", reason: "maintenance" },
    ...{ by: "me", setAt: 150, expiresAt: 900 },
  };
  const key = fleet.layout.holdKey(hold.name);
  await fleet.store.transact({
    guards: [],
    mutations: [{ kind: "put", key, value: JSON.stringify(holdToWire(hold)) }],
  });
  fleet.start();
  await fleet.mirror.caughtUp();
  const observer = observerOf(fleet);
  await observer.look();
  const { series } = fleet.metrics;
  expect(series.get("holds", { source: "operator", holds: "starts" })).toBe(1);
  expect(series.get("holds", { source: "breaker", holds: "starts" })).toBe(0);
  await fleet.remove(key);
  await fleet.mirror.caughtUp();
  await observer.look();
  expect(series.get("holds", { source: "operator", holds: "starts" })).toBe(0);
});

Deno.test("Observer takes nothing for fresh that it cannot see, and forgets since when it was", async () => {
  await using fleet = new MirroredFleet(200);
  await fleet.makeFresh(100);
  fleet.start();
  await fleet.mirror.caughtUp();
  const observer = observerOf(fleet);
  await observer.look();
  fleet.switched.rangeFails = new StoreUnavailableError("for this test");
  fleet.mirror.relist("for this test");
  await observer.look();
  const { series } = fleet.metrics;
  expect(fleet.metrics.get("mirror_listed")).toBe(0);
  expect(series.get("fresh", { state: "actual" })).toBe(0);
  expect(series.get("fresh", { state: "desired" })).toBe(0);
  expect(series.read("fresh_since_timestamp_seconds")).toEqual([]);
});

Deno.test("Observer says whether the bus is connected, which protections are given up, and when certificates end [S4] [S14]", async () => {
  await using fleet = new MirroredFleet();
  const bus = { connected: true };
  const fetcher = { ...FETCHER, skipCertVerify: true } as never;
  const config = { actualFreshnessTtlSeconds: 30, fetcher };
  const observer = observerOf(fleet, { mirror: undefined, bus, config });
  await observer.look();
  const { metrics } = fleet;
  expect(metrics.get("message_bus_connected")).toBe(1);
  bus.connected = false;
  await observer.look();
  expect(metrics.get("message_bus_connected")).toBe(0);
  expect(metrics.series.get("insecure_setting", { setting: "skip_cert_verify" })).toBe(1);
  expect(metrics.series.get("insecure_setting", { setting: "allow_empty_desired_state" })).toBe(0);
  const ends = metrics.series.get("certificate_expiry_timestamp_seconds", {
    certificate: "etcd_client",
  });
  expect(ends).toBe(500);
  expect(metrics.series.read("fresh")).toEqual([]);
});
