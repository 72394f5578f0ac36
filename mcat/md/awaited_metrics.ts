/**
 * Figures that a scenario can wait for: a component that has done something has counted it.
 *
 * @module
 */

import type { CounterName } from "../../lib/helpers/metric_catalog.ts";
import { MetricsRegistry } from "../../lib/helpers/metrics.ts";

/** A `MetricsRegistry` that tells when a counter has come so far. */
export class AwaitedMetrics extends MetricsRegistry {
  readonly #looks = new Set<() => void>();

  /** Resolves once the counter is `count` or more. */
  reached(name: CounterName, count: number): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (this.get(name) < count) return;
        this.#looks.delete(look);
        resolve();
      };
      this.#looks.add(look);
      look();
    });
  }

  override increment(name: CounterName, by?: number): void {
    super.increment(name, by);
    this.#looks.forEach((look) => look());
  }
}
