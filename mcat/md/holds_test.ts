import { expect } from "expect";
import { placeHold } from "../../lib/holds/place_hold.ts";
import { resume } from "../../lib/holds/resume.ts";
import type { Heartbeat } from "../../lib/models/heartbeat.ts";
import { readHolds } from "../../lib/store/collections/holds.ts";
import { AppFixture } from "../../test_helpers/app.ts";
import { forEachStore } from "./fixture.ts";
import type { Scenario } from "./scenario.ts";

const DEAS = 20;
const word = { by: "ada", reason: "a scenario", seconds: 600 };
const app = new AppFixture("app");

/** A DEA for each of these indices, which runs that instance. */
function deas(from: number, to: number): Heartbeat[] {
  return Array.from({ length: to - from }, (_, at) => {
    const instance = app.instanceAtIndex(from + at).onDea(`dea-${from + at}`).heartbeat();
    return { deaGuid: instance.deaGuid, instances: [instance] };
  });
}

async function held(md: Scenario): Promise<string[]> {
  const { store, layout } = md.outside;
  return (await readHolds(store, layout)).holds.map(({ name }) => name);
}

/** Everything runs, each instance on a DEA of its own, until only those up to `left` are heard. */
async function lose(md: Scenario, left: number): Promise<void> {
  md.desire(app.desiredState({ instances: DEAS }));
  md.report(...deas(0, DEAS));
  await md.becomeFresh();
  await md.tick();
  md.report(...deas(0, left));
  // Presence ends, and a grace period goes by.
  await md.tick(8);
}

forEachStore(
  "a tenth of the DEAs fall silent: what they ran is started elsewhere [I6] [F23]",
  async (md) => {
    await lose(md, 18);
    expect(md.starts.map(({ instanceIndex }) => instanceIndex)).toEqual([18, 19]);
    expect(await held(md)).toEqual([]);
  },
);

forEachStore(
  "most DEAs fall silent: starts are held until enough are back [I6] [F23]",
  async (md) => {
    await lose(md, 8);
    expect(md.orders).toEqual([]);
    expect(await held(md)).toEqual(["dea_loss"]);
    md.report(...deas(0, 12));
    await md.tick();
    const indices = md.starts.map(({ instanceIndex }) => instanceIndex);
    expect(indices.toSorted((a, b) => a - b)).toEqual([12, 13, 14, 15, 16, 17, 18, 19]);
    expect(await held(md)).toEqual([]);
  },
);

forEachStore(
  "most DEAs fall silent: starts are sent once an operator resumes [I6] [F23]",
  async (md) => {
    await lose(md, 8);
    expect(md.orders).toEqual([]);
    await resume("dea_loss", word, md.outside);
    await md.send();
    expect(md.starts).toHaveLength(8); // As many as one pass may send.
    await md.send();
    expect(md.starts).toHaveLength(12);
    await md.tick();
    expect(await held(md)).toEqual([]);
  },
);

forEachStore(
  "a Cloud Controller that names no app stops nothing until it is confirmed [I6] [F21] [B5]",
  async (md) => {
    md.desire(app.desiredState({ instances: 2 }));
    md.report(...deas(0, 2));
    await md.becomeFresh();
    md.desire();
    for (let fetch = 0; fetch < 3; fetch += 1) {
      await expect(md.tickWithoutSender()).rejects.toMatchObject({ failure: "held" });
      await md.analyze();
      await md.send();
    }
    expect(md.orders).toEqual([]);
    expect(await held(md)).toEqual(["desired_shrink"]);
    await resume("desired_shrink", word, md.outside);
    await md.tick();
    expect(md.stops).toHaveLength(2);
    expect(await held(md)).toEqual([]);
  },
);

forEachStore(
  "starts that are held in a crash storm are sent when they are resumed, those that are right [S20]",
  async (md) => {
    const apps = Array.from({ length: 10 }, (_, number) => new AppFixture(`app-${number}`));
    md.desire(...apps.map((each) => each.desiredState()));
    md.report({ deaGuid: "dea", instances: apps.flatMap((each) => each.runningInstances(1)) });
    await md.becomeFresh();
    await placeHold("starts", word, md.outside);
    md.report({
      deaGuid: "dea",
      instances: apps.map((each) => each.instanceAtIndex(0).heartbeat("CRASHED")),
    });
    await md.tick(3);
    expect(md.orders).toEqual([]);
    md.desire(...apps.slice(1).map((each) => each.desiredState()));
    await md.tick();
    await resume("starts", word, md.outside);
    await md.send();
    await md.send();
    expect(new Set(md.starts.map(({ appGuid }) => appGuid)))
      .toEqual(new Set(apps.slice(1).map(({ appGuid }) => appGuid)));
    expect(md.starts).toHaveLength(9);
  },
);
