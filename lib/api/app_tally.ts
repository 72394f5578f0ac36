/**
 * What one app adds to the counts of the fleet, and in which lists it stands. Of a million apps nearly all
 * come to the same few tallies, so equal ones are one object. Pure.
 *
 * @module
 */

import {
  type App,
  desiredIndicesReporting,
  desiredInstances,
  isStaged,
  startingOrRunningInstances,
} from "../models/app.ts";
import { isWanted } from "../models/desired_app_state.ts";
import type { InstanceState } from "../models/instance_heartbeat.ts";

/** What an app can be listed by. An app may be in several states at once, each by another instance. */
export const APP_LISTS = [
  "all",
  "desired",
  "staging",
  "running",
  "starting",
  "evacuating",
  "crashed",
  "missing",
  "undesired",
  "queued",
] as const;

/** One of {@linkcode APP_LISTS}. */
export type AppList = typeof APP_LISTS[number];

/** What an app adds to the counts of instances. */
export interface InstanceCounts {
  /** Instances desired of apps that are staged. */
  readonly desired: number;
  readonly running: number;
  readonly starting: number;
  readonly evacuating: number;
  readonly crashed: number;
  /** Desired indices of staged apps at which nothing reports. */
  readonly missing: number;
}

/** Of one app. */
export interface AppTally {
  readonly instances: InstanceCounts;
  /** The lists it stands in. */
  readonly lists: readonly AppList[];
}

/** What an app adds; `queued` says whether a message waits for it. */
export function tallyApp(app: App, { queued }: { readonly queued: boolean }): AppTally {
  const instances = countInstances(app);
  return { instances, lists: APP_LISTS.filter((list) => isIn(list, { app, instances, queued })) };
}

/** A name that equal tallies share and others do not. */
export function nameOfTally({ instances, lists }: AppTally): string {
  return [...Object.values(instances), ...lists].join();
}

function countInstances(app: App): InstanceCounts {
  const counts = { desired: 0, running: 0, starting: 0, evacuating: 0, crashed: 0, missing: 0 };
  for (const { state } of app.instances) counts[COUNTED[state]] += 1;
  if (isWantedApp(app) && isStaged(app)) {
    counts.desired = desiredInstances(app);
    counts.missing = counts.desired - desiredIndicesReporting(app);
  }
  return counts;
}

const COUNTED = {
  "RUNNING": "running",
  "STARTING": "starting",
  "EVACUATING": "evacuating",
  "CRASHED": "crashed",
} as const satisfies Record<InstanceState, keyof InstanceCounts>;

function isIn(
  list: AppList,
  { app, instances, queued }: {
    readonly app: App;
    readonly instances: InstanceCounts;
    readonly queued: boolean;
  },
): boolean {
  switch (list) {
    case "all":
      return true;
    case "desired":
      return isWantedApp(app) && !isStaging(app);
    case "staging":
      return isWantedApp(app) && isStaging(app);
    case "undesired":
      return !isWantedApp(app) && startingOrRunningInstances(app) > 0;
    case "queued":
      return queued;
    default:
      return instances[list] > 0;
  }
}

function isWantedApp({ desired }: App): boolean {
  return desired !== undefined && isWanted(desired);
}

function isStaging({ desired }: App): boolean {
  return desired?.packageState === "PENDING";
}
