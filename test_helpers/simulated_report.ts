/**
 * What a simulated platform looks like from outside, and whether it is whole: at every desired index of
 * every app exactly one instance runs, on a DEA that is alive, and nothing else does. Pure.
 *
 * @module
 */

import { type AppId, appKey } from "../lib/models/app_key.ts";
import type { DesiredAppState } from "../lib/models/desired_app_state.ts";
import type { InstanceHeartbeat } from "../lib/models/instance_heartbeat.ts";

/** Where in its life a DEA is. One that has left was evacuated and is empty; a dead one just stopped. */
export type DeaState = "live" | "evacuating" | "left" | "dead";

/** A DEA as the report is made of it. */
export interface DeaView {
  readonly deaGuid: string;
  readonly state: DeaState;
  readonly instances: readonly InstanceHeartbeat[];
}

/** How many instances of each kind there are at one index of an app. */
export interface IndexReport {
  readonly index: number;
  readonly desired: boolean;
  readonly running: number;
  readonly starting: number;
  readonly evacuating: number;
  readonly crashed: number;
}

/** Desired against actual, of one app. */
export interface AppReport extends AppId {
  /** How many instances are desired. */
  readonly desired: number;
  /** How many instances run, wherever they do. */
  readonly running: number;
  /** Whether the app runs exactly as desired. */
  readonly whole: boolean;
  /** All indices that are desired or have instances, in ascending order. */
  readonly indices: readonly IndexReport[];
}

/** One DEA. */
export interface DeaReport {
  readonly deaGuid: string;
  readonly state: DeaState;
  /** How many instances it has, crashed ones not counted. */
  readonly instances: number;
}

/** The whole platform. */
export interface PlatformReport {
  /** In the order in which they were added; what runs without being known comes last. */
  readonly apps: readonly AppReport[];
  /** In the order in which they were added. */
  readonly deas: readonly DeaReport[];
  readonly whole: boolean;
}

/** Says what the platform looks like. What is on dead DEAs, or on such as have left, does not exist. */
export function reportPlatform(
  desired: readonly DesiredAppState[],
  deas: readonly DeaView[],
): PlatformReport {
  const present = deas.filter(({ state }) => state === "live" || state === "evacuating");
  const byApp = Map.groupBy(present.flatMap(({ instances }) => instances), appKey);
  const known = desired.map((app) => reportApp(app, byApp.get(appKey(app)) ?? []));
  const keys = new Set(desired.map(appKey));
  const unknown = [...byApp].filter(([key]) => !keys.has(key)).flatMap(([_key, instances]) => {
    const [first] = instances;
    return first === undefined ? [] : [reportApp({ ...first, instances: 0 }, instances)];
  });
  const apps = [...known, ...unknown];
  return { apps, deas: deas.map(reportDea), whole: apps.every(({ whole }) => whole) };
}

function reportApp(
  app: AppId & { readonly instances: number },
  instances: readonly InstanceHeartbeat[],
): AppReport {
  const byIndex = Map.groupBy(instances, ({ instanceIndex }) => instanceIndex);
  const all = new Set([...Array(app.instances).keys(), ...byIndex.keys()]);
  const indices = [...all].sort((a, b) => a - b)
    .map((index) => reportIndex(index, index < app.instances, byIndex.get(index) ?? []));
  return {
    appGuid: app.appGuid,
    appVersion: app.appVersion,
    desired: app.instances,
    running: indices.reduce((sum, { running }) => sum + running, 0),
    whole: indices.every(isAsDesired),
    indices,
  };
}

function reportIndex(
  index: number,
  desired: boolean,
  instances: readonly InstanceHeartbeat[],
): IndexReport {
  const count = (state: string) => instances.filter((instance) => instance.state === state).length;
  return {
    index,
    desired,
    running: count("RUNNING"),
    starting: count("STARTING"),
    evacuating: count("EVACUATING"),
    crashed: count("CRASHED"),
  };
}

/** A crashed instance takes nothing and serves nobody: it does not count. */
function isAsDesired({ desired, running, starting, evacuating }: IndexReport): boolean {
  return running === (desired ? 1 : 0) && starting === 0 && evacuating === 0;
}

function reportDea({ deaGuid, state, instances }: DeaView): DeaReport {
  const there = state === "dead" || state === "left" ? [] : instances;
  return { deaGuid, state, instances: there.filter((one) => one.state !== "CRASHED").length };
}
