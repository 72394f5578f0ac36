/**
 * Every stage once, in the order in which what a platform says passes through them, on a store of its own:
 * what each costs at a given number of instances. Whatever is said to be of 100 apps is so at every size:
 * such a stage should cost the same at all of them.
 *
 * @module
 */

import { MirroredAnalyzer } from "../../../lib/analyzer/mirrored_analyzer.ts";
import { Access } from "../../../lib/http_server/access.ts";
import { createRoutes } from "../../../lib/api/routes.ts";
import { lookUpAppStates } from "../../../lib/api/mirrored_app_states.ts";
import { InProcessBus } from "../../../lib/message_bus/in_process_bus.ts";
import { InProcessHub } from "../../../lib/message_bus/in_process_hub.ts";
import { FleetMirror } from "../../../lib/mirror/fleet_mirror.ts";
import { MirroredSender } from "../../../lib/sender/mirrored_sender.ts";
import { UNFENCED } from "../../../lib/store/fence.ts";
import type { Store } from "../../../lib/store/store.ts";
import { benchDeps } from "../bench_deps.ts";
import { appGuidOf, appVersionOf, FleetModel } from "../e2e/fleet_model.ts";
import { quantile } from "../samples.ts";
import { desiredStage } from "./desired_stage.ts";
import { ListenerStage } from "./listener_stage.ts";

/** Apps that change, are missing, are sent, or are asked about, at every size. */
export const CHANGES = 100;
/** How often what can be repeated is. */
const REPEATS = 3;
const FRESHNESS_TTL_SECONDS = 30;
const POLLING = { pollingIntervalSeconds: 10, timeoutSeconds: 600 };
const RULES = {
  gracePeriodSeconds: 0,
  crashesBeforeBackoff: 3,
  startingBackoffSeconds: 30,
  maximumBackoffSeconds: 960,
  crashCountTtlSeconds: 1_920,
};

/** What a stage cost. */
export interface StageCost {
  readonly stage: string;
  readonly ms: number;
}

/** Measures all stages with so many instances, one of each app, 100 on a DEA. */
export async function measureStages(
  store: Store,
  { n, signal }: { readonly n: number; readonly signal: AbortSignal },
): Promise<readonly StageCost[]> {
  const fleet = new FleetModel({
    ...{ apps: n, instancesPerDea: 100, crashedFraction: 0, empty: false },
    now: () => 1_700_000_000,
  });
  const costs = [
    await heartbeats(store, fleet),
    await desired(store, { n, signal }),
    await watching(store, { n, signal }),
  ];
  return costs.flat();
}

async function heartbeats(store: Store, fleet: FleetModel): Promise<StageCost[]> {
  await using listener = new ListenerStage(store);
  const hear = () => listener.hear(fleet);
  return [
    { stage: "listener, first heartbeats", ms: await once(hear) },
    { stage: "listener, unchanged heartbeats", ms: await often(hear) },
  ];
}

async function desired(store: Store, { n, signal }: Sized): Promise<StageCost[]> {
  const listener = desiredStage(store, () => n);
  const fetch = () => listener.pass(signal);
  return [
    { stage: "desired_state_listener, first fetch", ms: await once(fetch) },
    { stage: "desired_state_listener, unchanged fetch", ms: await often(fetch) },
  ];
}

interface Sized {
  readonly n: number;
  readonly signal: AbortSignal;
}

/** Those who look at the whole fleet do so through one view of it, as they do in one process. */
async function watching(store: Store, sized: Sized): Promise<StageCost[]> {
  await makeFresh(store);
  const mirror = new FleetMirror({
    ...{ ...benchDeps(), store },
    actualFreshnessTtlSeconds: FRESHNESS_TTL_SECONDS,
  });
  const stop = new AbortController();
  const running = mirror.run(stop.signal);
  try {
    const listed = await once(() => mirror.caughtUp());
    return [
      { stage: "view of the fleet, listed", ms: listed },
      ...await analysis(store, { ...sized, mirror }),
      ...await sending(store, mirror),
      ...await questions(mirror),
    ];
  } finally {
    stop.abort();
    await running;
  }
}

async function analysis(
  store: Store,
  { n, signal, mirror }: Sized & { readonly mirror: FleetMirror },
): Promise<StageCost[]> {
  using analyzer = new MirroredAnalyzer({
    ...{ ...benchDeps(), store, mirror, fence: UNFENCED, config: { ...POLLING, ...RULES } },
    ...{ actualFreshnessTtlSeconds: FRESHNESS_TTL_SECONDS, passesPerComparison: 0 },
  });
  const pass = () => analyzer.pass();
  const first = await once(pass);
  const quiet = await often(pass);
  await desiredStage(store, () => n + CHANGES).pass(signal);
  await mirror.caughtUp();
  return [
    { stage: "analyzer, first pass", ms: first },
    { stage: "analyzer, quiet pass", ms: quiet },
    { stage: `analyzer, ${CHANGES} missing`, ms: await once(pass) },
  ];
}

async function sending(store: Store, mirror: FleetMirror): Promise<StageCost[]> {
  const deps = benchDeps();
  await using bus = new InProcessBus(new InProcessHub(), deps);
  const subjects = { startSubject: "hm9000.start", stopSubject: "hm9000.stop" };
  using sender = new MirroredSender({
    ...{ ...deps, store, bus, mirror, fence: UNFENCED },
    config: { ...POLLING, ...subjects, messageLimit: CHANGES },
    actualFreshnessTtlSeconds: FRESHNESS_TTL_SECONDS,
  });
  const ms = await once(async () => {
    const { startsSent } = await sender.pass();
    if (startsSent !== CHANGES) throw new Error(`Cannot measure: ${startsSent} starts were sent`);
  });
  return [{ stage: `sender, ${CHANGES} starts`, ms }];
}

async function questions(mirror: FleetMirror): Promise<StageCost[]> {
  const deps = { ...benchDeps(), mirror, actualFreshnessTtlSeconds: FRESHNESS_TTL_SECONDS };
  const readAppStates = lookUpAppStates(deps);
  const routes = createRoutes({
    ...deps,
    readAppStates,
    access: new Access({ ...deps, credentials: undefined }),
  });
  const asked = Array.from({ length: CHANGES }, (_, app) => ({
    "droplet": appGuidOf(app),
    "version": appVersionOf(),
  }));
  const ask = async () => {
    const request = { method: "POST", body: JSON.stringify(asked) };
    const answer = await (await routes.request("/bulk_app_state", request)).json();
    const answers = Object.keys(answer).length;
    if (answers !== CHANGES) throw new Error(`Cannot measure: ${answers} apps were answered`);
  };
  return [{ stage: `api, ${CHANGES} apps asked about`, ms: await often(ask) }];
}

/** Actual state counts once it has been saved for a while: this one has. */
async function makeFresh(store: Store): Promise<void> {
  const key = benchDeps().layout.actualFreshKey;
  const value = JSON.stringify({ "timestamp": Math.floor(Date.now() / 1000) - 3_600 });
  await store.transact({ guards: [], mutations: [{ kind: "put", key, value }] });
}

async function once(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}

async function often(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  while (times.length < REPEATS) times.push(await once(work));
  return quantile(times, 0.5);
}
