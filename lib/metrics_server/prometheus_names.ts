/**
 * Every figure as Prometheus knows it: for the reference, and to hold alerts and dashboards to.
 *
 * @module
 */

import { METRICS } from "../helpers/metric_catalog.ts";
import { SERIES, type SeriesInfo, type SeriesName } from "../helpers/series_catalog.ts";
import { familyName, PROCESS_FIGURES, seriesOf } from "./prometheus_text.ts";

/** A figure in Prometheus. */
export interface PrometheusFigure {
  readonly name: string;
  readonly kind: SeriesInfo["kind"];
  readonly help: string;
  readonly labels: readonly string[];
}

/** All of them. */
export function figuresInPrometheus(): PrometheusFigure[] {
  const plain = [...METRICS].map(([name, info]) => {
    return { name: seriesOf(name, info).name, kind: info.kind, help: info.help, labels: [] };
  });
  return [...plain, ...labelledFigures(), ...processFigures()];
}

/** Those that stand in several series. */
export function labelledFigures(): PrometheusFigure[] {
  return (Object.keys(SERIES) as SeriesName[]).map((name) => {
    const { kind, help, labels } = SERIES[name];
    return { name: familyName(name), kind, help, labels };
  });
}

/** Those that say how the process is. */
export function processFigures(): PrometheusFigure[] {
  return Object.entries(PROCESS_FIGURES).map(([name, info]) => ({
    ...info,
    name,
    labels: name === "hm9000_build_info" ? ["version", "commit", "component"] : [],
  }));
}
