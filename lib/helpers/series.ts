/**
 * Keeps the figures of `series_catalog.ts` in memory: for tests, and for whoever serves them.
 *
 * @module
 */

import {
  type CounterSeriesName,
  type GaugeSeriesName,
  type HistogramName,
  type LabelsOf,
  SERIES,
  type SeriesInfo,
  type SeriesName,
} from "./series_catalog.ts";

/** Counters, gauges and histograms with labels. */
export interface Series {
  /** Adds `by` (default 1) to the series of a counter that `labels` name. */
  count<Name extends CounterSeriesName>(name: Name, labels: LabelsOf<Name>, by?: number): void;
  /** Sets the series of a gauge that `labels` name. */
  mark<Name extends GaugeSeriesName>(name: Name, labels: LabelsOf<Name>, value: number): void;
  /** Adds a value to the histogram that `labels` name. */
  observe<Name extends HistogramName>(name: Name, labels: LabelsOf<Name>, value: number): void;
}

/** One series as it stands. */
export interface SeriesReading {
  /** What tells it from the others of its figure. */
  readonly labels: Readonly<Record<string, string>>;
  /** Of a histogram: the sum of all that was observed. */
  readonly value: number;
  /** Of a histogram: how many values were observed that are no more than each bound, and in all. */
  readonly distribution?: { readonly buckets: readonly number[]; readonly count: number };
}

interface Kept {
  readonly labels: Readonly<Record<string, string>>;
  value: number;
  count: number;
  readonly buckets: number[];
}

/** Keeps series. */
export class SeriesRegistry implements Series {
  readonly #families = new Map<SeriesName, Map<string, Kept>>();

  count<Name extends CounterSeriesName>(name: Name, labels: LabelsOf<Name>, by = 1): void {
    this.#kept(name, labels).value += by;
  }

  mark<Name extends GaugeSeriesName>(name: Name, labels: LabelsOf<Name>, value: number): void {
    this.#kept(name, labels).value = value;
  }

  /** Forgets the series of a gauge: what it stood for is not known any more. */
  unmark<Name extends GaugeSeriesName>(name: Name, labels: LabelsOf<Name>): void {
    this.#families.get(name)?.delete(keyOf(name, labels));
  }

  observe<Name extends HistogramName>(name: Name, labels: LabelsOf<Name>, value: number): void {
    const kept = this.#kept(name, labels);
    kept.value += value;
    kept.count += 1;
    const bounds = SERIES[name].buckets;
    const first = bounds.findIndex((bound) => value <= bound);
    if (first >= 0) kept.buckets[first] = (kept.buckets[first] ?? 0) + 1;
  }

  /** The series of a figure, in the order in which they came up. */
  read(name: SeriesName): SeriesReading[] {
    const { kind, buckets = [] }: SeriesInfo = SERIES[name];
    return [...this.#families.get(name)?.values() ?? []].map((kept) => {
      const { labels, value, count } = kept;
      if (kind !== "histogram") return { labels, value };
      let sum = 0;
      const cumulative = buckets.map((_, bucket) => sum += kept.buckets[bucket] ?? 0);
      return { labels, value, distribution: { buckets: cumulative, count } };
    });
  }

  /** The value of one series, undefined if it was never touched. */
  get<Name extends SeriesName>(name: Name, labels: LabelsOf<Name>): number | undefined {
    return this.#families.get(name)?.get(keyOf(name, labels))?.value;
  }

  #kept<Name extends SeriesName>(name: Name, labels: LabelsOf<Name>): Kept {
    let family = this.#families.get(name);
    if (family === undefined) this.#families.set(name, family = new Map());
    const key = keyOf(name, labels);
    let kept = family.get(key);
    if (kept === undefined) {
      family.set(key, kept = { labels: { ...labels }, value: 0, count: 0, buckets: [] });
    }
    return kept;
  }
}

function keyOf(name: SeriesName, labels: Readonly<Record<string, string>>): string {
  return SERIES[name].labels.map((label) => labels[label]).join("\n");
}
