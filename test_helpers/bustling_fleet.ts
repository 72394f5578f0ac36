/**
 * A platform at seven minutes past three in the morning, always the same: sixteen apps on six DEAs, of which
 * one has just died. For pictures of the status page, and for tests that look at it.
 *
 * @module
 */

import { holdToWire } from "../lib/models/hold.ts";
import { lockKey } from "../lib/store/layout.ts";
import { AppFixture } from "./app.ts";
import { queuedStart, queuedStop } from "./queued_messages.ts";
import { ServedFleet } from "./served_fleet.ts";
import { ServedPage } from "./served_page.ts";

/** What time it is there: 2026-03-14, 03:07:12 UTC. */
export const BUSTLING_NOW = 1_773_457_632;

const APPS = [
  ...["checkout", "catalog", "cart", "search", "payments", "invoices", "sessions", "media"],
  ...["mailer", "login", "reports", "billing", "frontpage", "tracking", "exports", "webhooks"],
];
const DEAS = 6;
/** The DEA that is not there any more. */
const DEAD = 2;

const HOURS = 3_600;
/** The index of `exports` that crashes again and again. */
const CRASHED_INDEX = 2;

/** The fleet as it is served; its DEAs were heard within the last ten seconds. */
export async function bustlingPage(): Promise<ServedPage> {
  const fleet = await bustlingFleet();
  const served = ServedPage.start(fleet);
  await fleet.mirror.caughtUp();
  for (const deaGuid of deaGuids()) {
    await fleet.put(fleet.layout.presenceKey(deaGuid), deaGuid);
    await fleet.mirror.caughtUp();
    fleet.time.advance(2_000);
  }
  return served;
}

function deaGuids(): string[] {
  return Array.from({ length: DEAS }, (_, at) => `dea-${at}-eu-central-1${"abc"[at % 3]}`)
    .filter((_, at) => at !== DEAD);
}

async function bustlingFleet(): Promise<ServedFleet> {
  const fleet = new ServedFleet(BUSTLING_NOW - 2 * (DEAS - 1));
  await fleet.makeFresh(BUSTLING_NOW - 9 * HOURS - 431);
  await putLeaders(fleet);
  await putApps(fleet);
  await putQueue(fleet);
  await putDecisions(fleet);
  return fleet;
}

/** Somebody holds all stops. */
export async function holdStops(fleet: ServedFleet, reason: string): Promise<void> {
  const hold = holdToWire({
    name: "stops",
    holds: "stops",
    source: "operator",
    reason,
    by: "ada",
    setAt: BUSTLING_NOW - 600,
    expiresAt: BUSTLING_NOW + 1_800,
  });
  await fleet.put(fleet.layout.holdKey("stops"), JSON.stringify(hold));
}

/** The version that every app of the fleet has. */
export const VERSION = "7d1f4c1e";

/** An app of the fleet. */
export function bustlingApp(name: string): AppFixture {
  return new AppFixture(name, { appGuid: name, appVersion: VERSION });
}

async function putLeaders(fleet: ServedFleet): Promise<void> {
  const components = ["actual_state_listener", "desired_state_listener", "analyzer", "sender"];
  for (const [at, component] of [...components, "evacuator", "shredder"].entries()) {
    await fleet.put(lockKey(component), `${at}f0e6a52-1c77-4b1e-9d0a-58c3b1a7f6e${at}`);
  }
}

async function putApps(fleet: ServedFleet): Promise<void> {
  const reports = Array.from({ length: DEAS }, (_, at) => ({
    deaGuid: `dea-${at}-eu-central-1${"abc"[at % 3]}`,
    instances: [] as ReturnType<AppFixture["runningInstances"]>[number][],
  }));
  let place = 0;
  for (const [at, name] of APPS.entries()) {
    const app = bustlingApp(name);
    const instances = 2 + at % 5;
    await fleet.desire(app.desiredState({ instances }));
    for (let index = 0; index < instances; index += 1) {
      place += 1;
      const report = reports[place % DEAS];
      if (report === undefined || place % DEAS === DEAD) continue;
      const instance = app.instanceAtIndex(index).onDea(report.deaGuid);
      report.instances.push(instance.heartbeat(stateOf(name, index), BUSTLING_NOW - 4_000));
    }
  }
  const superfluous = bustlingApp("oldshop").instanceAtIndex(0).onDea(reports[0]?.deaGuid ?? "");
  reports[0]?.instances.push(superfluous.heartbeat("RUNNING", BUSTLING_NOW - 90 * HOURS));
  await fleet.report(...reports.filter((_, at) => at !== DEAD));
  await fleet.crashed(bustlingApp("exports").crashCount(CRASHED_INDEX, 4));
}

function stateOf(name: string, index: number): "RUNNING" | "CRASHED" | "STARTING" {
  if (name === "exports" && index === CRASHED_INDEX) return "CRASHED";
  return name === "media" && index > 2 ? "STARTING" : "RUNNING";
}

async function putQueue(fleet: ServedFleet): Promise<void> {
  const start = (name: string, instanceIndex: number, after: number, sent = 0) =>
    queuedStart(bustlingApp(name).id, {
      instanceIndex,
      sendOn: BUSTLING_NOW + after,
      sentOn: sent === 0 ? 0 : BUSTLING_NOW - sent,
      keepAlive: 30,
      priority: 0.5,
    });
  const crashed = {
    reason: "CRASHED",
    sendOn: BUSTLING_NOW + 54,
    instanceIndex: CRASHED_INDEX,
  } as const;
  await fleet.queue(
    start("checkout", 1, -9, 4),
    start("cart", 0, -3),
    start("search", 2, 12),
    start("invoices", 1, 12),
    start("login", 0, 21),
    queuedStart(bustlingApp("exports").id, crashed),
    queuedStop(bustlingApp("oldshop").id, {
      instanceGuid: bustlingApp("oldshop").instanceAtIndex(0).instanceGuid,
      sendOn: BUSTLING_NOW - 2,
    }),
  );
}

async function putDecisions(fleet: ServedFleet): Promise<void> {
  const sent = [
    { name: "checkout", index: 1, before: 4, kind: "start_sent", reason: "MISSING" },
    { name: "mailer", index: 0, before: 11, kind: "start_sent", reason: "MISSING" },
    { name: "exports", index: CRASHED_INDEX, before: 187, kind: "start_sent", reason: "CRASHED" },
    { name: "reports", index: 3, before: 412, kind: "stop_sent", reason: "DUPLICATE" },
    { name: "exports", index: CRASHED_INDEX, before: 505, kind: "start_sent", reason: "CRASHED" },
  ] as const;
  const why = {
    "MISSING": "no instance reports",
    "CRASHED": "the instance has crashed",
    "DUPLICATE": "another instance of the index goes on",
  };
  for (const { name, index, before, kind, reason } of sent) {
    const at = BUSTLING_NOW - before;
    const { appGuid, appVersion } = bustlingApp(name);
    await fleet.decide(at * 1000, {
      ...{ at, component: "sender", kind, appGuid, appVersion, instanceIndex: index },
      ...{ reason, why: `index ${index}: ${why[reason]}` },
    });
  }
}
