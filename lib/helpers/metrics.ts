/**
 * What components count. Which figures there are stands in `metric_catalog.ts`; where they go is decided
 * where the program is wired.
 *
 * @module
 */

import type { CounterName, GaugeName } from "./metric_catalog.ts";
import { type Series, SeriesRegistry } from "./series.ts";

/** Counters and gauges. */
export interface Metrics {
  /** Those that stand in several series, told apart by labels. */
  readonly series: Series;
  /** Adds `by` (default 1) to a counter. */
  increment(name: CounterName, by?: number): void;
  /** Sets a gauge. */
  set(name: GaugeName, value: number): void;
}

/** Figures to read. */
export interface MetricsSource {
  /** Those that stand in several series. */
  readonly series: SeriesRegistry;
  /** All figures that were touched, by name, sorted. */
  snapshot(): Record<string, number>;
}

/** Keeps figures in memory: for tests, and for whoever stores or serves them. */
export class MetricsRegistry implements Metrics, MetricsSource {
  /** Those that stand in several series. */
  readonly series: SeriesRegistry = new SeriesRegistry();
  readonly #values = new Map<string, number>();

  increment(name: CounterName, by = 1): void {
    this.#values.set(name, this.get(name) + by);
  }

  set(name: GaugeName, value: number): void {
    this.#values.set(name, value);
  }

  /** The current value of a counter or gauge, 0 if it was never touched. */
  get(name: string): number {
    return this.#values.get(name) ?? 0;
  }

  snapshot(): Record<string, number> {
    return Object.fromEntries([...this.#values].sort(([a], [b]) => a < b ? -1 : 1));
  }
}
