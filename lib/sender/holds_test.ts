import { expect } from "expect";
import { queuedStart } from "../../test_helpers/queued_messages.ts";
import { app, SENDER_CONFIG, SendingFleet } from "../../test_helpers/sending_fleet.ts";
import type { StartReason } from "../models/pending_start_message.ts";
import { StoreUnavailableError } from "../store/store_errors.ts";
import type { Transaction } from "../store/store.ts";
import type { MirroredSender } from "./mirrored_sender.ts";

/** Whether it puts messages that are marked as sent. */
function claims({ mutations }: Transaction): boolean {
  return mutations.some((mutation) =>
    mutation.kind === "put" && /"sent_on":[1-9]/.test(mutation.value)
  );
}

for (const kind of ["polls", "mirrors"] as const) {
  const name = `pass() of a sender that ${kind}`;

  Deno.test(`${name} sends all but what is held, and that untouched afterwards [S20] [I7]`, async () => {
    for (
      const [held, sent] of [
        ["starts", ["stop-0", "stop-1"]],
        ["stops", ["start-0", "start-1"]],
        ["all", []],
      ] as const
    ) {
      await using fleet = new SendingFleet(kind);
      await fleet.queue({ starts: 2, stops: 2 });
      const before = await fleet.queued();
      await fleet.hold(held);
      expect(await fleet.pass()).toMatchObject({ held: 4 - sent.length });
      expect(fleet.bus.ids).toEqual(sent);
      const held1 = Object.entries(await fleet.queued()).filter(([_, value]) =>
        JSON.parse(value)["sent_on"] === 0
      );
      for (const [key, value] of held1) expect(before[key]).toBe(value);
      expect(held1).toHaveLength(4 - sent.length);
      await fleet.remove(fleet.layout.holdKey(held));
      expect(await fleet.pass()).toMatchObject({ held: 0 });
      expect([...fleet.bus.ids].sort()).toEqual(["start-0", "start-1", "stop-0", "stop-1"]);
    }
  });

  Deno.test(`${name} verifies anew what was held: what is not right any more is not sent [VST-02]`, async () => {
    await using fleet = new SendingFleet(kind);
    await fleet.queue({ starts: 2, stops: 0 });
    await fleet.hold("starts");
    await fleet.desire(app.desiredState({ instances: 1 }));
    expect(await fleet.pass()).toMatchObject({ dropped: 0, held: 2 });
    await fleet.remove(fleet.layout.holdKey("starts"));
    expect(await fleet.pass()).toMatchObject({ startsSent: 1, dropped: 1 });
    expect(fleet.bus.ids).toEqual(["start-0"]);
  });

  Deno.test(`${name} claims no further batch once a hold is placed`, async () => {
    for (const held of ["starts", "stops"] as const) {
      await using fleet = new SendingFleet(kind);
      await fleet.queue({ starts: 0, stops: 0, [held]: 150 });
      fleet.bus.onFlush = () => fleet.hold(held);
      await fleet.pass();
      expect(fleet.bus.published).toHaveLength(100);
      const unsent = Object.values(await fleet.queued()).filter((value) =>
        JSON.parse(value)["sent_on"] === 0
      );
      expect(unsent).toHaveLength(50);
    }
  });

  Deno.test(`${name} releases what was held before the store had said that it is claimed [S20] [I7]`, async () => {
    for (const held of ["starts", "stops"] as const) {
      await using fleet = new SendingFleet(kind);
      await fleet.queue({ starts: 0, stops: 0, [held]: 3 });
      const before = await fleet.queued();
      const transact = fleet.switched.transact.bind(fleet.switched);
      fleet.switched.transact = async (transaction) => {
        const result = await transact(transaction);
        if (!claims(transaction)) return result;
        fleet.switched.transact = transact;
        fleet.time.advance(5_000);
        await fleet.hold(held);
        return result;
      };
      expect(await fleet.pass()).toMatchObject({ startsSent: 0, stopsSent: 0 });
      expect(fleet.bus.published).toEqual([]);
      expect(await fleet.queued()).toEqual(before);
    }
  });

  Deno.test(`${name} sends nothing when holds cannot be read [I5]`, async () => {
    await using fleet = new SendingFleet(kind);
    await fleet.queue({ starts: 2, stops: 2 });
    const before = await fleet.queued();
    const range = fleet.store.range.bind(fleet.store);
    await fleet.mirror.caughtUp();
    fleet.store.range = (prefix, options) => {
      if (prefix === fleet.layout.holdsPrefix) throw new StoreUnavailableError("away");
      return range(prefix, options);
    };
    await expect(fleet.pass()).rejects.toThrow("away");
    expect(fleet.bus.published).toEqual([]);
    expect(await fleet.queued()).toEqual(before);
  });

  Deno.test(`${name} sends nothing while a hold is there that nobody can read [I5]`, async () => {
    await using fleet = new SendingFleet(kind);
    await fleet.queue({ starts: 2, stops: 2 });
    await fleet.put(fleet.layout.holdKey("starts"), "{");
    expect(await fleet.pass()).toMatchObject({ held: 4 });
    expect(fleet.bus.published).toEqual([]);
  });

  Deno.test(`${name} deletes what was sent before and has expired, held or not [SND-10]`, async () => {
    await using fleet = new SendingFleet(kind);
    await fleet.queue({ starts: 0, stops: 1 });
    await fleet.pass();
    await fleet.hold("all");
    fleet.time.advance(30_000);
    expect(await fleet.pass()).toMatchObject({ expired: 1, held: 0 });
  });

  Deno.test(`${name} lets evacuations pass a breaker's hold, not an operator's [EVC-03]`, async () => {
    for (const [source, sent] of [["breaker", ["evacuation"]], ["operator", []]] as const) {
      await using fleet = new SendingFleet(kind);
      await fleet.queue({ starts: 0, stops: 0 });
      await fleet.desire(app.desiredState({ instances: 3 }));
      const queue = (reason: StartReason, instanceIndex: number, messageId: string) => ({
        message: queuedStart(app.id, { reason, instanceIndex, messageId }).message,
      });
      await fleet.outbox.enqueueStarts([
        queue("MISSING", 0, "missing"),
        queue("CRASHED", 1, "crashed"),
        queue("EVACUATING", 2, "evacuation"),
      ]);
      await fleet.hold("starts", { source, name: source });
      await fleet.pass();
      expect(fleet.bus.ids).toEqual(sent);
    }
  });
}

Deno.test("wake() comes when a hold ends, by its lease or by hand", async () => {
  await using fleet = new SendingFleet("mirrors");
  const sender = fleet.sender as MirroredSender;
  await fleet.queue({ starts: 1, stops: 0 });
  await fleet.hold("starts");
  await sender.pass();
  await fleet.mirror.caughtUp();
  let woken = false;
  const waking = sender.wake(new AbortController().signal).then(() => woken = true);
  await fleet.remove(fleet.layout.holdKey("starts"));
  while (!woken) {
    await fleet.mirror.caughtUp();
    fleet.time.advance(50);
  }
  await waking;
  expect(fleet.time.monotonicMs()).toBeLessThan(SENDER_CONFIG.pollingIntervalSeconds * 1000);
  expect(await sender.pass()).toMatchObject({ startsSent: 1 });
});
