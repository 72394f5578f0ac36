/**
 * Puts a claimed message on the bus. Right before each message the lease is checked by the local clock:
 * the store fences what is written, but nothing fences what is published (I10; the window that remains
 * is a pause between that check and the write to the socket).
 *
 * @module
 */

import type { SenderConfig } from "../config/config.ts";
import type { MessageBus } from "../message_bus/message_bus.ts";
import type { InstanceHeartbeat } from "../models/instance_heartbeat.ts";
import { startMessageFrom, startMessageToJson } from "../models/start_message.ts";
import { stopMessageToJson } from "../models/stop_message.ts";
import type { Fence } from "../store/fence.ts";
import type { StoreLayout } from "../store/layout.ts";
import type { Guard } from "../store/store.ts";
import type { DeliveryKind } from "./deliver.ts";
import { messageMetric } from "./message_metrics.ts";
import type { QueuedStart, StopToSend } from "./select_due.ts";

/** Where messages go, and whether they still may. */
export interface PublishDeps {
  readonly layout: StoreLayout;
  readonly bus: MessageBus;
  readonly fence: Fence;
  readonly config: Pick<SenderConfig, "startSubject" | "stopSubject">;
}

/** How a start is sent: under the id it was queued with (SND-05, SND-23). */
export function startDelivery(deps: PublishDeps): DeliveryKind<QueuedStart> {
  return {
    queued: (start) => start,
    publish: ({ message }) => {
      deps.fence.assertHeld();
      deps.bus.publish(deps.config.startSubject, startMessageToJson(startMessageFrom(message)));
    },
    metric: ({ message }) => messageMetric(message.reason),
    said: "Sent a start",
  };
}

/**
 * How a stop is sent: as it was verified, under the id it was queued with (SND-17, SND-23). A pass may take
 * seconds on a slow store, and what was to keep the index running may go meanwhile: the store itself
 * refuses the claim then (I4).
 */
export function stopDelivery(deps: PublishDeps): DeliveryKind<StopToSend> {
  return {
    queued: ({ queued }) => queued,
    onlyIf: ({ survivor }) => survivor === undefined ? [] : isThere(survivor, deps.layout),
    publish: ({ message }) => {
      deps.fence.assertHeld();
      deps.bus.publish(deps.config.stopSubject, stopMessageToJson(message));
    },
    metric: ({ queued }) => messageMetric(queued.message.reason),
    said: "Sent a stop",
  };
}

/** An instance exists while its record and its DEA's presence do. */
function isThere(instance: InstanceHeartbeat, layout: StoreLayout): readonly Guard[] {
  return [
    { kind: "present", key: layout.actualKey(instance) },
    { kind: "present", key: layout.presenceKey(instance.deaGuid) },
  ];
}
