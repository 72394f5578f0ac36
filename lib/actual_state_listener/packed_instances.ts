/**
 * One DEA's instances in little memory. A map of names costs several times what the names do and, a
 * million times over, keeps the garbage collector busy: so what is only kept, and seldom looked at, is one
 * text of all names and two arrays of numbers.
 *
 * @module
 */

import type { KnownInstances } from "./diff_heartbeat.ts";

/** {@linkcode KnownInstances}, packed. */
export class PackedInstances {
  readonly #names: string;
  /** Where each name ends in the text. */
  readonly #ends: Int32Array;
  readonly #fingerprints: Int32Array;

  constructor(instances: KnownInstances) {
    // Joining writes into new memory: a name may be part of a longer text, which is not to be kept.
    this.#names = [...instances.keys()].join("");
    this.#ends = new Int32Array(instances.size);
    this.#fingerprints = Int32Array.from(instances.values());
    let end = 0;
    let position = 0;
    for (const name of instances.keys()) this.#ends[position++] = end += name.length;
  }

  /** How many there are. */
  get size(): number {
    return this.#ends.length;
  }

  /** The instances again. */
  unpack(): KnownInstances {
    const instances = new Map<string, number>();
    let start = 0;
    for (const [position, end] of this.#ends.entries()) {
      instances.set(this.#names.slice(start, end), this.#fingerprints[position] ?? 0);
      start = end;
    }
    return instances;
  }
}
