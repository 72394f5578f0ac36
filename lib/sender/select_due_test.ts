import { expect } from "expect";
import fc from "fast-check";
import { anyApp } from "../../test_helpers/any_app.ts";
import { AppFixture } from "../../test_helpers/app.ts";
import { queuedStart, queuedStop } from "../../test_helpers/queued_messages.ts";
import type { App } from "../models/app.ts";
import { appKey } from "../models/app_key.ts";
import { type PassInput, type PassPlan, planPass } from "./select_due.ts";

const fixture = new AppFixture();

function plan(input: Partial<PassInput>, ...apps: readonly App[]): PassPlan {
  const byKey = new Map(apps.map((app) => [appKey(app), app]));
  return planPass({
    starts: [],
    stops: [],
    apps: (key) => byKey.get(key),
    now: 130,
    messageLimit: 60,
    ...input,
  });
}

Deno.test("planPass() of empty queues does nothing [SND-03]", () => {
  expect(plan({})).toEqual({
    starts: { expired: [], dropped: [], misdated: [], send: [], throttled: [], left: 0 },
    stops: { expired: [], dropped: [], misdated: [], send: [], left: 0 },
  });
});

Deno.test("planPass() sends a start when its time has come, not before [SND-04] [SND-05] [PEN-16]", () => {
  const app = fixture.app({ desired: 1 });
  const start = queuedStart(app, { sendOn: 130 });
  const early = plan({ starts: [start], now: 129 }, app);
  expect(early.starts).toMatchObject({ send: [], left: 1 });
  expect(plan({ starts: [start], now: 130 }, app).starts.send).toEqual([start]);
});

Deno.test("planPass() keeps a sent message until its keep-alive is over [SND-09] [SND-10] [SND-16] [PEN-14]", () => {
  const app = fixture.app({ desired: 1, instances: fixture.runningInstances(2) });
  const sent = { sentOn: 130, keepAlive: 30 };
  const starts = [queuedStart(app, sent)];
  const stops = [queuedStop(app, { instanceGuid: "app-version-instance-1", ...sent })];
  const kept = plan({ starts, stops, now: 159 }, app);
  expect([kept.starts.left, kept.stops.left]).toEqual([1, 1]);
  expect([kept.starts.expired, kept.stops.expired]).toEqual([[], []]);
  const over = plan({ starts, stops, now: 160 }, app);
  expect([over.starts.expired, over.stops.expired]).toEqual([starts, stops]);
  expect([over.starts.send, over.stops.send]).toEqual([[], []]);
});

Deno.test("planPass() drops what a clock that was wrong has queued for an hour later, and dates anew what it has claimed [I13] [I18]", () => {
  const app = fixture.app({ desired: 1, instances: fixture.runningInstances(3) });
  const wrong = 130 + 3_600;
  const queued = queuedStart(app, { sendOn: wrong });
  const claimed = queuedStart(app, { sendOn: 100, sentOn: wrong, keepAlive: 30 });
  const starts = [queued, claimed];
  const stop = (index: number, times: { sendOn: number; sentOn?: number }) =>
    queuedStop(app, { instanceGuid: `app-version-instance-${index}`, keepAlive: 30, ...times });
  const stops = [stop(1, { sendOn: wrong }), stop(2, { sendOn: 100, sentOn: wrong })];
  const planned = plan({ starts, stops, delaySecondsMax: 960 }, app);
  expect(planned.starts.dropped.map((one) => one.queued)).toEqual([queued]);
  expect(planned.stops.dropped.map((one) => one.queued)).toEqual([stops[0]]);
  expect([planned.starts.misdated, planned.stops.misdated]).toEqual([[claimed], [stops[1]]]);
  expect(planned.starts.dropped[0]?.why).toContain("3600 s away");
  const believed = plan({ starts, stops, delaySecondsMax: 3_600 }, app);
  expect([believed.starts.left, believed.stops.left]).toEqual([2, 2]);
});

Deno.test("planPass() does not count on what a clock that was wrong has told to stop [I4] [I13]", () => {
  const app = fixture.app({
    desired: 1,
    instances: [
      fixture.instanceAtIndex(0).heartbeat(),
      fixture.anotherInstanceAtIndex(0).heartbeat(),
    ],
  });
  const [first, second] = app.instances.map(({ instanceGuid }) => instanceGuid);
  const told = queuedStop(app, {
    ...{ instanceGuid: first ?? "", sendOn: 100, sentOn: 130 + 3_600, keepAlive: 30 },
  });
  const due = queuedStop(app, { instanceGuid: second ?? "", sendOn: 130 });
  const { stops } = plan({ stops: [told, due], delaySecondsMax: 960 }, app);
  expect([stops.send, stops.misdated]).toEqual([[], [told]]);
  expect(plan({ stops: [due], delaySecondsMax: 960 }, app).stops.send).toHaveLength(1);
});

Deno.test("planPass() never lets an unsent message expire, however old [PEN-15]", () => {
  const app = fixture.app({ desired: 1 });
  const start = queuedStart(app, { sendOn: 1, keepAlive: 0 });
  expect(plan({ starts: [start], now: 1_000_000 }, app).starts.send).toEqual([start]);
});

Deno.test("planPass() drops what no longer holds, with the reason [VST-02]", () => {
  const start = queuedStart(fixture, { keepAlive: 30 });
  const stop = queuedStop(fixture, { instanceGuid: "gone" });
  const { starts, stops } = plan({ starts: [start], stops: [stop] });
  expect(starts.dropped).toEqual([{ queued: start, why: "the app is not desired" }]);
  expect(stops.dropped).toEqual([{ queued: stop, why: "the app is neither desired nor seen" }]);
});

Deno.test("planPass() says of a stop what its receivers need, from the live record [SND-16] [SND-17]", () => {
  const app = fixture.app({ desired: 1, instances: fixture.runningInstances(3) });
  const stop = queuedStop(app, { instanceGuid: "app-version-instance-2", sendOn: 130 });
  expect(plan({ stops: [stop], now: 129 }, app).stops.send).toEqual([]);
  expect(plan({ stops: [stop] }, app).stops.send).toEqual([{
    queued: stop,
    message: {
      messageId: "stop-app-version-instance-2",
      appGuid: "app",
      appVersion: "app-version",
      instanceGuid: "app-version-instance-2",
      instanceIndex: 2,
      isDuplicate: false,
    },
  }]);
});

Deno.test("planPass() throttles starts, but neither what is wrong nor stops [SND-18] [SND-19] [SND-21]", () => {
  const app = fixture.app({ desired: 40 });
  const undesired = new AppFixture("undesired");
  const going = undesired.app({ instances: undesired.runningInstances(40) });
  const forty = <T>(make: (n: number) => T) => Array.from({ length: 40 }, (_, n) => make(n));
  const starts = [
    ...forty((n) => queuedStart(app, { instanceIndex: n, priority: n / 40 })),
    ...forty((n) => queuedStart(app, { instanceIndex: 40 + n })),
    ...forty((n) => queuedStart(app, { instanceIndex: 80 + n, sentOn: 100 })),
  ];
  const stops = forty((n) =>
    queuedStop(going, { instanceGuid: `undesired-version-instance-${n}` })
  );
  const planned = plan({ starts, stops, messageLimit: 20 }, app, going);
  expect(planned.starts.send.length).toBe(20);
  expect(planned.starts.throttled.length).toBe(20);
  expect(planned.starts.throttled.every(({ message }) => message.priority <= 0.5)).toBe(true);
  expect(planned.starts.dropped.length).toBe(40);
  expect(planned.starts.expired.length).toBe(40);
  expect(planned.stops.send.length).toBe(40);
});

Deno.test("planPass() lets the next in line move up when a publication fails [SND-20]", () => {
  const app = fixture.app({ desired: 3 });
  const starts = [2, 0, 1].map((instanceIndex) => queuedStart(app, { instanceIndex }));
  const { send, throttled } = plan({ starts, messageLimit: 1 }, app).starts;
  expect(send.map(({ message }) => message.instanceIndex)).toEqual([0]);
  expect(throttled.map(({ message }) => message.instanceIndex)).toEqual([1, 2]);
});

Deno.test("planPass() begins each pass with the whole limit [SND-22] [REG-45]", () => {
  const app = fixture.app({ desired: 2 });
  const input = { starts: [queuedStart(app)], messageLimit: 1 };
  expect(plan(input, app)).toEqual(plan(input, app));
  expect(plan(input, app).starts.send.length).toBe(1);
});

Deno.test("planPass() keeps one running of two whose stops fall due together [HAZ-09] [VSP-14]", () => {
  const app = fixture.app({
    desired: 1,
    instances: [fixture.instanceAtIndex(0), fixture.anotherInstanceAtIndex(0)]
      .map((instance) => instance.heartbeat()),
  });
  const stops = app.instances.map(({ instanceGuid }) => queuedStop(app, { instanceGuid }));
  const planned = plan({ stops }, app).stops;
  expect(planned.send.length).toBe(1);
  expect(planned.dropped.map(({ why }) => why)).toEqual(["nothing else runs at index 0"]);
});

Deno.test("planPass() does not count on an instance that was told to stop a moment ago", () => {
  const first = fixture.instanceAtIndex(0);
  const second = fixture.anotherInstanceAtIndex(0);
  const app = fixture.app({ desired: 1, instances: [first.heartbeat(), second.heartbeat()] });
  const stops = [
    queuedStop(app, { instanceGuid: first.instanceGuid, sentOn: 110 }),
    queuedStop(app, { instanceGuid: second.instanceGuid }),
  ];
  expect(plan({ stops, now: 139 }, app).stops.send).toEqual([]);
  // It never obeyed: once its stop has lapsed it is believed again [VSP-15].
  expect(plan({ stops, now: 140 }, app).stops.send.length).toBe(1);
});

Deno.test("planPass() counts on a duplicate whose own stop is not due yet", () => {
  const first = fixture.instanceAtIndex(0);
  const second = fixture.anotherInstanceAtIndex(0);
  const app = fixture.app({ desired: 1, instances: [first.heartbeat(), second.heartbeat()] });
  const stops = [
    queuedStop(app, { instanceGuid: first.instanceGuid, sendOn: 120 }),
    queuedStop(app, { instanceGuid: second.instanceGuid, sendOn: 150 }),
  ];
  const { send, left } = plan({ stops }, app).stops;
  expect([send.length, send[0]?.message.isDuplicate, left]).toEqual([1, true, 1]);
});

Deno.test("planPass() judges starts by what runs, not by what is going to stop", () => {
  const app = fixture.app({ desired: 1, instances: fixture.runningInstances(2) });
  const stops = [
    queuedStop(app, { instanceGuid: "app-version-instance-0", sentOn: 120 }),
    queuedStop(app, { instanceGuid: "app-version-instance-1" }),
  ];
  const planned = plan({ starts: [queuedStart(app)], stops }, app);
  expect(planned.starts.dropped.map(({ why }) => why)).toEqual(["index 0 already starts or runs"]);
  expect(planned.stops.send.length).toBe(1);
});

Deno.test("planPass() sends unverified starts without looking their app up [VST-01]", () => {
  const start = queuedStart(fixture, { skipVerification: true });
  const apps = () => {
    throw new Error("Expected no look-up");
  };
  expect(plan({ starts: [start], apps }).starts.send).toEqual([start]);
});

Deno.test("planPass() leaves the apps it is given as they are", () => {
  const app = fixture.app({ instances: fixture.runningInstances(3) });
  const before = structuredClone(app);
  plan({ stops: app.instances.map(({ instanceGuid }) => queuedStop(app, { instanceGuid })) }, app);
  expect(app).toEqual(before);
});

Deno.test("planPass() never stops the last one running at a desired index, whatever order the queue came in [HAZ-09]", () => {
  const input = anyApp().chain((app) => {
    const guids = [...new Set(app.instances.map(({ instanceGuid }) => instanceGuid))];
    const stop = (instanceGuid: string) =>
      fc.record({
        sendOn: fc.integer({ min: 90, max: 140 }),
        sentOn: fc.constantFrom(0, 0, 0, 90, 105),
      }).map((times) => queuedStop(app, { instanceGuid, ...times }));
    return fc.tuple(fc.constant(app), fc.tuple(...guids.map(stop)));
  });
  fc.assert(
    fc.property(input, ([app, stops]) => {
      const { send } = plan({ stops, now: 130 }, app).stops;
      expect(plan({ stops: stops.toReversed(), now: 130 }, app).stops.send).toEqual(send);
      const sent = new Set(send.map(({ message }) => message.instanceGuid));
      const obeying = new Set(
        stops.filter(({ message }) => message.sentOn === 105)
          .map(({ message }) => message.instanceGuid),
      );
      for (let index = 0; index < (app.desired?.instances ?? 0); index += 1) {
        const before = runningGuids(app, index).filter((guid) => !obeying.has(guid));
        const after = before.filter((guid) => !sent.has(guid));
        expect(after.length > 0).toBe(before.length > 0);
      }
    }),
    { numRuns: 1000 },
  );
});

Deno.test("planPass() gives every message one fate, whatever order the queue came in", () => {
  const input = anyApp().chain((app) => {
    const start = (instanceIndex: number) =>
      fc.record({
        sendOn: fc.integer({ min: 120, max: 140 }),
        sentOn: fc.constantFrom(0, 0, 100, 129),
        priority: fc.constantFrom(0.5, 1, 2),
        skipVerification: fc.boolean(),
      }).map((differing) => queuedStart(app, { instanceIndex, ...differing }));
    return fc.tuple(fc.constant(app), fc.tuple(...[0, 1, 2, 3, 4].map(start)), fc.nat(5));
  });
  fc.assert(fc.property(input, ([app, starts, messageLimit]) => {
    const planned = plan({ starts, messageLimit }, app);
    const { expired, dropped, send, throttled, left } = planned.starts;
    expect(expired.length + dropped.length + send.length + throttled.length + left).toBe(5);
    expect(send.length).toBeLessThanOrEqual(messageLimit);
    if (throttled.length > 0) expect(send.length).toBe(messageLimit);
    const reversed = plan({ starts: starts.toReversed(), messageLimit }, app).starts;
    expect([reversed.send, reversed.throttled]).toEqual([send, throttled]);
  }));
});

Deno.test("planPass() judges 100,000 stops of one app without searching for each of them", () => {
  const app = fixture.app({ instances: fixture.runningInstances(100_000) });
  const stops = app.instances.map(({ instanceGuid }) => queuedStop(app, { instanceGuid }));
  expect(plan({ stops }, app).stops.send.length).toBe(100_000);
});

function runningGuids(app: App, index: number): string[] {
  return app.instances
    .filter(({ state, instanceIndex }) => state === "RUNNING" && instanceIndex === index)
    .map(({ instanceGuid }) => instanceGuid);
}
