/**
 * Plots of one run over time: a plot for each thing that was watched, a line for each of whom. Pure.
 *
 * @module
 */

import type { TimeSeries } from "./results.ts";
import type { Plot } from "./svg_plot.ts";

/** The plots of these series, in the order they first appear; those without points are left out. */
export function overTime(series: readonly TimeSeries[]): readonly Plot[] {
  const known = series.filter(({ points }) => points.length > 0);
  return [...Map.groupBy(known, ({ name }) => name)].map(([name, lines]) => ({
    title: `${name} over time`,
    xLabel: "seconds",
    yLabel: lines[0]?.unit ?? "",
    lines: lines.map(({ of, points }) => ({ name: of, points })),
  }));
}
