/**
 * Renders `docs/reference/figures.md` from the catalogue of figures.
 *
 * @module
 */

import type { MetricInfo, MetricName } from "../../lib/helpers/metric_catalog.ts";
import {
  labelledFigures,
  processFigures,
  type PrometheusFigure,
} from "../../lib/metrics_server/prometheus_names.ts";
import { seriesOf } from "../../lib/metrics_server/prometheus_text.ts";
import { table } from "./config_reference.ts";

/** The page, in Markdown that the formatter still pads. */
export function renderMetricsReference(metrics: ReadonlyMap<MetricName, MetricInfo>): string {
  const rows = [...metrics].map(([name, info]) => [
    code(name),
    info.kind,
    code(seriesOf(name, info).name),
    info.help,
  ]);
  return [
    INTRODUCTION,
    ...table(["figure", "kind", "in Prometheus", "what it says"], rows),
    LABELLED,
    ...labelledTable(labelledFigures()),
    PROCESS,
    ...labelledTable(processFigures()),
    "",
  ].join("\n");
}

function labelledTable(figures: readonly PrometheusFigure[]): readonly string[] {
  const rows = figures.map(({ name, kind, labels, help }) => [
    code(name),
    kind,
    labels.map(code).join(", "),
    help,
  ]);
  return table(["in Prometheus", "kind", "labels", "what it says"], rows);
}

function code(text: string): string {
  return `\`${text}\``;
}

const INTRODUCTION = `# Figures

_Made by \`deno task docs\` from \`lib/helpers/metric_catalog.ts\` and \`series_catalog.ts\`; do not edit._

A counter only grows while its process lives; a gauge stands for the moment it was last set. Those that
the Go original has keep its names; in Prometheus all follow its rules, in seconds and ratios.
`;

const LABELLED = `
## In several series

These stand in several series each, told apart by labels of few values. They are served at \`/metrics\`
alone. A series is there from the first time it is touched.
`;

const PROCESS = `
## The process

Names without \`hm9000_\` are those that every Prometheus client gives.
`;
