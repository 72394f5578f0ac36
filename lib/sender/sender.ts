/**
 * The sender: takes what is due off the queues, verifies it against the fleet as it stands now, and
 * publishes it (SND-01 to SND-23, VST, VSP). It claims each message in the store before it publishes it:
 * a kill at any instant publishes a message at most once per keep-alive, and loses none, for what was
 * claimed and never published lapses, and the analyzer looks again (I7, I8).
 *
 * @module
 */

import type { BreakerConfig, SenderConfig } from "../config/config.ts";
import type { Logger } from "../helpers/logger.ts";
import type { Metrics } from "../helpers/metrics.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";
import { BusUnavailableError, type MessageBus } from "../message_bus/message_bus.ts";
import { Outbox } from "../outbox/outbox.ts";
import { CorruptRecords } from "../store/collections/corrupt_records.ts";
import { readFleet } from "../store/collections/fleet.ts";
import { verifyFreshness } from "../store/collections/freshness.ts";
import { readHolds } from "../store/collections/holds.ts";
import { readWaivers } from "../store/collections/waivers.ts";
import type { DecisionSink } from "../store/decision_log.ts";
import type { Fence } from "../store/fence.ts";
import type { StoreLayout } from "../store/layout.ts";
import type { Store } from "../store/store.ts";
import type { DeliveryTraces } from "./delivery_traces.ts";
import { carryOut, type SendReport } from "./carry_out.ts";
import type { HeldPlan } from "./hold_back.ts";
import { SenderBreakers } from "./sender_breakers.ts";

export type { SendReport } from "./carry_out.ts";

/** What the sender is handed. */
export interface SenderDeps {
  readonly store: Store;
  readonly layout: StoreLayout;
  readonly bus: MessageBus;
  readonly fence: Fence;
  readonly config: SenderConfig;
  readonly actualFreshnessTtlSeconds: number;
  /** When the sender's breakers trip. @default {never} */
  readonly breakers?: BreakerConfig | undefined;
  readonly time: TimeProvider;
  /** Where it is recorded what was sent and dropped, and why. @default nowhere */
  readonly decisions?: DecisionSink | undefined;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Follows messages onto the bus. @default nobody does */
  readonly traces?: DeliveryTraces | undefined;
}

/** Sends what is due. */
export class Sender {
  readonly #deps: SenderDeps;
  readonly #outbox: Outbox;
  readonly #corruptRecords: CorruptRecords;
  readonly #breakers: SenderBreakers;

  /** Reads and sends nothing until its first pass. */
  constructor(deps: SenderDeps) {
    this.#deps = deps;
    this.#outbox = new Outbox(deps);
    this.#corruptRecords = new CorruptRecords(deps);
    this.#breakers = new SenderBreakers(deps);
  }

  /**
   * Sends once what is due now. Nothing of the pass outlives it (REG-45).
   *
   * @throws {NotFreshError} when what is stored must not be acted upon; nothing was sent or deleted
   *   (SND-02)
   * @throws {BusUnavailableError} when the bus is down, or went down: what is known not to have left waits
   *   for the next pass (SND-11)
   * @throws {StoreUnavailableError} when the store fails; nothing unclaimed was sent
   * @throws {LeadershipLostError} when another process leads; nothing more was sent
   */
  async pass(): Promise<SendReport> {
    const plan = await this.#plan();
    const report = await carryOut(plan, {
      ...this.#deps,
      outbox: this.#outbox,
      corruptRecords: this.#corruptRecords,
      onStop: (stop) => this.#breakers.sentStop(stop),
    });
    this.#deps.metrics.set("starts_throttled", report.throttled);
    return report;
  }

  async #plan(): Promise<HeldPlan> {
    const { store, layout, time, bus, config, actualFreshnessTtlSeconds } = this.#deps;
    const now = time.now();
    await verifyFreshness(store, layout, { now, actualFreshnessTtlSeconds });
    requireBus(bus);
    const options = { corruptRecords: this.#corruptRecords };
    const fleet = await readFleet(store, layout, options);
    const queue = await this.#outbox.list({ revision: fleet.revision });
    await this.#outbox.discardCorrupt(queue.corrupt);
    await this.#breakers.load();
    const sight = {
      deas: fleet.presentDeas.size,
      instances: fleet.apps.values().reduce((sum, { instances }) => sum + instances.length, 0),
      holds: (await readHolds(store, layout, options)).holds,
      waivers: await readWaivers(store, layout, options),
    };
    const judged = this.#breakers.judge({
      starts: queue.starts,
      stops: queue.stops,
      apps: (key) => fleet.apps.get(key),
      now,
      messageLimit: config.messageLimit,
    }, sight);
    await this.#breakers.record(judged, sight);
    return judged.plan;
  }
}

/** @throws {BusUnavailableError} when the bus is down: what is claimed could not be published */
export function requireBus({ connected }: Pick<MessageBus, "connected">): void {
  if (connected) return;
  throw new BusUnavailableError("Cannot send: the message bus is down; nothing was claimed");
}
