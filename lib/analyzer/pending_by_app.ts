/**
 * What waits in the queues, by app: the rules ask of each app what already waits for it. Pure.
 *
 * @module
 */

import { type AppId, appKey } from "../models/app_key.ts";
import type { PendingStartMessage } from "../models/pending_start_message.ts";
import type { PendingStopMessage } from "../models/pending_stop_message.ts";
import type { Queued } from "../models/queued.ts";
import type { AppPending } from "./app_case.ts";

/** Both queues. */
export interface PendingMessages {
  readonly starts: readonly Queued<PendingStartMessage>[];
  readonly stops: readonly Queued<PendingStopMessage>[];
}

const NOTHING_PENDING: AppPending = { starts: new Set(), stops: new Set() };

/** Answers what waits for an app. */
export function pendingByApp(pending: PendingMessages): (app: AppId) => AppPending {
  const byApp = new Map<string, { starts: Set<number>; stops: Set<string> }>();
  const of = (app: AppId) => {
    const key = appKey(app);
    const found = byApp.get(key) ?? { starts: new Set<number>(), stops: new Set<string>() };
    byApp.set(key, found);
    return found;
  };
  for (const { message } of pending.starts) of(message).starts.add(message.instanceIndex);
  for (const { message } of pending.stops) of(message).stops.add(message.instanceGuid);
  return (app) => byApp.get(appKey(app)) ?? NOTHING_PENDING;
}
