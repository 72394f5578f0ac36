import { expect } from "expect";
import { AppFixture } from "../../test_helpers/app.ts";
import { queuedStart, queuedStop } from "../../test_helpers/queued_messages.ts";
import { StoredFleet } from "../../test_helpers/stored_fleet.ts";
import { parseConfig } from "../config/parse_config.ts";
import { type Hold, holdToWire } from "../models/hold.ts";
import { NotFreshError } from "../store/store_errors.ts";
import { dryRun, type DryRunner } from "./dry_run.ts";
import { wouldAct } from "./foretell.ts";
import { foretoldToWire, renderForetold, summarizeForetold } from "./render_foretold.ts";

const { config } = parseConfig({
  text: "{store_type: memory, sender_message_limit: 1}",
  path: "hm9000.yml",
  env: {},
});
const app = new AppFixture("app");
const extra = new AppFixture("extra");
const extraGuid = extra.instanceAtIndex(0).instanceGuid;
const HOLD: Hold = {
  name: "stops",
  holds: "stops",
  source: "operator",
  reason: "careful",
  by: "ada",
  setAt: 100,
};

async function run(who: DryRunner, fleet: StoredFleet) {
  const { store, layout, time, log, metrics } = fleet;
  return await dryRun(who, { store, layout, time, log, metrics, config });
}

async function lines(who: DryRunner, fleet: StoredFleet): Promise<string[]> {
  return (await run(who, fleet)).map((one) => renderForetold(one, fleet.time.now()));
}

/** Index 1 of an app is missing, and one instance is nobody's. */
async function broken(): Promise<StoredFleet> {
  const fleet = new StoredFleet();
  await fleet.makeFresh();
  await fleet.desire(app.desiredState({ instances: 2 }));
  await fleet.report(app.heartbeat(1), { ...extra.heartbeat(1), deaGuid: "another" });
  return fleet;
}

Deno.test("dryRun() of the analyzer says what it would queue and the sender send, and why", async () => {
  await using fleet = await broken();
  const before = [await fleet.read(fleet.layout.root), await fleet.store.revision()];
  expect(await lines("analyzer", fleet)).toEqual([
    "enqueue start (MISSING) of app,app-version[1], due in 30 s: index 1 has no instance",
    `enqueue stop (EXTRA) of ${extraGuid} of extra,extra-version, due now: the app is not desired`,
    `send stop (EXTRA) of ${extraGuid} of extra,extra-version: nobody wants it there`,
  ]);
  expect(await lines("sender", fleet)).toEqual([]);
  expect([await fleet.read(fleet.layout.root), await fleet.store.revision()]).toEqual(before);
});

Deno.test("dryRun() of the sender says what it would send, drop, expire and leave", async () => {
  await using fleet = await broken();
  await fleet.outbox.enqueueStarts([
    queuedStart(app.id, { instanceIndex: 0 }),
    queuedStart(app.id, { instanceIndex: 1 }),
    queuedStart(app.id, { instanceIndex: 3, sentOn: 100, keepAlive: 30 }),
    queuedStart(app.id, { instanceIndex: 4, skipVerification: true }),
    queuedStart(app.id, { instanceIndex: 5, sendOn: 999 }),
  ].map(({ message }) => ({ message })));
  await fleet.outbox.enqueueStops([queuedStop(extra.id, { instanceGuid: extraGuid }).message]);
  const hold = JSON.stringify(holdToWire(HOLD));
  await fleet.put(`${fleet.layout.holdsPrefix}${HOLD.name}`, hold);
  const revision = await fleet.store.revision();
  expect(await lines("sender", fleet)).toEqual([
    "expire start (MISSING) of app,app-version[3]: sent 100 s ago",
    "drop start (MISSING) of app,app-version[0]: index 0 already starts or runs",
    "send start (MISSING) of app,app-version[1]: due, and still right",
    "throttle start (MISSING) of app,app-version[4]: a pass sends 1 starts",
    `hold stop (EXTRA) of ${extraGuid} of extra,extra-version: held by ada: careful`,
  ]);
  expect(await fleet.store.revision()).toBe(revision);
  const foretold = await run("sender", fleet);
  expect(summarizeForetold(foretold))
    .toBe("0 would be enqueued, 1 sent, 1 dropped, 1 expired; 2 would go on waiting");
  expect(wouldAct(foretold)).toBe(true);
  expect(wouldAct(foretold.slice(3))).toBe(false);
});

Deno.test("dryRun() does not foretell what a record stands in the way of that nobody can read", async () => {
  await using fleet = await broken();
  await fleet.put(`${fleet.layout.startPrefix}app,app-version,1`, "{");
  expect(await lines("analyzer", fleet)).toHaveLength(2);
  expect(await fleet.read(fleet.layout.startPrefix)).toEqual({ "app,app-version,1": "{" });
});

Deno.test("dryRun() refuses a store that is not fresh [ANA-27] [SND-02]", async () => {
  await using fleet = await broken();
  await fleet.remove(fleet.layout.actualFreshKey);
  for (const who of ["analyzer", "sender"] as const) {
    await expect(run(who, fleet)).rejects.toThrow(NotFreshError);
  }
});

Deno.test("dryRun() of a fleet as it should be finds nothing", async () => {
  await using fleet = new StoredFleet();
  await fleet.makeFresh();
  await fleet.desire(app.desiredState());
  await fleet.report(app.heartbeat(1));
  const foretold = await run("analyzer", fleet);
  expect([foretold, wouldAct(foretold)]).toEqual([[], false]);
  expect(summarizeForetold(foretold)).toBe("0 would be enqueued, 0 sent, 0 dropped, 0 expired");
});

Deno.test("foretoldToWire() has wire names, and no id of what is not queued yet", async () => {
  await using fleet = await broken();
  const [start, stop] = (await run("analyzer", fleet)).map(foretoldToWire);
  expect(start).toEqual({
    "action": "enqueue",
    "kind": "start",
    "droplet": "app",
    "version": "app-version",
    "index": 1,
    "reason": "MISSING",
    "why": "index 1 has no instance",
    "due_at": 230,
  });
  expect(stop).toMatchObject({ "kind": "stop", "instance": extraGuid });
  await fleet.outbox.enqueueStarts([
    { message: queuedStart(app.id, { instanceIndex: 1, messageId: "m" }).message },
  ]);
  const [sent] = (await run("sender", fleet)).map(foretoldToWire);
  expect(sent).toMatchObject({ "action": "send", "message_id": "m" });
});
