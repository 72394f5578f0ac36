/**
 * Renders `docs/reference/figures.md` from the catalogue of figures.
 *
 * @module
 */

import type { MetricInfo, MetricName } from "../../lib/helpers/metric_catalog.ts";
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
  return [INTRODUCTION, ...table(["figure", "kind", "in Prometheus", "what it says"], rows), ""]
    .join("\n");
}

function code(text: string): string {
  return `\`${text}\``;
}

const INTRODUCTION = `# Figures

_Made by \`deno task docs\` from \`lib/helpers/metric_catalog.ts\`; do not edit._

A counter only grows while its process lives; a gauge stands for the moment it was last set. Those that
the Go original has keep its names; in Prometheus all follow its rules, in seconds and ratios.
`;
