/**
 * What will happen to an app next, one sentence an index: for the operator who asks why. Pure; it tells
 * what the rules of analyzer and sender come to, from what waits in the queues and from what is seen.
 *
 * @module
 */

import {
  type App,
  desiredInstances,
  hasStartingOrRunning,
  instancesAtIndex,
  isIndexDesired,
  isStaged,
} from "../models/app.ts";
import { type InstanceHeartbeat, isStartingOrRunning } from "../models/instance_heartbeat.ts";
import { isSent, type PendingMessage } from "../models/pending_message.ts";
import type { PendingStartMessage } from "../models/pending_start_message.ts";
import type { PendingStopMessage } from "../models/pending_stop_message.ts";

/** What the explanation goes by. */
export interface ExplainInput {
  /** The app as the store has it now. */
  readonly app: App;
  /** The app's own. */
  readonly pendingStarts: readonly PendingStartMessage[];
  /** The app's own, by instance guid. */
  readonly pendingStops: readonly PendingStopMessage[];
  /** Unix seconds. */
  readonly now: number;
  /** Why the store must not be acted upon; undefined when it is fresh. */
  readonly staleBecause: string | undefined;
}

/** What is to be said of one index. */
export interface IndexExplanation {
  /** Instance index, from 0. */
  readonly index: number;
  /** Whether the app is to run at this index. */
  readonly desired: boolean;
  /** The states of what is reported there, in order. */
  readonly states: readonly string[];
  /** Crash starts that its crash count has seen; 0 without one. */
  readonly crashes: number;
  /** One sentence. */
  readonly next: string;
}

/** Explains every index that is desired, reported or waited for, in order. */
export function explainApp(input: ExplainInput): IndexExplanation[] {
  return indicesOf(input).map((index) => {
    const instances = instancesAtIndex(input.app, index);
    const next = isIndexDesired(input.app, index)
      ? nextOfDesired({ ...input, index, instances })
      : nextOfExtra({ ...input, index, instances });
    return {
      index,
      desired: isIndexDesired(input.app, index),
      states: instances.map(({ state }) => state).sort(),
      crashes: input.app.crashCounts.find((c) => c.instanceIndex === index)?.crashCount ?? 0,
      next: input.staleBecause === undefined
        ? next
        : `nothing until the store is fresh; then: ${next}`,
    };
  });
}

interface IndexCase extends ExplainInput {
  readonly index: number;
  readonly instances: readonly InstanceHeartbeat[];
}

function indicesOf({ app, pendingStarts }: ExplainInput): number[] {
  const indices = new Set<number>();
  for (let index = 0; index < desiredInstances(app); index += 1) indices.add(index);
  for (const { instanceIndex } of app.instances) indices.add(instanceIndex);
  for (const { instanceIndex } of pendingStarts) indices.add(instanceIndex);
  return [...indices].sort((a, b) => a - b);
}

function nextOfDesired(subject: IndexCase): string {
  const { index, instances, pendingStarts, now } = subject;
  const stops = stopsOf(subject);
  if (stops.length > 0) return stops.map((stop) => describeStop(stop, now)).join("; ");
  const serving = instances.filter(isStartingOrRunning);
  if (serving.length > 1) return "the next analysis queues delayed stops for the duplicates";
  const start = pendingStarts.find((pending) => pending.instanceIndex === index);
  if (serving.length === 0 && start !== undefined) return describeStart(start, now);
  const evacuating = instances.some(({ state }) => state === "EVACUATING");
  if (evacuating && serving.some(({ state }) => state === "RUNNING")) {
    return "the next analysis queues a stop for the evacuated instance";
  }
  if (evacuating && serving.length === 0) {
    return "the next analysis queues a start elsewhere at once";
  }
  if (serving.length === 1) return `nothing: it is ${serving[0]?.state.toLowerCase()}`;
  return nextOfUnserved(subject);
}

function nextOfUnserved({ app, index, instances }: IndexCase): string {
  if (!isStaged(app)) return "nothing until the app is staged";
  const crashed = instances.some(({ state }) => state === "CRASHED");
  if (!crashed) return "the next analysis queues a start, due a grace period later";
  if (index !== 0 && !hasStartingOrRunning(app)) {
    return "nothing until an instance of the app starts: while all have crashed only index 0 is tried";
  }
  return "the next analysis queues a start, delayed by its crash count";
}

function nextOfExtra(subject: IndexCase): string {
  const { instances, now, pendingStarts, index } = subject;
  const stops = stopsOf(subject);
  if (stops.length > 0) return stops.map((stop) => describeStop(stop, now)).join("; ");
  if (instances.some((i) => isStartingOrRunning(i) || i.state === "EVACUATING")) {
    return "the next analysis queues a stop: the index is not desired";
  }
  const start = pendingStarts.find((pending) => pending.instanceIndex === index);
  if (start !== undefined && !isSent(start) && !start.skipVerification) {
    return "its pending start will be dropped: the index is not desired";
  }
  if (start !== undefined) return describeStart(start, now);
  return "nothing: what crashed there is not desired";
}

function stopsOf({ instances, pendingStops }: IndexCase): PendingStopMessage[] {
  const guids = new Set(instances.map(({ instanceGuid }) => instanceGuid));
  return pendingStops.filter(({ instanceGuid }) => guids.has(instanceGuid));
}

function describeStart(start: PendingStartMessage, now: number): string {
  const what = `start (${start.reason})`;
  if (isSent(start)) {
    return `${what} was sent ${now - start.sentOn} s ago; ${describeKept(start, now)}`;
  }
  if (start.sendOn > now) return `${what} is sent in ${start.sendOn - now} s, if still needed`;
  return `${what} is due: sent by the next pass of the sender that has room, if still needed`;
}

function describeStop(stop: PendingStopMessage, now: number): string {
  const what = `stop (${stop.reason}) of ${stop.instanceGuid}`;
  if (isSent(stop)) {
    return `${what} was sent ${now - stop.sentOn} s ago; ${describeKept(stop, now)}`;
  }
  if (stop.sendOn > now) return `${what} is sent in ${stop.sendOn - now} s, if still right`;
  return `${what} is due: sent by the next pass of the sender, if still right`;
}

function describeKept(message: PendingMessage, now: number): string {
  const left = message.sentOn + message.keepAlive - now;
  return left > 0 ? `judged again in ${left} s` : "judged again by the next analysis";
}
