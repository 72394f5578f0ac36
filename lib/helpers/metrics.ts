/**
 * What components count. Names are the original's where it had one (behaviour.md 18), snake_case
 * otherwise; where the figures go is decided where the program is wired.
 *
 * @module
 */

/** Counters and gauges. */
export interface Metrics {
  /** Adds `by` (default 1) to a counter. */
  increment(name: string, by?: number): void;
  /** Sets a gauge. */
  set(name: string, value: number): void;
}

/** Keeps figures in memory: for tests, and for whoever serves them. */
export class MetricsRegistry implements Metrics {
  readonly #values = new Map<string, number>();

  increment(name: string, by = 1): void {
    this.#values.set(name, this.get(name) + by);
  }

  set(name: string, value: number): void {
    this.#values.set(name, value);
  }

  /** The current value of a counter or gauge, 0 if it was never touched. */
  get(name: string): number {
    return this.#values.get(name) ?? 0;
  }

  /** All figures by name, sorted. */
  snapshot(): Record<string, number> {
    return Object.fromEntries([...this.#values].sort(([a], [b]) => a < b ? -1 : 1));
  }
}
