/**
 * The report: one HTML file that needs no network and no script, with plots as SVG. A pure function of the
 * runs, so that it can be written anew from their JSON at any time.
 *
 * @module
 */

import { type Published, PUBLISHED_E2E, PUBLISHED_STORE } from "./published.ts";
import { plotsOf } from "./report_plots.ts";
import { REPORT_STYLE } from "./report_style.ts";
import { type Measurement, type Run, type Section, SECTIONS, sortRuns } from "./results.ts";
import { escapeText, svgPlot } from "./svg_plot.ts";
import { overTime } from "./time_plots.ts";

const HEADINGS: Readonly<Record<Section, string>> = {
  store: "Store",
  components: "Components",
  mirror: "The view of the fleet, and who lives on it",
  curves: "Cost curves",
  e2e: "End to end",
};

const PUBLISHED: Readonly<Partial<Record<Section, readonly Published[]>>> = {
  store: PUBLISHED_STORE,
  e2e: PUBLISHED_E2E,
};

/** The report of these runs, a whole HTML document. */
export function renderReport(runs: readonly Run[]): string {
  const sorted = sortRuns(runs);
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>hm9000 benchmarks</title><style>${REPORT_STYLE}</style></head><body>`,
    "<h1>hm9000 benchmarks</h1>",
    "<p>How each figure is measured, and what it means, is in <code>docs/benchmarks/README.md</code>. ",
    "Load, servers and components share one machine in every run: on a platform they do not.</p>",
    provenance(sorted),
    ...SECTIONS.map((section) => renderSection(section, sorted)),
    "</body></html>\n",
  ].join("\n");
}

function renderSection(section: Section, all: readonly Run[]): string {
  const runs = all.filter((run) => run.section === section);
  if (runs.length === 0) return "";
  return [
    `<h2>${HEADINGS[section]}</h2>`,
    ...plotsOf(section, runs).map((plot) => `<figure>${svgPlot(plot)}</figure>`),
    published(PUBLISHED[section] ?? []),
    ...runs.map(renderRun),
  ].join("\n");
}

/** What each run was made on and by: no figure stands without it. */
function provenance(runs: readonly Run[]): string {
  return table(
    ["run", "at", "took", "command", "machine", "versions", "commit"],
    runs.map(({ id, at, seconds, command, machine }) => [
      ...[id, at.slice(0, 16).replace("T", " "), `${seconds} s`, command],
      `${machine.cpu}, ${machine.cores} cores, ${machine.memoryMib} MiB, ${machine.kernel}; ` +
      `etcd data: ${machine.etcdData}`,
      `deno ${machine.deno}, nats ${machine.nats}, etcd ${machine.etcd}`,
      machine.commit,
    ]),
  );
}

function published(figures: readonly Published[]): string {
  if (figures.length === 0) return "";
  return "<h3>What others published</h3>" + table(
    ["system", "what", "figure", "source"],
    figures.map(({ system, what, figure, source }) => [system, what, figure, source]),
  );
}

function renderRun(run: Run): string {
  return [
    `<h3>${escapeText(run.title)}</h3>`,
    ...run.notes.map((note) => `<p class="soft">${escapeText(note)}</p>`),
    `<details><summary>${run.measurements.length} figures</summary>`,
    figures(run.measurements),
    ...overTime(run.series).map((plot) => `<figure>${svgPlot(plot)}</figure>`),
    "</details>",
  ].join("\n");
}

/** A column for each label that any of the measurements has. */
function figures(measurements: readonly Measurement[]): string {
  const labels = [...new Set(measurements.flatMap((one) => Object.keys(one.labels)))];
  return table(
    ["what", ...labels, "value", "unit"],
    measurements.map((one) => [
      one.name,
      ...labels.map((label) => one.labels[label] ?? ""),
      one.value,
      one.unit,
    ]),
  );
}

function table(
  header: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  const head = header.map((cell) => `<th>${escapeText(cell)}</th>`).join("");
  const body = rows.map((row) => `<tr>${row.map(cellMarkup).join("")}</tr>`).join("\n");
  return `<div class="scroll"><table><tr>${head}</tr>\n${body}</table></div>`;
}

function cellMarkup(cell: string | number): string {
  if (typeof cell === "string") return `<td>${escapeText(cell)}</td>`;
  return `<td class="number">${cell.toLocaleString("en")}</td>`;
}
