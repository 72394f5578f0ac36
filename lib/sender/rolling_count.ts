/**
 * How many of something there were in the stretch of time that ends now, whatever passes they were spread
 * over. Pure; times are monotonic milliseconds.
 *
 * @module
 */

/** Counts what happens, and forgets it when it is over. */
export class RollingCount {
  readonly #intervalMs: number;
  /** When how many there were, the oldest first. */
  #counted: { readonly atMs: number; many: number }[] = [];

  /** @param intervalMs how long one counts */
  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
  }

  /** One more happens. */
  add(atMs: number): void {
    const last = this.#counted.at(-1);
    if (last?.atMs === atMs) last.many += 1;
    else this.#counted.push({ atMs, many: 1 });
  }

  /** How many there were within the interval. */
  at(nowMs: number): number {
    this.#counted = this.#counted.filter(({ atMs }) => atMs + this.#intervalMs > nowMs);
    return this.#counted.reduce((sum, { many }) => sum + many, 0);
  }

  /** When the oldest that was counted is over; -Infinity when there is none. */
  get oldestOverAtMs(): number {
    return (this.#counted[0]?.atMs ?? -Infinity) + this.#intervalMs;
  }
}
