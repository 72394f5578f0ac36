/**
 * Publishes messages to the NATS bus, or to any other: what DEAs say.
 *
 * ```ts
 * const publisher = new MessagePublisher(bus);
 * await publisher.publishHeartbeat({ deaGuid: "dea-1", instances: [] });
 * ```
 *
 * @module
 */

import type { MessageBus } from "../lib/message_bus/message_bus.ts";
import {
  ADVERTISE_SUBJECT,
  DROPLET_EXITED_SUBJECT,
  HEARTBEAT_SUBJECT,
} from "../lib/message_bus/subjects.ts";
import { type DropletExited, dropletExitedToJson } from "../lib/models/droplet_exited.ts";
import { type Heartbeat, heartbeatToWire } from "../lib/models/heartbeat.ts";

/** Says what DEAs say. Every method resolves when the server has the message. */
export class MessagePublisher {
  readonly #bus: MessageBus;

  constructor(bus: MessageBus) {
    this.#bus = bus;
  }

  /** Publishes heartbeats, in order. */
  async publishHeartbeat(...heartbeats: readonly Heartbeat[]): Promise<void> {
    for (const heartbeat of heartbeats) {
      this.#bus.publish(HEARTBEAT_SUBJECT, JSON.stringify(heartbeatToWire(heartbeat)));
    }
    await this.#bus.flush();
  }

  /** Publishes that a DEA has room. */
  async publishAdvertise(deaGuid = "dea-guid"): Promise<void> {
    await this.publishRaw(ADVERTISE_SUBJECT, JSON.stringify({ "id": deaGuid }));
  }

  /** Publishes that an instance has ended. */
  async publishDropletExited(exited: DropletExited): Promise<void> {
    await this.publishRaw(DROPLET_EXITED_SUBJECT, dropletExitedToJson(exited));
  }

  /** Publishes anything at all: garbage, say. */
  async publishRaw(subject: string, data: Uint8Array | string): Promise<void> {
    this.#bus.publish(subject, data);
    await this.#bus.flush();
  }
}
