import { expect } from "expect";
import fc from "fast-check";
import { anyApp } from "../../test_helpers/any_app.ts";
import { AppFixture } from "../../test_helpers/app.ts";
import { queuedStart, queuedStop } from "../../test_helpers/queued_messages.ts";
import type { App } from "../models/app.ts";
import { appKey } from "../models/app_key.ts";
import { Agenda, type QueuesInView } from "./agenda.ts";
import { type PassPlan, planPass, type QueuedStart, type QueuedStop } from "./select_due.ts";

const GUIDS = ["a", "b", "c"];
const NOTHING = new Set<string>();

/** The queues and apps of a small platform, and an agenda that is told of what changes. */
class World implements QueuesInView {
  readonly agenda = new Agenda();
  readonly starts = new Map<string, QueuedStart>();
  readonly stops = new Map<string, QueuedStop>();
  readonly apps = new Map<string, App>();
  now = 100;
  #revision = 10;

  pendingKeys(): string[] {
    return [...this.starts.values(), ...this.stops.values()].map(({ message }) => appKey(message));
  }

  pending(key: string) {
    const of = <T extends { readonly message: { appGuid: string; appVersion: string } }>(
      queue: ReadonlyMap<string, T>,
    ) => [...queue].filter(([, { message }]) => appKey(message) === key).map(([name]) => name);
    return {
      starts: new Map(of(this.starts).map((name, index) => [index, name])),
      stops: new Map(of(this.stops).map((name) => [name, name])),
    };
  }

  start(storeKey: string): QueuedStart | undefined {
    return this.starts.get(storeKey);
  }

  stop(storeKey: string): QueuedStop | undefined {
    return this.stops.get(storeKey);
  }

  changeQueue(key: string): void {
    this.agenda.note({ everything: false, fleet: NOTHING, queue: new Set([key]) });
  }

  changeApp(app: App): void {
    this.apps.set(appKey(app), app);
    this.agenda.note({ everything: false, fleet: new Set([appKey(app)]), queue: NOTHING });
  }

  queueStart(start: QueuedStart): void {
    this.starts.set(`${appKey(start.message)}/${start.message.instanceIndex}`, {
      ...start,
      revision: this.#revision++,
    });
    this.changeQueue(appKey(start.message));
  }

  queueStop(stop: QueuedStop): void {
    this.stops.set(`${appKey(stop.message)}/${stop.message.instanceGuid}`, {
      ...stop,
      revision: this.#revision++,
    });
    this.changeQueue(appKey(stop.message));
  }

  /** What the sender does with a plan, and what its mirror then tells. */
  obey(plan: PassPlan): void {
    const sentOn = this.now;
    for (const { message } of plan.starts.send) {
      this.queueStart({ message: { ...message, sentOn }, revision: 0 });
    }
    for (const { queued: { message } } of plan.stops.send) {
      this.queueStop({ message: { ...message, sentOn }, revision: 0 });
    }
    const gone = [...plan.starts.expired, ...plan.starts.dropped.map(({ queued }) => queued)];
    for (const { message } of gone) {
      this.starts.delete(`${appKey(message)}/${message.instanceIndex}`);
      this.changeQueue(appKey(message));
    }
    const over = [...plan.stops.expired, ...plan.stops.dropped.map(({ queued }) => queued)];
    for (const { message } of over) {
      this.stops.delete(`${appKey(message)}/${message.instanceGuid}`);
      this.changeQueue(appKey(message));
    }
  }
}

/** What a plan does, apart from what it leaves alone. */
function deeds({ starts, stops }: PassPlan): unknown {
  const sorted = (list: readonly { readonly message: { readonly messageId: string } }[]) =>
    list.map(({ message }) => message.messageId).sort();
  return {
    send: starts.send.map(({ message }) => message.messageId),
    dropped: sorted(starts.dropped.map(({ queued }) => queued)),
    expired: sorted(starts.expired),
    stops: stops.send.map(({ queued, message }) => [queued.message.messageId, message.isDuplicate]),
    droppedStops: sorted(stops.dropped.map(({ queued }) => queued)),
    expiredStops: sorted(stops.expired),
  };
}

type Step = (world: World) => void;

const guid = fc.constantFrom(...GUIDS);
const step: fc.Arbitrary<Step> = fc.oneof(
  // Few instances, so that most starts are right and have to wait for room.
  fc.tuple(guid, anyApp(), fc.nat(2)).map(([name, app, count]): Step => (world) => {
    const instances = app.instances.slice(0, count).map((one) => ({ ...one, appGuid: name }));
    const desired = app.desired && { desired: { ...app.desired, appGuid: name } };
    world.changeApp({ ...app, ...desired, appGuid: name, instances });
  }),
  fc.record({
    name: guid,
    index: fc.nat(4),
    delay: fc.nat(8),
    keepAlive: fc.nat(6),
    priority: fc.constantFrom(0.5, 1, 2),
  }).map(({ name, index: instanceIndex, delay, keepAlive, priority }): Step => (world) => {
    const app = { appGuid: name, appVersion: "version" };
    const messageId = `${name}-${instanceIndex}`;
    const sendOn = world.now + delay;
    world.queueStart(queuedStart(app, { instanceIndex, sendOn, keepAlive, priority, messageId }));
  }),
  fc.record({ name: guid, instance: fc.nat(9), delay: fc.nat(8) })
    .map(({ name, instance, delay }): Step => (world) => {
      const app = { appGuid: name, appVersion: "version" };
      const messageId = `${name}-stop-${instance}`;
      const sendOn = world.now + delay;
      const instanceGuid = `instance-${instance}`;
      world.queueStop(queuedStop(app, { instanceGuid, sendOn, keepAlive: 5, messageId }));
    }),
  fc.nat(6).map((seconds): Step => (world) => {
    world.now += seconds;
  }),
);

for (const takesTurns of [false, true]) {
  const how = takesTurns ? "by turns" : "whoever is due the longest first";
  Deno.test(`Agenda leaves out nothing that a pass over everything would do, ${how} [SND-05] [SND-19] [I7]`, () => {
    const passes = fc.array(
      fc.record({ steps: fc.array(step, { maxLength: 6 }), room: fc.nat(3) }),
      { minLength: 1, maxLength: 12 },
    );
    fc.assert(fc.property(passes, (runs) => {
      const world = new World();
      for (const { steps, room } of runs) {
        for (const act of steps) act(world);
        const input = {
          apps: (key: string) => world.apps.get(key),
          now: world.now,
          messageLimit: room,
          takesTurns,
        };
        const full = planPass({
          ...input,
          starts: [...world.starts.values()],
          stops: [...world.stops.values()],
        });
        const items = world.agenda.take(world, { now: world.now, room, byTurns: takesTurns });
        const plan = planPass({ ...input, ...items });
        world.agenda.keepWaiting(plan.starts.throttled);
        expect(deeds(plan)).toEqual(deeds(full));
        expect(world.agenda.waiting).toBe(full.starts.throttled.length);
        world.obey(plan);
      }
    }));
  });
}

Deno.test("Agenda looks at what there is to do, not at what waits [SND-18]", () => {
  const world = new World();
  const fixture = (name: string) => new AppFixture(name);
  for (let number = 0; number < 1_000; number += 1) {
    world.queueStart(queuedStart(fixture(`app-${number}`).id, { sendOn: 90 }));
  }
  const options = { now: world.now, room: 3, byTurns: false };
  const first = world.agenda.take(world, options).starts;
  expect(first.length).toBe(1_000);
  world.agenda.keepWaiting(first);
  const second = world.agenda.take(world, options).starts;
  expect([second.length, world.agenda.waiting]).toEqual([3, 997]);
});

Deno.test("Agenda says when time alone is worth a look [SND-04] [PEN-14] [PEN-16]", () => {
  const world = new World();
  expect(world.agenda.nextOn).toBe(Infinity);
  world.queueStart(queuedStart(new AppFixture("app").id, { sendOn: 150 }));
  world.queueStop(
    queuedStop(new AppFixture("app").id, { instanceGuid: "i", sentOn: 99, keepAlive: 41 }),
  );
  world.agenda.take(world, { now: 100, room: 9, byTurns: false });
  expect(world.agenda.nextOn).toBe(140);
  world.agenda.take(world, { now: 140, room: 9, byTurns: false });
  expect(world.agenda.nextOn).toBe(150);
});

Deno.test("Agenda begins anew after a failure, and when everything may have changed", () => {
  const world = new World();
  world.queueStart(queuedStart(new AppFixture("app").id, { sendOn: 150 }));
  const take = () => world.agenda.take(world, { now: 100, room: 9, byTurns: false }).starts.length;
  expect([take(), take()]).toEqual([1, 0]);
  world.agenda.noteEverything();
  expect([take(), take()]).toEqual([1, 0]);
  world.agenda.note({ everything: true, fleet: NOTHING, queue: NOTHING });
  expect(take()).toBe(1);
});
