/**
 * Which plots each section of the report shows, made of the measurements of all its runs. Pure.
 *
 * @module
 */

import type { Measurement, Run, Section } from "./results.ts";
import type { Plot, PlotLine } from "./svg_plot.ts";

/** Which measurements make lines, and how. */
interface Selection {
  readonly matches: (measurement: Measurement) => boolean;
  /** The label that is the line's x. */
  readonly x: string;
  /** What line a measurement belongs to. */
  readonly line: (measurement: Measurement) => string;
}

/** The plots of a section. */
export function plotsOf(section: Section, runs: readonly Run[]): readonly Plot[] {
  const measurements = runs.flatMap((run) => run.measurements);
  const plots = PLOTS[section].map(({ selection, ...plot }): Plot => ({
    ...plot,
    lines: linesOf(measurements, selection),
  }));
  return plots.filter(({ lines }) => lines.length > 0);
}

/** Lines through the measurements that are selected, in the order they first appear, by rising x. */
export function linesOf(
  measurements: readonly Measurement[],
  { matches, x, line }: Selection,
): readonly PlotLine[] {
  const selected = measurements.filter((one) => matches(one) && Number.isFinite(one.labels[x]));
  const byName = Map.groupBy(selected, line);
  return [...byName].map(([name, points]) => ({
    name,
    points: points.map((one): [number, number] => [Number(one.labels[x]), one.value])
      .sort(([a], [b]) => a - b),
  }));
}

type PlotOfSelection = Omit<Plot, "lines"> & { readonly selection: Selection };

function storePlot(operation: string, bytes: number): PlotOfSelection {
  return {
    title: `Store: ${operation}, records of ${bytes} bytes`,
    xLabel: "concurrency",
    yLabel: "records a second",
    yScale: "log",
    selection: {
      matches: ({ name, labels }) => name === operation && labels["bytes"] === bytes,
      x: "concurrency",
      line: ({ labels }) => String(labels["store"]),
    },
  };
}

/** Only plain runs: in the others something happens to the platform. */
function e2ePlot(title: string, options: {
  readonly unit: string;
  readonly matches: (measurement: Measurement) => boolean;
  readonly line: (measurement: Measurement) => string;
}): PlotOfSelection {
  return {
    title,
    xLabel: "apps of one instance",
    yLabel: options.unit,
    xScale: "log",
    yScale: "log",
    selection: { matches: options.matches, x: "apps", line: options.line },
  };
}

const isSteady = (name: string, nodes: number) => (one: Measurement) =>
  one.name === name && one.labels["phase"] === "steady" && one.labels["nodes"] === nodes;

const processOf = ({ labels }: Measurement) => String(labels["process"]);

const PLOTS: Readonly<Record<Section, readonly PlotOfSelection[]>> = {
  store: [
    storePlot("write", 128),
    storePlot("write", 4096),
    storePlot("batch", 128),
    storePlot("read", 128),
    storePlot("read", 4096),
  ],
  components: [],
  mirror: [],
  curves: [{
    title: "What a stage costs as the platform grows",
    xLabel: "instances",
    yLabel: "milliseconds",
    xScale: "log",
    yScale: "log",
    selection: { matches: ({ unit }) => unit === "ms", x: "n", line: ({ name }) => name },
  }],
  e2e: [
    e2ePlot("Until all is stored, until fresh", {
      unit: "seconds",
      matches: ({ name }) => name === "all stored" || name === "fresh",
      line: ({ name, labels }) => `${name}, ${labels["nodes"]} etcd`,
    }),
    e2ePlot("From a heartbeat that names a new instance until the store tells of it", {
      unit: "milliseconds",
      matches: ({ name }) => name === "lag",
      line: ({ labels }) => `${labels["of"]}, ${labels["nodes"]} etcd`,
    }),
    ...[1, 3].flatMap((nodes) => [
      e2ePlot(`Processor while nothing happens, ${nodes} etcd`, {
        ...{ unit: "% of a core", matches: isSteady("cpu", nodes), line: processOf },
      }),
      e2ePlot(`Memory at its peak, ${nodes} etcd`, {
        ...{ unit: "MiB", matches: isSteady("memory peak", nodes), line: processOf },
      }),
    ]),
  ],
};
