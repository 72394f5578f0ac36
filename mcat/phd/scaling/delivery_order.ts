/**
 * Why listeners cannot share heartbeats by a NATS queue group, and what they can do instead: a simulation
 * of several listeners that save what DEAs say, each at its own pace. Everything comes out of one seed.
 *
 * A heartbeat says all of a DEA. If an older one is saved after a newer one, the store goes back in time:
 * an instance that is gone is there again, and one that has come is missing.
 *
 * @module
 */

import { fractions } from "./fractions.ts";
import { shardOf } from "./shard_of.ts";

/** From the beginning of a flush to that of the next, and how long one takes. */
const FLUSH_INTERVAL_MS = 1_000;
const FLUSH_MS = 200;
/** Share of the flushes that stall. */
const STALL_FRACTION = 0.01;

/** How the listeners share the DEAs' heartbeats. */
export type Sharing =
  /** NATS gives each heartbeat to any one of them. */
  | "queue group"
  /** All hear all, and each keeps what belongs to its shard. */
  | "shard by DEA";

/** What is simulated. */
export interface DeliveryOptions {
  readonly sharing: Sharing;
  readonly listeners: number;
  readonly deas: number;
  readonly heartbeatsPerDea: number;
  readonly periodMs: number;
  /** How long a flush takes when it stalls: a collection of garbage, a store that elects a leader. */
  readonly stallMs: number;
  readonly seed: number;
}

/** What came of it. */
export interface DeliveryOutcome {
  readonly saved: number;
  /** Saves of a heartbeat older than what the store had already. */
  readonly wentBack: number;
}

/** Lets every DEA beat, and every listener save. */
export function simulateDelivery(options: DeliveryOptions): DeliveryOutcome {
  const saves = plannedSaves(options).sort((a, b) => a.atMs - b.atMs);
  const stored = new Map<number, number>();
  let wentBack = 0;
  for (const { dea, beat } of saves) {
    if (beat < (stored.get(dea) ?? -1)) wentBack += 1;
    stored.set(dea, beat);
  }
  return { saved: saves.length, wentBack };
}

interface Save {
  readonly dea: number;
  readonly beat: number;
  readonly atMs: number;
}

/** A heartbeat is saved at the end of the first flush that begins after it was heard. */
function plannedSaves(options: DeliveryOptions): Save[] {
  const { sharing, listeners, deas, heartbeatsPerDea, periodMs } = options;
  const draw = fractions(options.seed);
  const clocks = Array.from({ length: listeners }, () => new FlushClock(draw, options.stallMs));
  const saves: Save[] = [];
  for (let beat = 0; beat < heartbeatsPerDea; beat += 1) {
    for (let dea = 0; dea < deas; dea += 1) {
      const heardMs = (beat + dea / deas) * periodMs;
      const listener = sharing === "queue group"
        ? Math.floor(draw() * listeners)
        : shardOf(`dea-${dea}`, listeners);
      saves.push({ dea, beat, atMs: clocks[listener]?.savedAtMs(heardMs) ?? heardMs });
    }
  }
  return saves;
}

/** When one listener flushes: every second, but for the flushes that stall. */
class FlushClock {
  readonly #draw: () => number;
  readonly #stallMs: number;
  #beginsMs = 0;
  #endsMs = 0;

  constructor(draw: () => number, stallMs: number) {
    this.#draw = draw;
    this.#stallMs = stallMs;
  }

  /** Asked with times that never go back. */
  savedAtMs(heardMs: number): number {
    while (this.#beginsMs < heardMs) {
      this.#beginsMs = Math.max(this.#beginsMs + FLUSH_INTERVAL_MS, this.#endsMs);
      const stalls = this.#draw() < STALL_FRACTION;
      this.#endsMs = this.#beginsMs + (stalls ? this.#stallMs : FLUSH_MS);
    }
    return this.#endsMs;
  }
}
