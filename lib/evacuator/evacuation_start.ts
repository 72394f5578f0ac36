/**
 * The start that a `droplet.exited` message asks for (EVC-03 to EVC-07). Pure.
 *
 * @module
 */

import { type DropletExited, isEvacuation } from "../models/droplet_exited.ts";
import {
  EVACUATION_PRIORITY,
  newPendingStart,
  type PendingStartMessage,
} from "../models/pending_start_message.ts";

/** What the decision needs besides the message. */
export interface EvacuationStartOptions {
  /** Unix seconds. */
  readonly now: number;
  readonly gracePeriodSeconds: number;
  readonly messageId: string;
}

/**
 * An immediate start that the sender does not verify, kept for a grace period after it was sent so that
 * the EVACUATING heartbeat that follows does not queue another (EVC-13, REG-09); undefined unless the
 * instance left because its DEA is leaving.
 */
export function evacuationStart(
  exited: DropletExited,
  options: EvacuationStartOptions,
): PendingStartMessage | undefined {
  if (!isEvacuation(exited)) return undefined;
  return newPendingStart(options.now, {
    appGuid: exited.appGuid,
    appVersion: exited.appVersion,
    instanceIndex: exited.instanceIndex,
    reason: "EVACUATING",
    priority: EVACUATION_PRIORITY,
    keepAliveSeconds: options.gracePeriodSeconds,
    skipVerification: true,
    messageId: options.messageId,
  });
}
