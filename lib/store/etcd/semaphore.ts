/**
 * A limit on how many requests are under way at once (`store_max_concurrent_requests`): the rest wait
 * their turn, first come, first served.
 *
 * @module
 */

/** Lets so many in at once. */
export class Semaphore {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  /** @throws {RangeError} when `permits` is not a whole number from 1 */
  constructor(permits: number) {
    if (!Number.isInteger(permits) || permits < 1) {
      throw new RangeError(`Cannot limit requests to ${permits}: at least 1 must be allowed`);
    }
    this.#free = permits;
  }

  /** The result of `work`, which starts when there is room. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    }
  }
}
