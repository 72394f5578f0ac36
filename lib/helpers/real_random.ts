/**
 * The runtime's own randomness.
 *
 * @module
 */

import type { Random } from "./random.ts";

/** Randomness nobody can guess. */
export class RealRandom implements Random {
  uuid(): string {
    return crypto.randomUUID();
  }

  leaseId(): number {
    // 0 asks etcd to choose an id itself, so it is drawn again.
    let id = 0;
    while (id === 0) id = Number(randomBits() & ((1n << 52n) - 1n));
    return id;
  }

  fraction(): number {
    return Number(randomBits() >> 11n) / 2 ** 53;
  }
}

function randomBits(): bigint {
  const [bits = 0n] = crypto.getRandomValues(new BigUint64Array(1));
  return bits;
}
