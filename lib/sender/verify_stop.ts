/**
 * Looks at the app again when a stop falls due: an instance that is wanted after all, or that is the last
 * one running where one is wanted, stays (VSP-01 to VSP-15). A stop that does not hold is dropped; if it
 * is still needed, the analyzer queues another.
 *
 * @module
 */

import { type InstanceHeartbeat, isStartingOrRunning } from "../models/instance_heartbeat.ts";
import type { PendingStopMessage } from "../models/pending_stop_message.ts";
import type { AppSnapshot } from "./app_snapshot.ts";

/** Whether a stop is to be sent, and what its message has to say. */
export type StopVerdict =
  | {
    readonly send: true;
    readonly instance: InstanceHeartbeat;
    /** Whether the index goes on without the instance. */
    readonly isDuplicate: boolean;
    /** The instance that keeps the index running; the stop is right for as long as that is there. */
    readonly survivor?: InstanceHeartbeat;
  }
  /** `why` is for operators, for example `nothing else runs at index 0`. */
  | { readonly send: false; readonly why: string };

/**
 * Judges a due stop. Its instance must be among those seen (HAZ-10). Where it is desired, it must be
 * evacuating, or another must be running there: one that only starts is no replacement (VSP-14).
 *
 * @param app undefined when the app is neither desired nor seen
 */
export function verifyStop(message: PendingStopMessage, app: AppSnapshot | undefined): StopVerdict {
  if (app === undefined) return { send: false, why: "the app is neither desired nor seen" };
  // Several DEAs may report one instance; whoever obeys, all these reports are of what will be gone.
  const verdicts = app.reportsOf(message.instanceGuid).map((report) => judge(report, app));
  return verdicts.find((verdict) => !verdict.send) ??
    verdicts.find((verdict) => verdict.send && verdict.survivor !== undefined) ?? verdicts[0] ??
    { send: false, why: "the instance is gone" };
}

function judge(instance: InstanceHeartbeat, app: AppSnapshot): StopVerdict {
  const { instanceIndex: index } = instance;
  if (!app.isIndexDesired(index)) return { send: true, instance, isDuplicate: false };
  if (instance.state === "EVACUATING") return { send: true, instance, isDuplicate: true };
  if (!isStartingOrRunning(instance)) return { send: false, why: "the instance has crashed" };
  const survivor = app.otherRunning(instance);
  if (survivor !== undefined) return { send: true, instance, isDuplicate: true, survivor };
  return { send: false, why: `nothing else runs at index ${index}` };
}
