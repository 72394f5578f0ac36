/**
 * Which figures of a component changed since they were last stored. Pure.
 *
 * @module
 */

import { STORED_COUNTERS, type StoredMetricName } from "./metrics.ts";
import type { MetricChanges } from "./record_metrics.ts";

/** Keeps track of what was stored of the given figures. */
export class UnstoredMetrics {
  readonly #names: readonly StoredMetricName[];
  readonly #stored = new Map<string, number>();

  /** @param before the figures to begin with: what was counted until now is not this component's */
  constructor(names: readonly StoredMetricName[], before: Readonly<Record<string, number>>) {
    this.#names = names;
    for (const name of names) if (isSum(name)) this.#stored.set(name, before[name] ?? 0);
  }

  /** What is to be stored of these figures; a figure that was never touched is not. */
  since(figures: Readonly<Record<string, number>>): MetricChanges {
    const changes = { sums: new Map<StoredMetricName, number>(), latest: new Map() };
    for (const name of this.#names) {
      const value = figures[name];
      const stored = this.#stored.get(name);
      if (value === undefined || value === stored) continue;
      if (isSum(name)) changes.sums.set(name, value - (stored ?? 0));
      else changes.latest.set(name, value);
    }
    return changes;
  }

  /** Takes note of what was stored. */
  stored(changes: MetricChanges): void {
    for (const [name, value] of changes.latest) this.#stored.set(name, value);
    for (const [name, by] of changes.sums) {
      this.#stored.set(name, (this.#stored.get(name) ?? 0) + by);
    }
  }
}

function isSum(name: StoredMetricName): boolean {
  return name in STORED_COUNTERS && STORED_COUNTERS[name as keyof typeof STORED_COUNTERS] === "sum";
}
