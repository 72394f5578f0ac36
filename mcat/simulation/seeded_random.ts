/**
 * All chance of a run, drawn from one seed: the same seed gives the same run. Each part of the world takes
 * a fork of its own, so that drawing more in one place does not change what is drawn in another.
 *
 * @module
 */

import type { Random } from "../../lib/helpers/random.ts";

const TWO_32 = 2 ** 32;

/** A `Random` whose whole future is its seed. */
export class SeededRandom implements Random {
  #state: number;

  /** @param seed a whole number; only its lowest 32 bits count */
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A source of its own for one part of the world; the same name at the same moment gives the same. */
  fork(name: string): SeededRandom {
    let hash = this.#state;
    for (const character of name) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
    return new SeededRandom(hash);
  }

  fraction(): number {
    // Mulberry32: small, fast, and good enough to choose faults with.
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / TWO_32;
  }

  leaseId(): number {
    return 1 + Math.floor(this.fraction() * (TWO_32 - 1)) * 2 ** 19 +
      Math.floor(this.fraction() * 2 ** 19);
  }

  uuid(): string {
    const hex = (digits: number) =>
      Math.floor(this.fraction() * 16 ** digits).toString(16).padStart(digits, "0");
    return `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(6)}${hex(6)}`;
  }

  /** Whether something of this probability (0 to 1) happens. */
  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  /** A whole number from `min` to `max`, both inclusive. */
  between(min: number, max: number): number {
    return min + Math.floor(this.fraction() * (max - min + 1));
  }

  /** One of the values; undefined when there are none. */
  pick<T>(values: readonly T[]): T | undefined {
    return values[Math.floor(this.fraction() * values.length)];
  }
}
