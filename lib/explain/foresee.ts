/**
 * What the rules would do with an app now: asked of the rules themselves, so that what is told is what
 * happens. Pure.
 *
 * @module
 */

import { analyzeApp } from "../analyzer/analyze_app.ts";
import type { StartDecision, StopDecision, Verdict } from "../analyzer/verdict.ts";
import { appKey } from "../models/app_key.ts";
import { isSent, type PendingMessage } from "../models/pending_message.ts";
import type { Queued } from "../models/queued.ts";
import { planPass } from "../sender/select_due.ts";
import type { ExplainInput } from "./explanation.ts";

/** What the rules come to. */
export interface Foresight {
  /** What the next analysis would queue. */
  readonly next: Verdict;
  /** Stops that must wait for the analysis after that, because the next one queues a start. */
  readonly later: readonly StopDecision[];
  /** Why messages that wait would be dropped instead of sent, were they due now, by message id. */
  readonly drops: ReadonlyMap<string, string>;
}

/** Asks the rules. */
export function foresee(input: ExplainInput): Foresight {
  const next = analyze(input, []);
  const announced = new Set(next.stops.map(({ message }) => message.instanceGuid));
  const later = next.starts.length === 0 ? [] : analyze(input, next.starts).stops
    .filter(({ message }) => !announced.has(message.instanceGuid));
  return { next, later, drops: drops(input) };
}

function analyze(input: ExplainInput, starts: readonly StartDecision[]): Verdict {
  const { app, pendingStarts, pendingStops, now, rules } = input;
  let ids = 0;
  const queued = [...pendingStarts, ...starts.map(({ message }) => message)];
  return analyzeApp(app, {
    pending: {
      starts: new Set(queued.map(({ instanceIndex }) => instanceIndex)),
      stops: new Set(pendingStops.map(({ instanceGuid }) => instanceGuid)),
    },
    now,
    config: rules,
    uuid: () => `foreseen-${ids += 1}`,
  });
}

/** Plans a pass in which everything that waits is due, in its order, and nothing that was sent lapses. */
function drops({ app, pendingStarts, pendingStops }: ExplainInput): Map<string, string> {
  const waiting = [...pendingStarts, ...pendingStops].filter((message) => !isSent(message));
  const plan = planPass({
    starts: pendingStarts.map(kept),
    stops: pendingStops.map(kept),
    apps: (key) => key === appKey(app) ? app : undefined,
    now: Math.max(0, ...waiting.map(({ sendOn }) => sendOn)),
    messageLimit: Infinity,
  });
  const dropped = [...plan.starts.dropped, ...plan.stops.dropped];
  return new Map(dropped.map(({ queued, why }) => [queued.message.messageId, why]));
}

function kept<Message extends PendingMessage>(message: Message): Queued<Message> {
  return { revision: 0, message: isSent(message) ? { ...message, keepAlive: Infinity } : message };
}
