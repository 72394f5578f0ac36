/**
 * What each component costs at one size, on each store; and how that grows with the size: the cost curves.
 *
 * @module
 */

import { openBenchStore, type StoreKind } from "./bench_store.ts";
import { type CostPoint, fitCostCurve } from "./curve.ts";
import { progress } from "./progress.ts";
import type { Measurement } from "./results.ts";
import { rounded } from "./samples.ts";
import type { Findings } from "./section.ts";
import { CHANGES, measureStages } from "./stages/stages.ts";

/** A slope above this grows faster than linearly: noise alone reaches a little over 1. */
const LINEAR_SLOPE_MAX = 1.15;
/** A slope above this grows with the size. */
const CONSTANT_SLOPE_MAX = 0.25;

/** What is measured. */
export interface ComponentBenchOptions {
  readonly stores: readonly StoreKind[];
  /** Instances, one of each app. */
  readonly sizes: readonly number[];
  readonly signal: AbortSignal;
}

const HOW =
  "Each component runs in the benchmark's own process; the bus and the Cloud Controller are in " +
  `it too. "${CHANGES}" stands for the same number at every size.`;

/** Every component on every store. */
export async function benchComponents(options: ComponentBenchOptions): Promise<Findings> {
  return { measurements: await measureAll(options), series: [], notes: [HOW] };
}

/** Every component's cost at every size, and the slope of each. */
export async function benchCurves(options: ComponentBenchOptions): Promise<Findings> {
  const measurements = await measureAll(options);
  const slopes = slopesOf(measurements);
  const verdicts = slopes.map(({ labels, value }) => verdict(String(labels["of"]), value));
  verdicts.forEach((line) => progress(`curves: ${line}`));
  return { measurements: [...measurements, ...slopes], series: [], notes: [HOW, ...verdicts] };
}

/** The slope of each stage's cost, through all sizes it was measured at. */
export function slopesOf(measurements: readonly Measurement[]): readonly Measurement[] {
  return [...Map.groupBy(measurements, ({ name }) => name)].map(([name, costs]) => {
    const points = costs.map(({ labels, value }): CostPoint => [Number(labels["n"]), value]);
    const { slope, fit } = fitCostCurve(points);
    const labels = { of: name, sizes: points.length, fit: rounded(fit) };
    return { name: "slope", labels, value: Math.round(slope * 100) / 100, unit: "exponent" };
  });
}

function verdict(stage: string, slope: number): string {
  const grows = slope > LINEAR_SLOPE_MAX
    ? "FASTER THAN LINEAR"
    : slope > CONSTANT_SLOPE_MAX
    ? "no faster than linear"
    : "does not grow with the size";
  return `${stage}: slope ${slope.toFixed(2)}, ${grows}`;
}

async function measureAll(options: ComponentBenchOptions): Promise<Measurement[]> {
  const measurements: Measurement[] = [];
  for (const kind of options.stores) {
    for (const n of options.sizes) {
      options.signal.throwIfAborted();
      measurements.push(...await measureOne(kind, { n, signal: options.signal }));
    }
  }
  return measurements;
}

async function measureOne(
  kind: StoreKind,
  sized: { readonly n: number; readonly signal: AbortSignal },
): Promise<Measurement[]> {
  await using opened = await openBenchStore(kind);
  const costs = await measureStages(opened.store, sized);
  const total = costs.reduce((sum, { ms }) => sum + ms, 0);
  progress(`stages: ${opened.name}, ${sized.n} instances: ${(total / 1000).toFixed(1)} s in all`);
  return costs.map(({ stage, ms }) => ({
    ...{ name: stage, unit: "ms" },
    labels: { store: opened.name, n: sized.n },
    value: rounded(ms),
  }));
}
