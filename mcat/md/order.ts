/**
 * What hm9000 ordered, and when: in lines that a scenario can be checked against at a glance.
 *
 * @module
 */

import type { StartMessage } from "../../lib/models/start_message.ts";
import type { StopMessage } from "../../lib/models/stop_message.ts";

/** A start or a stop as it arrived; `at` is when it was sent, in Unix seconds. */
export type Order =
  | StartMessage & { readonly kind: "start"; readonly at: number }
  | StopMessage & { readonly kind: "stop"; readonly at: number };

/** `170: start app[1]`, `140: stop app[1] app-version-instance-1`, `260: stop duplicate app[1] …`. */
export function describeOrder(order: Order): string {
  const index = `${order.appGuid}[${order.instanceIndex}]`;
  if (order.kind === "start") return `${order.at}: start ${index}`;
  const duplicate = order.isDuplicate ? "duplicate " : "";
  return `${order.at}: stop ${duplicate}${index} ${order.instanceGuid}`;
}
