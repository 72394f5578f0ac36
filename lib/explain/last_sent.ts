/**
 * What last went out for an index: what the queues keep after sending, or what the decision log says. Pure.
 *
 * @module
 */

import type { InstanceHeartbeat } from "../models/instance_heartbeat.ts";
import { isSent } from "../models/pending_message.ts";
import type { ExplainInput, SentExplanation } from "./explanation.ts";

type SentInput =
  & Pick<ExplainInput, "pendingStarts" | "pendingStops" | "decisions">
  & { readonly instances: readonly InstanceHeartbeat[] };

/** The newest message that was sent for the index; undefined if none is known. */
export function lastSent(index: number, input: SentInput): SentExplanation | undefined {
  const all = [...fromQueues(index, input), ...fromLog(index, input)];
  return all.reduce<SentExplanation | undefined>(
    (newest, one) => newest === undefined || one.at > newest.at ? one : newest,
    undefined,
  );
}

function fromQueues(index: number, input: SentInput): SentExplanation[] {
  const here = new Set(input.instances.map(({ instanceGuid }) => instanceGuid));
  const starts = input.pendingStarts
    .filter((start) => isSent(start) && start.instanceIndex === index)
    .map(({ sentOn: at, reason, messageId }) => ({
      kind: "start" as const,
      at,
      reason,
      messageId,
    }));
  const stops = input.pendingStops
    .filter((stop) => isSent(stop) && here.has(stop.instanceGuid))
    .map(({ sentOn: at, reason, messageId, instanceGuid }) => (
      { kind: "stop" as const, at, reason, messageId, instanceGuid }
    ));
  return [...starts, ...stops];
}

function fromLog(index: number, { decisions = [] }: SentInput): SentExplanation[] {
  return decisions
    .filter(({ kind, instanceIndex }) =>
      (kind === "start_sent" || kind === "stop_sent") && instanceIndex === index
    )
    .map(({ kind, at, reason, messageId, instanceGuid }) => ({
      kind: kind === "start_sent" ? "start" : "stop",
      at,
      reason,
      ...(messageId === undefined ? {} : { messageId }),
      ...(instanceGuid === undefined ? {} : { instanceGuid }),
    }));
}
