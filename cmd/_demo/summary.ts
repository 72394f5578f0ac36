/**
 * What a demo has come to, in words.
 *
 * @module
 */

import type { AppReport, PlatformReport } from "../../test_helpers/simulated_report.ts";
import type { DemoFrame } from "./demo_event.ts";

/** Apps that are named when something is wrong with more. */
const NAMED_APPS_MAX = 5;

/** How many of the desired indices are as they should be. */
export interface IndexCount {
  readonly asDesired: number;
  readonly desired: number;
}

/** Counts desired indices, and those at which exactly one instance runs. */
export function countIndices({ apps }: PlatformReport): IndexCount {
  const desired = apps.flatMap(({ indices }) => indices.filter((index) => index.desired));
  const asDesired = desired.filter(({ running }) => running === 1);
  return { asDesired: asDesired.length, desired: desired.length };
}

/** Desired against actual: `33 of 35 desired instances run; not as desired: checkout 2/3, …`. */
export function summarize(report: PlatformReport): string {
  const { asDesired, desired } = countIndices(report);
  const broken = report.apps.filter(({ whole }) => !whole);
  const counts = `${asDesired} of ${desired} desired instances run`;
  return broken.length === 0 ? counts : `${counts}; not as desired: ${nameApps(broken)}`;
}

/** What is known and waits: `actual state fresh, desired state stale; 2 starts and 0 stops wait`. */
export function summarizeInsight({ insight }: DemoFrame): string {
  if (insight === undefined) return "nothing is known yet";
  const { actual, desired, pendingStarts, pendingStops } = insight;
  return `actual state ${fresh(actual)}, desired state ${fresh(desired)}; ` +
    `${count(pendingStarts, "start")} and ${count(pendingStops, "stop")} wait`;
}

/** The last line of a demo. */
export function describeVerdict(frame: DemoFrame): string {
  const { report, atSeconds, startsSent, stopsSent } = frame;
  const live = report.deas.filter(({ state }) => state === "live").length;
  const where = `on ${count(live, "live DEA")} after ${atSeconds.toFixed(1)} s`;
  const orders = `${count(startsSent, "start")} and ${count(stopsSent, "stop")} were sent`;
  return `${report.whole ? "Whole" : "Not whole"}: ${summarize(report)} ${where}; ${orders}`;
}

/** `1 start`, `2 starts`. */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}

function fresh(status: { readonly fresh: boolean }): string {
  return status.fresh ? "fresh" : "not fresh";
}

function nameApps(apps: readonly AppReport[]): string {
  const named = apps.slice(0, NAMED_APPS_MAX)
    .map(({ appGuid, running, desired }) => `${appGuid} ${running}/${desired}`);
  const more = apps.length - named.length;
  return more === 0 ? named.join(", ") : `${named.join(", ")} and ${`${more} more`}`;
}
