/**
 * What would be done, as people read it and as JSON. Pure.
 *
 * @module
 */

import type { Foretold } from "./foretell.ts";

/** One line: `enqueue start (MISSING) of app,v1[1], due in 30 s: index 1 has no instance`. */
export function renderForetold({ action, message, why }: Foretold, now: number): string {
  const { appGuid, appVersion, reason, sendOn } = message;
  const what = "instanceGuid" in message
    ? `stop (${reason}) of ${message.instanceGuid} of ${appGuid},${appVersion}`
    : `start (${reason}) of ${appGuid},${appVersion}[${message.instanceIndex}]`;
  const due = action === "enqueue" ? `, due ${sendOn > now ? `in ${sendOn - now} s` : "now"}` : "";
  return `${action} ${what}${due}: ${why}`;
}

/** An object with wire names; a message that is not queued yet has no id. */
export function foretoldToWire({ action, message, why }: Foretold): Record<string, unknown> {
  const { appGuid, appVersion, reason, sendOn, messageId } = message;
  return {
    "action": action,
    "kind": "instanceGuid" in message ? "stop" : "start",
    "droplet": appGuid,
    "version": appVersion,
    ...("instanceGuid" in message
      ? { "instance": message.instanceGuid }
      : { "index": message.instanceIndex }),
    "reason": reason,
    "why": why,
    "due_at": sendOn,
    ...(messageId === "" ? {} : { "message_id": messageId }),
  };
}

/** What a dry run came to, in one line: `2 would be enqueued, 1 sent, 1 dropped, 0 expired`. */
export function summarizeForetold(foretold: readonly Foretold[]): string {
  const count = (action: Foretold["action"]) =>
    foretold.filter((one) => one.action === action).length;
  const waiting = count("throttle") + count("hold");
  return `${count("enqueue")} would be enqueued, ${count("send")} sent, ${
    count("drop")
  } dropped, ` +
    `${count("expire")} expired${waiting === 0 ? "" : `; ${waiting} would go on waiting`}`;
}
