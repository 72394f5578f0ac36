/**
 * What is known of one version of an app, what was decided about it of late, and what happens to it next,
 * one sentence an index: for the operator who asks why. Pure; what is foretold the rules of analyzer and
 * sender say themselves.
 *
 * @module
 */

import { crashDelaySeconds } from "../analyzer/crash_delay.ts";
import { desiredInstances, isIndexDesired } from "../models/app.ts";
import type { InstanceHeartbeat } from "../models/instance_heartbeat.ts";
import { isSent } from "../models/pending_message.ts";
import { explainStore } from "./explain_store.ts";
import type {
  CrashExplanation,
  ExplainInput,
  Explanation,
  IndexExplanation,
} from "./explanation.ts";
import { foresee, type Foresight } from "./foresee.ts";
import { indexState } from "./index_state.ts";
import { lastSent } from "./last_sent.ts";
import { nextStep } from "./next_step.ts";

/** Explains one version of an app. */
export function explain(input: ExplainInput): Explanation {
  const { app, now, pendingStarts, pendingStops, holds = [], decisions } = input;
  const foresight = foresee(input);
  const byIndex = Map.groupBy(app.instances, ({ instanceIndex }) => instanceIndex);
  return {
    app,
    now,
    store: explainStore(input),
    pendingStarts,
    pendingStops,
    holds,
    indices: indicesOf(input).map((index) =>
      explainIndex(index, { input, foresight, instances: byIndex.get(index) ?? [] })
    ),
    ...(decisions === undefined ? {} : { decisions }),
  };
}

/** Every index that is desired, reported or waited for. */
function indicesOf({ app, pendingStarts }: ExplainInput): number[] {
  const indices = new Set<number>();
  for (let index = 0; index < desiredInstances(app); index += 1) indices.add(index);
  for (const { instanceIndex } of app.instances) indices.add(instanceIndex);
  for (const { instanceIndex } of pendingStarts) indices.add(instanceIndex);
  return [...indices].sort((a, b) => a - b);
}

function explainIndex(
  index: number,
  context: {
    readonly input: ExplainInput;
    readonly foresight: Foresight;
    readonly instances: readonly InstanceHeartbeat[];
  },
): IndexExplanation {
  const { input, foresight, instances } = context;
  const desired = isIndexDesired(input.app, index);
  const state = indexState(instances, { desired });
  const crashes = crashesAt(index, input);
  const sent = lastSent(index, { ...input, instances });
  const { says, at, waitsFor } = nextStep({
    ...input,
    index,
    desired,
    state,
    instances,
    foresight,
  });
  return {
    index,
    desired,
    state,
    instances,
    ...(crashes === undefined ? {} : { crashes }),
    ...(sent === undefined ? {} : { lastSent: sent }),
    next: says,
    ...(at === undefined ? {} : { nextAt: at }),
    ...(waitsFor === undefined ? {} : { waitsFor }),
  };
}

function crashesAt(index: number, input: ExplainInput): CrashExplanation | undefined {
  const { app, pendingStarts, now, rules } = input;
  const record = app.crashCounts.find(({ instanceIndex }) => instanceIndex === index);
  if (record === undefined) return undefined;
  const delayed = pendingStarts.find((start) =>
    start.instanceIndex === index && start.reason === "CRASHED" && !isSent(start) &&
    start.sendOn > now
  );
  return {
    count: record.crashCount,
    since: record.createdAt,
    nextDelaySeconds: crashDelaySeconds(record.crashCount, rules),
    ...(delayed === undefined ? {} : { backoffUntil: delayed.sendOn }),
  };
}
