/**
 * An app as it comes before the rules: the app, what already waits for it, and the few things that the
 * rules share. Pure.
 *
 * @module
 */

import type { AnalyzerConfig } from "../config/config.ts";
import { type App, isStaged } from "../models/app.ts";
import type { CrashCount } from "../models/crash_count.ts";
import type { InstanceHeartbeat } from "../models/instance_heartbeat.ts";
import { newPendingStart, type StartReason } from "../models/pending_start_message.ts";
import { newPendingStop, type StopReason } from "../models/pending_stop_message.ts";
import { type IndexTable, indexTable } from "./index_table.ts";
import type { StartDecision, StopDecision } from "./verdict.ts";

/** What of the analyzer's configuration the rules go by. */
export type RuleConfig = Pick<
  AnalyzerConfig,
  | "gracePeriodSeconds"
  | "crashesBeforeBackoff"
  | "startingBackoffSeconds"
  | "maximumBackoffSeconds"
>;

/** What waits in the queues for one app, sent or not. Maps and sets fit as they are. */
export interface AppPending {
  /** Has the instance indices of the app's pending starts. */
  readonly starts: { has(instanceIndex: number): boolean };
  /** Has the instance guids of the app's pending stops. */
  readonly stops: { has(instanceGuid: string): boolean };
}

/** What the analysis needs besides the app. */
export interface AnalyzeAppOptions {
  /** What waits in the queues for this app already. */
  readonly pending: AppPending;
  /** Unix seconds. */
  readonly now: number;
  /** The grace period and the limits of back-off. */
  readonly config: RuleConfig;
  /** Gives every new message its id. */
  readonly uuid: () => string;
}

/** What every rule is handed. */
export interface AppCase extends AnalyzeAppOptions {
  readonly app: App;
  readonly table: IndexTable;
  readonly staged: boolean;
  /** The share of the app that is not served, 0 to 1: the priority of its starts (ANA-23). */
  readonly missingShare: number;
  /** The crash count recorded for an index, if there is one. */
  crashCountAt(index: number): CrashCount | undefined;
}

/** Makes an app ready for the rules. */
export function appCase(app: App, options: AnalyzeAppOptions): AppCase {
  const table = indexTable(app);
  const counts = new Map(app.crashCounts.map((count) => [count.instanceIndex, count]));
  return {
    ...options,
    app,
    table,
    staged: isStaged(app),
    // Without desired indices there are no starts, and nothing to divide by (ANA-24).
    missingShare: table.desired === 0 ? 0 : (table.desired - table.desiredServing) / table.desired,
    crashCountAt: (index) => counts.get(index),
  };
}

/** What a rule says of a start; times in seconds. */
export interface StartSpec {
  readonly index: number;
  readonly reason: StartReason;
  readonly priority: number;
  readonly delaySeconds: number;
  readonly keepAliveSeconds: number;
  readonly why: string;
  readonly crashCount?: CrashCount;
}

/** A start that is due `delaySeconds` from now. */
export function decideStart(appCase: AppCase, spec: StartSpec): StartDecision {
  const { index, reason, priority, delaySeconds, keepAliveSeconds, why, crashCount } = spec;
  const { appGuid, appVersion } = appCase.app;
  const message = newPendingStart(appCase.now, {
    appGuid,
    appVersion,
    instanceIndex: index,
    reason,
    priority,
    delaySeconds,
    keepAliveSeconds,
    messageId: appCase.uuid(),
  });
  return crashCount === undefined ? { message, why } : { message, crashCount, why };
}

/** What a rule says of a stop; times in seconds. */
export interface StopSpec {
  readonly instance: InstanceHeartbeat;
  readonly reason: StopReason;
  readonly delaySeconds: number;
  readonly why: string;
}

/** A stop that is due `delaySeconds` from now, and kept for a grace period after it was sent (24.7). */
export function decideStop(appCase: AppCase, spec: StopSpec): StopDecision {
  const { instance, reason, delaySeconds, why } = spec;
  const { appGuid, appVersion } = appCase.app;
  const message = newPendingStop(appCase.now, {
    appGuid,
    appVersion,
    instanceGuid: instance.instanceGuid,
    reason,
    delaySeconds,
    keepAliveSeconds: appCase.config.gracePeriodSeconds,
    messageId: appCase.uuid(),
  });
  return { message, why };
}
