/**
 * A `Random` that counts instead: uuids and lease ids a test can predict and never meets twice.
 *
 * @module
 */

import type { Random } from "../lib/helpers/random.ts";

/** Counts up from 1, in well-formed version 4 UUIDs and in lease ids alike. */
export class FakeRandom implements Random {
  #uuids = 0;
  #leases = 0;

  uuid(): string {
    this.#uuids += 1;
    return `00000000-0000-4000-8000-${String(this.#uuids).padStart(12, "0")}`;
  }

  leaseId(): number {
    this.#leases += 1;
    return this.#leases;
  }

  fraction(): number {
    return 0.5;
  }
}
