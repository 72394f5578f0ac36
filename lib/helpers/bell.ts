/**
 * Something to wait for that happens again and again: whoever waits when the bell rings is woken, and
 * whoever comes later waits for the next time. So look first, then wait, without an `await` in between.
 *
 * @module
 */

/** A bell. */
export class Bell {
  readonly #waiters = new Set<() => void>();

  /** Whether anybody waits. */
  get awaited(): boolean {
    return this.#waiters.size > 0;
  }

  /** Wakes all who wait. */
  ring(): void {
    for (const wake of [...this.#waiters]) wake();
  }

  /** Resolves when the bell rings next, or when `signal` is aborted; never rejects. */
  wait(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        this.#waiters.delete(wake);
        signal.removeEventListener("abort", wake);
        resolve();
      };
      signal.addEventListener("abort", wake, { once: true });
      this.#waiters.add(wake);
    });
  }
}
