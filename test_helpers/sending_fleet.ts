/**
 * A fleet that a sender of either kind looks after, with breakers or without, and what it published.
 *
 * @module
 */

import type { BreakerConfig } from "../lib/config/config.ts";
import { type HeldKind, type Hold, holdToWire } from "../lib/models/hold.ts";
import { MirroredSender } from "../lib/sender/mirrored_sender.ts";
import { Sender, type SendReport } from "../lib/sender/sender.ts";
import { type Fence, UNFENCED } from "../lib/store/fence.ts";
import { AppFixture } from "./app.ts";
import { MirroredFleet } from "./mirrored_fleet.ts";
import { queuedStart, queuedStop } from "./queued_messages.ts";
import { RecordingBus } from "./recording_bus.ts";

/** The sender's configuration. */
export const SENDER_CONFIG = {
  pollingIntervalSeconds: 10,
  timeoutSeconds: 100,
  messageLimit: 500,
  startSubject: "hm9000.start",
  stopSubject: "hm9000.stop",
};
/** The app whose starts are queued. */
export const app = new AppFixture("app");
/** The app that nobody wants, whose stops are queued. */
export const extra = new AppFixture("extra");

/** A fleet, what is published of it, and its sender. */
export class SendingFleet extends MirroredFleet {
  readonly bus = new RecordingBus();
  /** The sender; {@linkcode SendingFleet.restart} puts another in its place. */
  sender: Sender | MirroredSender;
  readonly #make: () => Sender | MirroredSender;

  constructor(kind: "polls" | "mirrors", breakers?: BreakerConfig, fence: Fence = UNFENCED) {
    super();
    const { switched: store, layout, time, log, metrics, mirror } = this;
    const deps = {
      ...{ store, layout, time, log, metrics, fence },
      ...{ bus: this.bus.asBus, config: SENDER_CONFIG, actualFreshnessTtlSeconds: 30, breakers },
    };
    this.#make = () =>
      kind === "polls" ? new Sender(deps) : new MirroredSender({ ...deps, mirror });
    this.sender = this.#make();
    this.start();
  }

  /** One pass of the sender. */
  pass(): Promise<SendReport> {
    return this.sender.pass();
  }

  /** As if the process had ended and another had begun. */
  restart(): void {
    this.sender = this.#make();
  }

  /** Starts of `app` and stops of `extra`, all of them right. */
  async queue(counts: { readonly starts: number; readonly stops: number }): Promise<void> {
    await this.makeFresh();
    await this.desire(app.desiredState({ instances: counts.starts }));
    await this.report(extra.heartbeat(counts.stops));
    const { appGuid, appVersion } = app.id;
    await this.outbox.enqueueStarts(
      Array.from({ length: counts.starts }, (_, instanceIndex) => ({
        message: queuedStart({ appGuid, appVersion }, {
          instanceIndex,
          messageId: `start-${instanceIndex}`,
        }).message,
      })),
    );
    await this.outbox.enqueueStops(
      Array.from({ length: counts.stops }, (_, index) => {
        const { instanceGuid } = extra.instanceAtIndex(index).heartbeat();
        return queuedStop(extra.id, { instanceGuid, messageId: `stop-${index}` }).message;
      }),
    );
  }

  /** Places a hold of that name, an operator's unless said otherwise. */
  async hold(holds: HeldKind, overrides: Partial<Hold> = {}): Promise<void> {
    const hold: Hold = {
      ...{
        name: holds,
        holds,
        source: "operator",
        reason: "a test",
        by: "ada",
        setAt: 100,
      } as const,
      ...overrides,
    };
    await this.put(this.layout.holdKey(hold.name), JSON.stringify(holdToWire(hold)));
  }

  /** Both queues as they are stored. */
  async queued(): Promise<Record<string, string>> {
    const starts = await this.read(this.layout.startPrefix);
    return { ...starts, ...await this.read(this.layout.stopPrefix) };
  }
}
