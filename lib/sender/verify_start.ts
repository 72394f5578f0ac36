/**
 * Looks at the app again when a start falls due: what was true when it was queued may not be any more
 * (VST-01 to VST-13). A start that does not hold is dropped; if it is still needed, the analyzer queues
 * another.
 *
 * @module
 */

import type { PendingStartMessage } from "../models/pending_start_message.ts";
import type { AppSnapshot } from "./app_snapshot.ts";

/** Whether a start is to be sent. */
export type StartVerdict =
  | { readonly send: true }
  /** `why` is for operators, for example `index 2 already runs`. */
  | { readonly send: false; readonly why: string };

/**
 * Judges a due start. One that skips verification is sent whatever is known of its app (VST-01); all
 * others only while the app is desired, staged (HAZ-18), and has nothing starting or running at the index.
 *
 * @param app undefined when the app is neither desired nor seen
 */
export function verifyStart(
  message: PendingStartMessage,
  app: AppSnapshot | undefined,
): StartVerdict {
  if (message.skipVerification) return { send: true };
  const why = whyNot(message.instanceIndex, app);
  return why === undefined ? { send: true } : { send: false, why };
}

function whyNot(index: number, app: AppSnapshot | undefined): string | undefined {
  if (app === undefined || !app.isDesired) return "the app is not desired";
  if (!app.isIndexDesired(index)) return `index ${index} is not desired`;
  if (!app.isStaged) return "the app is not staged";
  if (app.isServed(index)) return `index ${index} already starts or runs`;
  return undefined;
}
