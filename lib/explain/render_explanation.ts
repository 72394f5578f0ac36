/**
 * The explanation as people read it. Pure.
 *
 * @module
 */

import type { App } from "../models/app.ts";
import type { Decision } from "../models/decision.ts";
import type { Hold } from "../models/hold.ts";
import type {
  CrashExplanation,
  Explanation,
  IndexExplanation,
  StoreExplanation,
} from "./explanation.ts";

/** The explanation, one line an element. */
export function renderExplanation(explanation: Explanation): string[] {
  const { app, now, store, holds, indices, decisions = [] } = explanation;
  return [
    `App ${app.appGuid}, version ${app.appVersion}, as of ${utc(now)}`,
    `  Store: ${describeStore(store, now)}`,
    ...holds.map((hold) => `  Held: ${describeHold(hold, now)}`),
    `  Desired: ${describeDesired(app)}`,
    ...indices.flatMap((index) => renderIndex(index, now)),
    ...(decisions.length === 0 ? [] : ["  Decided of late, the newest first:"]),
    ...decisions.map((decision) => `    ${describeDecision(decision)}`),
  ];
}

function describeStore(
  { fresh, because, freshSince, freshAt }: StoreExplanation,
  now: number,
): string {
  if (fresh) return freshSince === undefined ? "fresh" : `fresh since ${utc(freshSince)}`;
  const when = freshAt === undefined
    ? ""
    : `; fresh in ${freshAt - now} s at the earliest, if heartbeats and desired state keep coming`;
  return `NOT FRESH - ${because}${when}`;
}

function describeHold({ holds, by, reason, expiresAt }: Hold, now: number): string {
  const until = expiresAt === undefined ? "until it is over" : `for ${expiresAt - now} s more`;
  return `${holds}, by ${by}, ${until}: ${reason}`;
}

function describeDesired({ desired }: App): string {
  if (desired === undefined) return "no";
  return `${desired.instances} instances, ${desired.state}, ${desired.packageState}`;
}

function renderIndex(explanation: IndexExplanation, now: number): string[] {
  const { index, desired, state, instances, crashes, lastSent, next } = explanation;
  const extra = desired || state === "extra" ? "" : ", not desired";
  return [
    `  [${index}] ${state}${extra}: ${next}`,
    ...instances.map(({ instanceGuid, deaGuid, state, stateTimestamp }) =>
      `      ${instanceGuid} on ${deaGuid}: ${state} since ${utc(stateTimestamp)}`
    ),
    ...(crashes === undefined ? [] : [`      ${describeCrashes(crashes, now)}`]),
    ...(lastSent === undefined ? [] : [
      `      last sent: ${lastSent.kind} (${lastSent.reason}) ${now - lastSent.at} s ago, ` +
      utc(lastSent.at),
    ]),
  ];
}

function describeCrashes(crashes: CrashExplanation, now: number): string {
  const { count, since, nextDelaySeconds, backoffUntil } = crashes;
  const times = count === 1 ? "once" : `${count} times`;
  const waits = backoffUntil === undefined ? "" : `, backs off for ${backoffUntil - now} s more`;
  return `started after a crash ${times} since ${utc(since)}${waits}; ` +
    `the start after the next crash waits ${nextDelaySeconds} s`;
}

function describeDecision(decision: Decision): string {
  const { at, component, kind, instanceIndex, instanceGuid, reason, dueAt, why } = decision;
  const where = instanceIndex === undefined ? "" : ` [${instanceIndex}]`;
  const who = instanceGuid === undefined ? "" : ` ${instanceGuid}`;
  const due = kind.endsWith("_enqueued") && dueAt !== undefined && dueAt > at
    ? `, due ${utc(dueAt)}`
    : "";
  const because = why === "" ? "" : `: ${why}`;
  return `${utc(at)} ${component} ${kind}${where}${who} ${reason}${due}${because}`;
}

/** A moment as RFC 3339, in whole seconds. */
function utc(seconds: number): string {
  const moment = new Date(Math.floor(seconds) * 1000);
  if (Number.isNaN(moment.getTime())) return `second ${seconds}`;
  return moment.toISOString().replace(".000Z", "Z");
}
