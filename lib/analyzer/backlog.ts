/**
 * Which apps wait to be analysed, and how soon. What changed of the fleet is urgent; what changed in the
 * queues, that a message was sent or lapsed, waits for the next regular pass, so that all that is counted
 * in polling intervals keeps its pace (ANA-14, INT-10, INT-14). Pure bookkeeping.
 *
 * @module
 */

import type { Changes } from "../mirror/change_feed.ts";

/** Apps to analyse: by key, or all of them. */
export interface Portion {
  readonly everything: boolean;
  readonly keys: ReadonlySet<string>;
}

/** Apps that wait. */
export class Backlog {
  #everything = false;
  #urgent = new Set<string>();
  #later = new Set<string>();

  /** Whether anything is urgent. */
  get urgent(): boolean {
    return this.#everything || this.#urgent.size > 0;
  }

  /** Whether the app waits. */
  has(appKey: string): boolean {
    return this.#everything || this.#urgent.has(appKey) || this.#later.has(appKey);
  }

  /** Takes over what has changed. */
  add({ everything, fleet, queue }: Changes): void {
    this.#everything ||= everything;
    for (const key of fleet) this.#urgent.add(key);
    for (const key of queue) this.#later.add(key);
  }

  /** Lets an app wait for the next regular pass. */
  postpone(appKey: string): void {
    this.#later.add(appKey);
  }

  /** Takes out what a pass is to analyse: all that waits, or what is urgent of it. */
  take(pass: "regular" | "extra"): Portion {
    const everything = this.#everything;
    const all = everything || pass === "regular";
    const keys = all ? this.#urgent.union(this.#later) : this.#urgent;
    this.#everything = false;
    this.#urgent = new Set();
    if (all) this.#later = new Set();
    return { everything, keys };
  }

  /** Puts back what could not be analysed, or of which nothing could be queued. */
  putBack({ everything, keys }: Portion): void {
    this.#everything ||= everything;
    for (const key of keys) this.#urgent.add(key);
  }
}
