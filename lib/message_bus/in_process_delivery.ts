/**
 * What is on its way to one connection of the embedded bus, in order over all its subscriptions, as it
 * would be on one socket. It is delivered after the publisher has gone on, so that no handler ever runs
 * inside somebody's `publish`.
 *
 * @module
 */

/** A connection's queue. */
export class InProcessDelivery {
  #pending: (() => void)[] = [];

  /** Calls `deliver`, which must not throw, once the caller is done and all before it are. */
  later(deliver: () => void): void {
    this.#pending.push(deliver);
    if (this.#pending.length === 1) queueMicrotask(() => this.#deliver());
  }

  /** Resolves when everything that is queued now has been delivered. */
  done(): Promise<void> {
    return this.#pending.length === 0
      ? Promise.resolve()
      : new Promise((resolve) => this.later(resolve));
  }

  #deliver(): void {
    const batch = this.#pending;
    this.#pending = [];
    for (const deliver of batch) deliver();
  }
}
