/**
 * What a pass of the analyzer or the sender would do: asked of the rules themselves, and not done. Pure.
 *
 * @module
 */

import type { Verdict } from "../analyzer/verdict.ts";
import type { Hold } from "../models/hold.ts";
import { holdOnStart, holdOnStop } from "../models/hold.ts";
import { isTimeToSend } from "../models/pending_message.ts";
import type { Queued } from "../models/queued.ts";
import type { PendingMessageOfAnyKind } from "../outbox/queue_record.ts";
import { planHeldPass } from "../sender/hold_back.ts";
import type { PassInput } from "../sender/select_due.ts";

/** What would be done with a message. What is held or throttled would be left alone. */
export type ForetoldAction = "enqueue" | "expire" | "drop" | "send" | "throttle" | "hold";

/** One thing that would be done, or left. */
export interface Foretold {
  /** What. */
  readonly action: ForetoldAction;
  /** With which message; its id is empty where it is not queued yet. */
  readonly message: PendingMessageOfAnyKind;
  /** Why, for people. */
  readonly why: string;
}

/** Whether anything would change, in the store or on the bus. */
export function wouldAct(foretold: readonly Foretold[]): boolean {
  return foretold.some(({ action }) => action !== "throttle" && action !== "hold");
}

/** What a pass of the analyzer would queue. */
export function foretellQueued({ starts, stops }: Verdict): readonly Foretold[] {
  return [...starts, ...stops].map(({ message, why }) => ({ action: "enqueue", message, why }));
}

/** What a pass of the sender would do, in its order; `holds` is what is held. */
export function foretellSent(
  input: PassInput & { readonly holds: readonly Hold[] },
): readonly Foretold[] {
  const { starts, stops } = planHeldPass(input);
  const lapsed = [...starts.expired, ...stops.expired].map(({ message }): Foretold => ({
    action: "expire",
    message,
    why: `sent ${input.now - message.sentOn} s ago`,
  }));
  const dropped = [...starts.dropped, ...stops.dropped].map(({ queued, why }): Foretold => ({
    action: "drop",
    message: queued.message,
    why,
  }));
  return [
    ...lapsed,
    ...dropped,
    ...starts.send.map(toSend),
    ...starts.throttled.map(({ message }): Foretold => ({
      action: "throttle",
      message,
      why: `a pass sends ${input.messageLimit} starts`,
    })),
    ...stops.send.map(({ queued, survivor }) => ({
      ...toSend(queued),
      why: survivor === undefined ? "nobody wants it there" : `${survivor.instanceGuid} goes on`,
    })),
    ...held(input),
  ];
}

function toSend({ message }: Queued<PendingMessageOfAnyKind>): Foretold {
  return { action: "send", message, why: "due, and still right" };
}

function held(input: PassInput & { readonly holds: readonly Hold[] }): Foretold[] {
  const { starts, stops, holds, now } = input;
  const due = [...starts, ...stops].filter(({ message }) => isTimeToSend(message, now));
  return due.flatMap(({ message }): Foretold[] => {
    const hold = "instanceGuid" in message ? holdOnStop(holds) : holdOnStart(holds, message.reason);
    if (hold === undefined) return [];
    return [{ action: "hold", message, why: `held by ${hold.by}: ${hold.reason}` }];
  });
}
