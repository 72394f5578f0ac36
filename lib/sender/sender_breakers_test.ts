import { expect } from "expect";
import { queuedStop } from "../../test_helpers/queued_messages.ts";
import { app, extra, SendingFleet } from "../../test_helpers/sending_fleet.ts";
import { readHolds } from "../store/collections/holds.ts";
import { StoreUnavailableError } from "../store/store_errors.ts";
import { type Fence, UNFENCED } from "../store/fence.ts";

const BREAKERS = {
  deaShareMin: 0.6,
  deaFloor: 10,
  deaWindowSeconds: 600,
  stopShareMax: 0.1,
  stopFloor: 50,
};

async function present(fleet: SendingFleet, deas: number): Promise<void> {
  const { store, layout } = fleet;
  await store.transact({
    guards: [],
    mutations: [{ kind: "delete_prefix", prefix: layout.presencePrefix }],
  });
  for (let dea = 0; dea < deas; dea += 1) {
    await fleet.put(layout.presenceKey(`dea-${dea}`), `dea-${dea}`);
  }
}

async function waive(fleet: SendingFleet, breaker: string): Promise<void> {
  await fleet.remove(fleet.layout.holdKey(breaker));
  await fleet.put(fleet.layout.waiverKey(breaker), JSON.stringify({ "breaker": breaker }));
}

async function heldNames(fleet: SendingFleet): Promise<string[]> {
  const { holds } = await readHolds(fleet.store, fleet.layout);
  return holds.map(({ name }) => name);
}

for (const kind of ["polls", "mirrors"] as const) {
  const name = `pass() of a sender that ${kind}`;

  Deno.test(`${name} holds starts while too many DEAs are gone, and sends them when they are back [I6] [F23]`, async () => {
    await using fleet = new SendingFleet(kind, BREAKERS);
    await fleet.queue({ starts: 2, stops: 0 });
    await fleet.hold("starts");
    await present(fleet, 40);
    await fleet.pass();
    await fleet.remove(fleet.layout.holdKey("starts"));
    await present(fleet, 16);
    expect(await fleet.pass()).toMatchObject({ startsSent: 0, held: 2 });
    const { holds } = await readHolds(fleet.store, fleet.layout);
    expect(holds).toEqual([{
      name: "dea_loss",
      holds: "starts",
      source: "breaker",
      reason: expect.stringContaining("only 16 of 40 DEAs are present"),
      by: "dea_loss",
      setAt: 200,
    }]);
    expect(fleet.metrics.get("breaker_dea_loss")).toBe(1);
    expect(fleet.metrics.get("starts_held")).toBe(2);
    // It stands as it was placed, whatever changes, and over a restart.
    fleet.time.advance(3_600_000);
    await present(fleet, 17);
    fleet.restart();
    expect(await fleet.pass()).toMatchObject({ startsSent: 0, held: 2 });
    expect((await readHolds(fleet.store, fleet.layout)).holds).toEqual(holds);
    await present(fleet, 24);
    expect(await fleet.pass()).toMatchObject({ startsSent: 2, held: 0 });
    expect(await heldNames(fleet)).toEqual([]);
    expect(fleet.metrics.get("breaker_dea_loss")).toBe(0);
  });

  Deno.test(`${name} lets a tenth of the DEAs go, and a cold start be`, async () => {
    await using fleet = new SendingFleet(kind, BREAKERS);
    await fleet.queue({ starts: 2, stops: 0 });
    await present(fleet, 5);
    await fleet.hold("starts");
    await fleet.pass();
    await present(fleet, 100);
    await fleet.pass();
    await fleet.remove(fleet.layout.holdKey("starts"));
    await present(fleet, 90);
    expect(await fleet.pass()).toMatchObject({ startsSent: 2 });
  });

  Deno.test(`${name} remembers the peak of DEAs over a restart [I6]`, async () => {
    await using fleet = new SendingFleet(kind, BREAKERS);
    await fleet.queue({ starts: 0, stops: 0 });
    await present(fleet, 40);
    await fleet.pass();
    fleet.restart();
    await fleet.queue({ starts: 2, stops: 0 });
    await present(fleet, 10);
    expect(await fleet.pass()).toMatchObject({ startsSent: 0, held: 2 });
  });

  Deno.test(`${name} holds stops that are too many at once, and drops them when they are not right [I6] [B5]`, async () => {
    await using fleet = new SendingFleet(kind, BREAKERS);
    await fleet.queue({ starts: 1, stops: 51 });
    expect(await fleet.pass()).toMatchObject({ startsSent: 1, stopsSent: 0, held: 51 });
    expect(await heldNames(fleet)).toEqual(["mass_stop"]);
    expect(fleet.metrics.get("breaker_mass_stop")).toBe(1);
    expect(fleet.metrics.get("stops_held")).toBe(51);
    const before = await fleet.queued();
    fleet.restart();
    expect(await fleet.pass()).toMatchObject({ stopsSent: 0, held: 51 });
    expect(await fleet.queued()).toEqual(before);
    // The Cloud Controller wants them after all.
    await fleet.desire(extra.desiredState({ instances: 51 }));
    expect(await fleet.pass()).toMatchObject({ stopsSent: 0, dropped: 51, held: 0 });
    expect(await heldNames(fleet)).toEqual([]);
  });

  Deno.test(`${name} sends fifty stops at once, as few as they are of the fleet or not [SND-21]`, async () => {
    await using fleet = new SendingFleet(kind, BREAKERS);
    await fleet.queue({ starts: 0, stops: 50 });
    expect(await fleet.pass()).toMatchObject({ stopsSent: 50, held: 0 });
  });

  Deno.test(`${name} counts no stops of duplicates, which leave their index served [I4]`, async () => {
    await using fleet = new SendingFleet(kind, BREAKERS);
    await fleet.queue({ starts: 0, stops: 0 });
    await fleet.desire(app.desiredState({ instances: 60 }));
    const indices = Array.from({ length: 60 }, (_, index) => index);
    const twins = indices.map((index) => app.anotherInstanceAtIndex(index).heartbeat());
    await fleet.report(app.heartbeat(60), { deaGuid: "another-dea", instances: twins });
    await fleet.outbox.enqueueStops(
      twins.map(({ instanceGuid }) =>
        queuedStop(app.id, { instanceGuid, reason: "DUPLICATE" }).message
      ),
    );
    expect(await fleet.pass()).toMatchObject({ stopsSent: 60, held: 0 });
  });

  Deno.test(`${name} counts stops of one polling interval together, however many passes it makes [I6]`, async () => {
    await using fleet = new SendingFleet(kind, BREAKERS);
    await fleet.queue({ starts: 0, stops: 51 });
    const waiting = await fleet.outbox.list();
    const kept = waiting.stops.slice(0, 5);
    await fleet.outbox.remove(kept);
    expect(await fleet.pass()).toMatchObject({ stopsSent: 46 });
    await fleet.outbox.enqueueStops(kept.map(({ message }) => message));
    fleet.time.advance(9_999);
    expect(await fleet.pass()).toMatchObject({ stopsSent: 0, held: 5 });
    fleet.time.advance(1);
    expect(await fleet.pass()).toMatchObject({ stopsSent: 5, held: 0 });
  });

  Deno.test(`${name} lets pass what an operator waives, and holds again when the waiver has ended`, async () => {
    await using fleet = new SendingFleet(kind, BREAKERS);
    await fleet.queue({ starts: 0, stops: 51 });
    await fleet.pass();
    await waive(fleet, "mass_stop");
    expect(await fleet.pass()).toMatchObject({ stopsSent: 51 });
    await fleet.remove(fleet.layout.waiverKey("mass_stop"));
    fleet.time.advance(30_000);
    await fleet.pass();
    const { instanceGuid } = extra.instanceAtIndex(0).heartbeat();
    expect(await fleet.read(fleet.layout.stopPrefix)).not.toHaveProperty(instanceGuid);
    await fleet.queue({ starts: 0, stops: 51 });
    expect(await fleet.pass()).toMatchObject({ stopsSent: 0, held: 51 });
  });

  Deno.test(`${name} says once what is held, and once that it is not any more`, async () => {
    await using fleet = new SendingFleet(kind, BREAKERS);
    await fleet.queue({ starts: 0, stops: 51 });
    for (let pass = 0; pass < 3; pass += 1) await fleet.pass();
    await waive(fleet, "mass_stop");
    for (let pass = 0; pass < 3; pass += 1) await fleet.pass();
    const lines = fleet.log.lines.filter(({ message }) => /held back|hold has ended/.test(message));
    expect(lines.map(({ message, fields }) => `${message}: ${fields["hold"]}`)).toEqual([
      "Messages are held back: mass_stop",
      "A hold has ended: mass_stop",
    ]);
  });

  Deno.test(`${name} sends nothing when it cannot write what is held [I5]`, async () => {
    await using fleet = new SendingFleet(kind, BREAKERS);
    await fleet.queue({ starts: 1, stops: 51 });
    fleet.switched.transactFails = () => new StoreUnavailableError("away");
    await expect(fleet.pass()).rejects.toThrow("away");
    expect(fleet.bus.published).toEqual([]);
  });

  Deno.test(`${name} takes away a hold of its breakers that nothing is behind, unreadable or not`, async () => {
    await using fleet = new SendingFleet(kind, BREAKERS);
    await fleet.queue({ starts: 1, stops: 1 });
    await fleet.hold("starts", { name: "dea_loss", source: "breaker" });
    await fleet.put(fleet.layout.holdKey("mass_stop"), "{");
    expect(await fleet.pass()).toMatchObject({ startsSent: 1, stopsSent: 1 });
    expect(await heldNames(fleet)).toEqual([]);
  });

  Deno.test(`${name} counts DEAs anew when what was remembered cannot be read`, async () => {
    await using fleet = new SendingFleet(kind, BREAKERS);
    await fleet.queue({ starts: 1, stops: 0 });
    await fleet.put(fleet.layout.breakerKey("dea_loss"), "{");
    expect(await fleet.pass()).toMatchObject({ startsSent: 1 });
    expect(fleet.log.messages("error")).toHaveLength(1);
    expect(await fleet.read(fleet.layout.breakersPrefix)).toHaveProperty("dea_loss");
  });

  Deno.test(`${name} never trips with breakers that are off`, async () => {
    await using fleet = new SendingFleet(kind, { ...BREAKERS, deaShareMin: 0, stopShareMax: 1 });
    await fleet.queue({ starts: 1, stops: 60 });
    await present(fleet, 100);
    await fleet.hold("all");
    await fleet.pass();
    await fleet.remove(fleet.layout.holdKey("all"));
    await present(fleet, 1);
    await fleet.report(extra.heartbeat(60));
    expect(await fleet.pass()).toMatchObject({ startsSent: 1, stopsSent: 60 });
  });
}

Deno.test("a sender that does not lead any more places no hold [I9]", async () => {
  const fence: Fence = {
    ...UNFENCED,
    component: "sender",
    guards: [{ kind: "present", key: "/hm/locks/sender" }],
  };
  await using fleet = new SendingFleet("polls", BREAKERS, fence);
  await fleet.queue({ starts: 0, stops: 51 });
  await expect(fleet.pass()).rejects.toThrow(/Lost the leadership/);
  expect(await heldNames(fleet)).toEqual([]);
});
