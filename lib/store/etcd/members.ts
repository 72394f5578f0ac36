/**
 * The members of a cluster, and which of them to ask: always the same one until it fails, then the next.
 * What may have changed something is never asked twice: another member could be told to do again what
 * the first one did without being able to say so.
 *
 * @module
 */

import type { EtcdWire } from "./wire.ts";
import { WireError } from "./wire_error.ts";

/** All members of one cluster. */
export class Members {
  #wires: readonly EtcdWire[];
  #current: number;

  /** @param start which member to ask first; any number */
  constructor(wires: readonly EtcdWire[], start: number) {
    this.#wires = wires;
    this.#current = start % wires.length;
  }

  /** The member to ask now. */
  get current(): EtcdWire {
    const wire = this.#wires[this.#current];
    if (!wire) throw new RangeError("Cannot use etcd: no member is configured");
    return wire;
  }

  /** Asks another member from now on, unless somebody has said so already. */
  avoid(wire: EtcdWire): void {
    if (wire !== this.current) return;
    this.#current = (this.#current + 1) % this.#wires.length;
  }

  /** Asks these from now on, each in the place of the one before it; gives those that are out of use. */
  replace(wires: readonly EtcdWire[]): readonly EtcdWire[] {
    const replaced = this.#wires;
    this.#wires = wires;
    return replaced;
  }

  /** The answer of the first member that gives one, each asked once: for what may be done twice. */
  repeatable<T>(call: (wire: EtcdWire) => Promise<T>): Promise<T> {
    return this.#ask(call, () => true);
  }

  /** As {@linkcode repeatable}, but no other member is asked once one may have done it. */
  once<T>(call: (wire: EtcdWire) => Promise<T>): Promise<T> {
    return this.#ask(call, (error) => error.unsent || error.refused);
  }

  /** Closes all of them. */
  async close(): Promise<void> {
    await Promise.all(this.#wires.map((wire) => wire.close()));
  }

  async #ask<T>(
    call: (wire: EtcdWire) => Promise<T>,
    mayAskAgain: (error: WireError) => boolean,
  ): Promise<T> {
    for (let asked = 1;; asked += 1) {
      const wire = this.current;
      try {
        return await call(wire);
      } catch (error) {
        if (!(error instanceof WireError && error.memberFailed)) throw error;
        this.avoid(wire);
        if (asked >= this.#wires.length || !mayAskAgain(error)) throw error;
      }
    }
  }
}
