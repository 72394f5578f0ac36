/**
 * Renders `docs/reference/figures.md` from the catalogue of figures.
 *
 * @module
 */

import type { MetricInfo } from "../../lib/helpers/metric_catalog.ts";
import { table } from "./config_reference.ts";

/** The page, in Markdown that the formatter still pads. */
export function renderMetricsReference(metrics: ReadonlyMap<string, MetricInfo>): string {
  const rows = [...metrics].map(([name, { kind, help }]) => [`\`${name}\``, kind, help]);
  return [INTRODUCTION, ...table(["figure", "kind", "what it says"], rows), ""].join("\n");
}

const INTRODUCTION = `# Figures

_Made by \`deno task docs\` from \`lib/helpers/metric_catalog.ts\`; do not edit._

A counter only grows while its process lives; a gauge stands for the moment it was last set. Those that
the Go original has keep its names.
`;
