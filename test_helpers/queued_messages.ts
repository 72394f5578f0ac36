/**
 * Queued starts and stops for tests: due at second 100 and MISSING or EXTRA unless said otherwise.
 *
 * @module
 */

import type { AppId } from "../lib/models/app_key.ts";
import { newPendingStart, type PendingStartMessage } from "../lib/models/pending_start_message.ts";
import { newPendingStop, type PendingStopMessage } from "../lib/models/pending_stop_message.ts";
import type { Queued } from "../lib/models/queued.ts";

/** A start of index 0, or what differs from that. */
export function queuedStart(
  app: AppId,
  differing: Partial<PendingStartMessage> = {},
): Queued<PendingStartMessage> {
  const { appGuid, appVersion } = app;
  const message = newPendingStart(100, {
    appGuid,
    appVersion,
    instanceIndex: 0,
    reason: "MISSING",
    priority: 1,
    messageId: `start-${appGuid}-${differing.instanceIndex ?? 0}`,
  });
  return { message: { ...message, ...differing }, revision: 7 };
}

/** A stop of an instance, named by what differs from a plain one. */
export function queuedStop(
  app: AppId,
  differing: Partial<PendingStopMessage> & Pick<PendingStopMessage, "instanceGuid">,
): Queued<PendingStopMessage> {
  const { appGuid, appVersion } = app;
  const message = newPendingStop(100, {
    appGuid,
    appVersion,
    instanceGuid: differing.instanceGuid,
    reason: "EXTRA",
    keepAliveSeconds: 30,
    messageId: `stop-${differing.instanceGuid}`,
  });
  return { message: { ...message, ...differing }, revision: 7 };
}
