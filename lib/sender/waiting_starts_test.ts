import { expect } from "expect";
import fc from "fast-check";
import { AppFixture } from "../../test_helpers/app.ts";
import { queuedStart } from "../../test_helpers/queued_messages.ts";
import { appKey } from "../models/app_key.ts";
import type { QueuedStart } from "./select_due.ts";
import { compareStarts } from "./sending_order.ts";
import { takeTurns } from "./take_turns.ts";
import { WaitingStarts } from "./waiting_starts.ts";

/** Starts of a few apps: which app, when due, and whether it is an evacuation's. */
const someStarts = fc.array(
  fc.record({ app: fc.nat(4), sendOn: fc.nat(5), evacuates: fc.boolean() }),
  { maxLength: 30 },
).map((starts) =>
  starts.map(({ app, sendOn, evacuates }, index): QueuedStart =>
    queuedStart(new AppFixture(`app-${app}`), {
      ...{ sendOn, instanceIndex: index, priority: evacuates ? 1 : 0 },
      reason: evacuates ? "EVACUATING" : "MISSING",
    })
  )
);

Deno.test("takeApps() by turns takes the apps of those whom takeTurns() has first [SND-20]", () => {
  fc.assert(fc.property(someStarts, fc.nat(12), (starts, count) => {
    const waiting = new WaitingStarts();
    waiting.add(starts);
    const line = [...starts].sort((a, b) => compareStarts(a.message, b.message));
    const expected = takeTurns(line).slice(0, count).map(({ message }) => appKey(message));
    expect([...waiting.takeApps(count, { byTurns: true })].sort()).toEqual(
      [...new Set(expected)].sort(),
    );
  }));
});

Deno.test("takeApps() takes all that wait of an app, and nobody twice", () => {
  const app = new AppFixture("app");
  const waiting = new WaitingStarts();
  waiting.add([queuedStart(app, { instanceIndex: 0 }), queuedStart(app, { instanceIndex: 1 })]);
  expect([...waiting.takeApps(1, { byTurns: true })]).toEqual([appKey(app.id)]);
  expect([waiting.size, waiting.takeApps(1, { byTurns: true }).size]).toEqual([0, 0]);
});
