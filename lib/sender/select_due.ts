/**
 * What one pass of the sender should do, given everything that is queued and what is known of the apps:
 * which messages to delete, which to send and in which order. Pure; the sender then does it
 * (SND-04 to SND-22).
 *
 * @module
 */

import type { App } from "../models/app.ts";
import { appKey } from "../models/app_key.ts";
import { isExpired, isSent, isTimeToSend, type PendingMessage } from "../models/pending_message.ts";
import type { InstanceHeartbeat } from "../models/instance_heartbeat.ts";
import type { PendingStartMessage } from "../models/pending_start_message.ts";
import type { PendingStopMessage } from "../models/pending_stop_message.ts";
import type { Queued } from "../models/queued.ts";
import type { StopMessage } from "../models/stop_message.ts";
import { AppSnapshot } from "./app_snapshot.ts";
import { compareStarts, compareStops } from "./sending_order.ts";
import { takeTurns } from "./take_turns.ts";
import { verifyStart } from "./verify_start.ts";
import { type StopVerdict, verifyStop } from "./verify_stop.ts";

/** A start as it was read. */
export type QueuedStart = Queued<PendingStartMessage>;
/** A stop as it was read. */
export type QueuedStop = Queued<PendingStopMessage>;

/** Everything that a pass goes by. */
export interface PassInput {
  /** The whole queue of starts, sent ones included. */
  readonly starts: readonly QueuedStart[];
  /** The whole queue of stops, sent ones included. */
  readonly stops: readonly QueuedStop[];
  /** The app with this key, undefined when it is neither desired nor seen. */
  readonly apps: (appKey: string) => App | undefined;
  /** Unix seconds, the same for the whole pass (REG-27). */
  readonly now: number;
  /** How many starts may be sent in the pass; stops are not limited (SND-21). */
  readonly messageLimit: number;
  /**
   * The longest that any rule delays a message, in seconds: one that is further away was queued, or claimed,
   * by a clock that was wrong, and would block its key until then (F16): what was queued is dropped, what
   * was claimed counts as claimed now. @default {Infinity}
   */
  readonly delaySecondsMax?: number;
  /** Whether apps take turns with their starts. @default {false} */
  readonly takesTurns?: boolean;
}

/** A message that is not to be sent, ever. */
export interface DroppedMessage<T> {
  /** The message as it was read from the queue. */
  readonly queued: Queued<T>;
  /** For operators, for example `index 2 already starts or runs`. */
  readonly why: string;
}

/** A stop that is to be sent. */
export interface StopToSend {
  /** The stop as it was read from the queue. */
  readonly queued: QueuedStop;
  /** What to publish. */
  readonly message: StopMessage;
  /** The stop must not be claimed any more when this instance is gone; undefined when none is needed. */
  readonly survivor?: InstanceHeartbeat;
}

/** What a pass does with one of the queues. */
export interface QueuePlan<Message, ToSend> {
  /** Sent before, and their keep-alive is over: delete (SND-10). */
  readonly expired: readonly Queued<Message>[];
  /** Due, but no longer right: delete, whatever their keep-alive (VST-02). */
  readonly dropped: readonly DroppedMessage<Message>[];
  /**
   * Claimed, by a clock that was wrong: claim them as of now, and publish nothing. When they left nobody can
   * tell, so they are kept for a whole keep-alive: what was told to stop is not to be counted on.
   */
  readonly misdated: readonly Queued<Message>[];
  /** Due and right, in the order of sending: claim and publish. */
  readonly send: readonly ToSend[];
  /** How many messages are left alone because they are not due, or were sent and are still kept. */
  readonly left: number;
}

/** What a pass does with the starts. */
export interface StartPlan extends QueuePlan<PendingStartMessage, QueuedStart> {
  /**
   * Due and right, but beyond the limit, in the order of sending. They wait for the next pass, unless
   * one of `send` could not be published: failures do not use up the limit, so each of them lets the
   * first of these move up (SND-20).
   */
  readonly throttled: readonly QueuedStart[];
}

/** What a pass does. */
export interface PassPlan {
  /** Evacuations first, then whoever is due the longest, up to the limit. */
  readonly starts: StartPlan;
  /**
   * Each stop is judged as if those before it had been sent and obeyed. If one cannot be published, the
   * others still hold: they leave more running than was counted on, never less.
   */
  readonly stops: QueuePlan<PendingStopMessage, StopToSend>;
}

/** Plans a pass. */
export function planPass(input: PassInput): PassPlan {
  const snapshots = new Map<string, AppSnapshot | undefined>();
  const snapshotOf: SnapshotOf = (message) => {
    const key = appKey(message);
    if (!snapshots.has(key)) {
      const app = input.apps(key);
      snapshots.set(key, app === undefined ? undefined : new AppSnapshot(app));
    }
    return snapshots.get(key);
  };
  // Starts first: they go by what runs now, not by what this pass is going to stop.
  const starts = planStarts(input, snapshotOf);
  const stops = planStops(input, snapshotOf);
  return { starts, stops };
}

type StopOrder = Extract<StopVerdict, { send: true }>;
type SnapshotOf = (message: PendingMessage) => AppSnapshot | undefined;

function planStarts(input: PassInput, snapshotOf: SnapshotOf): StartPlan {
  const { expired, due, left, dropped, misdated } = sortOut(input.starts, input);
  const valid: QueuedStart[] = [];
  // All that are due are verified, so that what is wrong does not wait behind the limit (SND-19).
  for (const queued of due.sort((a, b) => compareStarts(a.message, b.message))) {
    const app = queued.message.skipVerification ? undefined : snapshotOf(queued.message);
    const verdict = verifyStart(queued.message, app);
    if (verdict.send) valid.push(queued);
    else dropped.push({ queued, why: verdict.why });
  }
  const limit = Math.max(0, input.messageLimit);
  const ordered = input.takesTurns === true ? takeTurns(valid) : valid;
  return {
    expired,
    dropped,
    misdated,
    send: ordered.slice(0, limit),
    throttled: ordered.slice(limit),
    left: left.length,
  };
}

function planStops(input: PassInput, snapshotOf: SnapshotOf): PassPlan["stops"] {
  const { expired, due, left, dropped, misdated } = sortOut(input.stops, input);
  const send: StopToSend[] = [];
  countDownSent([...left, ...misdated], due, snapshotOf);
  for (const queued of due.sort((a, b) => compareStops(a.message, b.message))) {
    const app = snapshotOf(queued.message);
    const verdict = verifyStop(queued.message, app);
    if (verdict.send) {
      app?.remove(queued.message.instanceGuid);
      const { survivor } = verdict;
      const message = stopMessageFrom(queued.message, verdict);
      send.push(survivor === undefined ? { queued, message } : { queued, message, survivor });
    } else {
      dropped.push({ queued, why: verdict.why });
    }
  }
  return { expired, dropped, misdated, send, left: left.length };
}

/** What was told to stop a moment ago may still be seen running, but nobody may count on it. */
function countDownSent(
  left: readonly QueuedStop[],
  due: readonly QueuedStop[],
  snapshotOf: SnapshotOf,
): void {
  const concerned = new Set(due.map(({ message }) => appKey(message)));
  for (const { message } of left) {
    if (!isSent(message) || !concerned.has(appKey(message))) continue;
    snapshotOf(message)?.remove(message.instanceGuid);
  }
}

function stopMessageFrom(pending: PendingStopMessage, verdict: StopOrder): StopMessage {
  const { messageId, appGuid, appVersion, instanceGuid } = pending;
  const { instance, isDuplicate } = verdict;
  const { instanceIndex } = instance;
  return { messageId, appGuid, appVersion, instanceGuid, instanceIndex, isDuplicate };
}

interface SortedOut<Message> {
  readonly expired: Queued<Message>[];
  readonly due: Queued<Message>[];
  readonly left: Queued<Message>[];
  /** Queued by a clock that was wrong. */
  readonly dropped: DroppedMessage<Message>[];
  /** Claimed by a clock that was wrong. */
  readonly misdated: Queued<Message>[];
}

function sortOut<Message extends PendingMessage>(
  all: readonly Queued<Message>[],
  { now, delaySecondsMax = Infinity }: Pick<PassInput, "now" | "delaySecondsMax">,
): SortedOut<Message> {
  const sorted: SortedOut<Message> = {
    ...{ expired: [], due: [], left: [], dropped: [], misdated: [] },
  };
  for (const queued of all) {
    const { sentOn, sendOn } = queued.message;
    const claimed = isSent(queued.message);
    const aheadSeconds = (claimed ? sentOn : sendOn) - now;
    if (claimed && aheadSeconds > delaySecondsMax) sorted.misdated.push(queued);
    else if (aheadSeconds > delaySecondsMax) {
      const why = `its time is ${aheadSeconds} s away, which no rule asks for: a clock was wrong`;
      sorted.dropped.push({ queued, why });
    } else if (isExpired(queued.message, now)) sorted.expired.push(queued);
    else if (isTimeToSend(queued.message, now)) sorted.due.push(queued);
    else sorted.left.push(queued);
  }
  return sorted;
}
