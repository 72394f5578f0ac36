/**
 * What happens next at one index, and when, in one sentence. Pure.
 *
 * @module
 */

import type { StartDecision, StopDecision } from "../analyzer/verdict.ts";
import { hasStartingOrRunning, isStaged } from "../models/app.ts";
import { type Hold, holdOnStart, holdOnStop } from "../models/hold.ts";
import type { InstanceHeartbeat } from "../models/instance_heartbeat.ts";
import { isSent } from "../models/pending_message.ts";
import type { PendingMessageOfAnyKind } from "../outbox/queue_record.ts";
import type { ExplainInput, IndexState, WaitsFor } from "./explanation.ts";
import type { Foresight } from "./foresee.ts";

/** An index, and what is known of the app. */
export interface IndexCase extends ExplainInput {
  readonly index: number;
  readonly desired: boolean;
  readonly state: IndexState;
  readonly instances: readonly InstanceHeartbeat[];
  readonly foresight: Foresight;
}

/** What happens next. */
export interface NextStep {
  /** One sentence, without a capital and a full stop. */
  readonly says: string;
  /** Unix seconds, if time alone decides. */
  readonly at?: number;
  readonly waitsFor?: WaitsFor;
}

/** Says what happens next, and when. */
export function nextStep(subject: IndexCase): NextStep {
  const steps = stepsOf(subject);
  const [first = idle(subject)] = steps;
  const says = steps.length === 0 ? first.says : steps.map((step) => step.says).join("; ");
  if (subject.staleBecause === undefined) return { ...first, says };
  return { says: `nothing until the store is fresh; then: ${says}`, waitsFor: "fresh_store" };
}

function stepsOf(subject: IndexCase): NextStep[] {
  const { index, instances, pendingStarts, pendingStops, foresight: { next, later } } = subject;
  const here = new Set(instances.map(({ instanceGuid }) => instanceGuid));
  const isHere = ({ message }: StopDecision) => here.has(message.instanceGuid);
  return [
    ...pendingStarts.filter(({ instanceIndex }) => instanceIndex === index)
      .map((start) => pendingStep(start, subject)),
    ...next.starts.filter(({ message }) => message.instanceIndex === index)
      .map((decision) => foreseenStep(decision, subject)),
    ...pendingStops.filter(({ instanceGuid }) => here.has(instanceGuid))
      .map((stop) => pendingStep(stop, subject)),
    ...next.stops.filter(isHere).map((decision) => foreseenStep(decision, subject)),
    ...later.filter(isHere).map((decision) => laterStep(decision, subject)),
  ];
}

/** What becomes of a message that waits, or that was sent and is kept. */
function pendingStep(message: PendingMessageOfAnyKind, subject: IndexCase): NextStep {
  const { now, foresight, holds = [] } = subject;
  const what = nameOf(message);
  if (isSent(message)) return sentStep(message, now);
  const dropped = foresight.drops.get(message.messageId);
  const when = message.sendOn > now ? `due in ${message.sendOn - now} s` : "due now";
  const at = Math.max(message.sendOn, now);
  if (dropped !== undefined) return { says: `${what}, ${when}, would be dropped: ${dropped}`, at };
  const hold = holdOn(message, holds);
  if (hold !== undefined) {
    return {
      says: `${what}, ${when}, is held ${describeHold(hold, now)}`,
      waitsFor: "end_of_hold",
    };
  }
  if (message.sendOn > now) {
    return { says: `${what} is sent in ${message.sendOn - now} s, if still right`, at };
  }
  return {
    says: `${what} is due: sent by the next pass of the sender that has room, within ` +
      `${subject.rules.senderPollingSeconds} s if it has, if still right`,
    at,
  };
}

function sentStep(message: PendingMessageOfAnyKind, now: number): NextStep {
  const what = `${nameOf(message)} was sent ${now - message.sentOn} s ago`;
  const at = message.sentOn + message.keepAlive;
  if (at <= now) return { says: `${what}; judged again by the next analysis` };
  return { says: `${what}; judged again in ${at - now} s, unless it is seen to be done`, at };
}

/** What the next analysis would queue, and when that would be due. */
function foreseenStep(
  { message, why }: StartDecision | StopDecision,
  subject: IndexCase,
): NextStep {
  const { now, rules: { analyzerPollingSeconds } } = subject;
  const delay = message.sendOn - now;
  const due = delay === 0 ? "due at once" : `due ${delay} s later`;
  return {
    says: `the next analysis, within ${analyzerPollingSeconds} s, queues a ${nameOf(message)}, ` +
      `${due}: ${why}`,
    at: now + analyzerPollingSeconds,
  };
}

function laterStep({ message, why }: StopDecision, subject: IndexCase): NextStep {
  const { now, rules: { analyzerPollingSeconds } } = subject;
  return {
    says: `the analysis after the next, within ${2 * analyzerPollingSeconds} s, queues a ` +
      `${nameOf(message)}: ${why}`,
    at: now + 2 * analyzerPollingSeconds,
  };
}

/** What is said where nothing waits and nothing would be queued. */
function idle(subject: IndexCase): NextStep {
  const { app, desired, state } = subject;
  if (state === "running" || state === "starting") return { says: `nothing: it is ${state}` };
  if (!desired) {
    const says = state === "crashed" ? "what crashed there is not desired" : "it is not desired";
    return { says: `nothing: ${says}` };
  }
  if (state === "evacuating") {
    return { says: "nothing until what replaces it runs; then it is stopped" };
  }
  if (!isStaged(app)) {
    const packageState = app.desired?.packageState ?? "unknown";
    return {
      says: `nothing until the app is staged: its package is ${packageState}`,
      waitsFor: "staging",
    };
  }
  if (state === "crashed" && !hasStartingOrRunning(app)) {
    return {
      says:
        "nothing until an instance of the app starts: while all have crashed only index 0 is tried",
    };
  }
  return { says: "nothing" };
}

function holdOn(message: PendingMessageOfAnyKind, holds: readonly Hold[]): Hold | undefined {
  return "instanceGuid" in message ? holdOnStop(holds) : holdOnStart(holds, message.reason);
}

function describeHold({ by, reason, expiresAt }: Hold, now: number): string {
  const until = expiresAt === undefined
    ? "until what it is about is over"
    : `for ${expiresAt - now} s`;
  return `by ${by} ${until} (${reason})`;
}

function nameOf(message: PendingMessageOfAnyKind): string {
  return "instanceGuid" in message
    ? `stop (${message.reason}) of ${message.instanceGuid}`
    : `start (${message.reason})`;
}
