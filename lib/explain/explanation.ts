/**
 * What is to be said of one version of an app: plain values, which the command line renders and the API
 * serves.
 *
 * @module
 */

import type { RuleConfig } from "../analyzer/app_case.ts";
import type { App } from "../models/app.ts";
import type { Decision } from "../models/decision.ts";
import type { Hold } from "../models/hold.ts";
import type { InstanceHeartbeat } from "../models/instance_heartbeat.ts";
import type { PendingStartMessage } from "../models/pending_start_message.ts";
import type { PendingStopMessage } from "../models/pending_stop_message.ts";
import type { Freshness } from "../store/collections/freshness.ts";

/** What of the configuration an explanation goes by. */
export interface ExplainRules extends RuleConfig {
  /** How long the actual state must have been saved without a break. */
  readonly actualFreshnessTtlSeconds: number;
  /** The analyzer looks at the app within as long. */
  readonly analyzerPollingSeconds: number;
  /** The sender looks at the queue within as long. */
  readonly senderPollingSeconds: number;
}

/** What an explanation goes by. */
export interface ExplainInput {
  /** The app as it is now. */
  readonly app: App;
  /** The app's own, sent ones included. */
  readonly pendingStarts: readonly PendingStartMessage[];
  /** The app's own, sent ones included. */
  readonly pendingStops: readonly PendingStopMessage[];
  /** Unix seconds. */
  readonly now: number;
  /** Why the store must not be acted upon; undefined when it may. */
  readonly staleBecause: string | undefined;
  /** What is fresh, and since when. @default not told */
  readonly freshness?: Freshness | undefined;
  /** What the rules go by. */
  readonly rules: ExplainRules;
  /** What is held. @default nothing */
  readonly holds?: readonly Hold[];
  /** What was decided about the app of late, the newest first. @default not told */
  readonly decisions?: readonly Decision[] | undefined;
}

/** Whether the store may be acted upon. */
export interface StoreExplanation {
  /** Whether it may. */
  readonly fresh: boolean;
  /** Why it must not; undefined when it may. */
  readonly because?: string;
  /** Unix seconds since when both kinds of state are fresh, as far as that is known. */
  readonly freshSince?: number;
  /** Unix seconds at which it may be fresh at the earliest, if all goes well; undefined when it is. */
  readonly freshAt?: number;
}

/**
 * What an index of an app is. An index that is not desired is `extra` while something lives there, and
 * otherwise `crashed` or `unwanted`.
 */
export type IndexState =
  | "running"
  | "starting"
  | "duplicate"
  | "evacuating"
  | "crashed"
  | "missing"
  | "extra"
  | "unwanted";

/** What an index waits for before anything can happen to it. */
export type WaitsFor = "fresh_store" | "end_of_hold" | "staging";

/** The crashes of an index. */
export interface CrashExplanation {
  /** Starts after crashes that are counted. */
  readonly count: number;
  /** Unix seconds of the first of them. */
  readonly since: number;
  /** By how much the start after the next crash is delayed. */
  readonly nextDelaySeconds: number;
  /** Unix seconds until which a start that waits is delayed because of them; undefined if none is. */
  readonly backoffUntil?: number;
}

/** A message that went out. */
export interface SentExplanation {
  /** What it asked for. */
  readonly kind: "start" | "stop";
  /** Unix seconds. */
  readonly at: number;
  /** Why, in one word. */
  readonly reason: string;
  /** Id of the message. */
  readonly messageId?: string;
  /** The instance, of a stop. */
  readonly instanceGuid?: string;
}

/** What is to be said of one index. */
export interface IndexExplanation {
  /** Instance index, from 0. */
  readonly index: number;
  /** Whether the app is to run at this index. */
  readonly desired: boolean;
  /** What it is. */
  readonly state: IndexState;
  /** What is reported there. */
  readonly instances: readonly InstanceHeartbeat[];
  /** Undefined when none is counted. */
  readonly crashes?: CrashExplanation;
  /** What last went out for this index, as far as the queues and the log say. */
  readonly lastSent?: SentExplanation;
  /** One sentence on what happens next, and when. */
  readonly next: string;
  /** Unix seconds at which that happens, if time alone decides. */
  readonly nextAt?: number;
  /** What has to be over first; undefined when nothing stands in the way. */
  readonly waitsFor?: WaitsFor;
}

/** What is to be said of one version of an app. */
export interface Explanation {
  /** The app as it is now. */
  readonly app: App;
  /** Unix seconds: when "now" was. */
  readonly now: number;
  /** Whether anything may happen at all. */
  readonly store: StoreExplanation;
  /** The app's own, sent ones included. */
  readonly pendingStarts: readonly PendingStartMessage[];
  /** The app's own, sent ones included. */
  readonly pendingStops: readonly PendingStopMessage[];
  /** What keeps starts or stops from being sent. */
  readonly holds: readonly Hold[];
  /** Every index that is desired, reported or waited for, in order. */
  readonly indices: readonly IndexExplanation[];
  /** What was decided about the app of late, the newest first; undefined when it was not looked up. */
  readonly decisions?: readonly Decision[];
}
