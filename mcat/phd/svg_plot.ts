/**
 * A plot of lines as SVG text, from values alone: no script, no font and no network. Colours are variables
 * of the page's style sheet, `--ink`, `--faint` and `--line-0` to `--line-7`, so that light and dark are
 * one text. Pure.
 *
 * @module
 */

import { axisTicks, type Scale, toUnit } from "./plot_axis.ts";

/** A line of a plot. */
export interface PlotLine {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** What is plotted. */
export interface Plot {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  /** @default {"linear"} */
  readonly xScale?: Scale;
  /** @default {"linear"} */
  readonly yScale?: Scale;
  readonly lines: readonly PlotLine[];
}

const WIDTH = 720;
const HEIGHT = 340;
const BOX = { left: 70, right: 190, top: 34, bottom: 46 };
const INNER_WIDTH = WIDTH - BOX.left - BOX.right;
const INNER_HEIGHT = HEIGHT - BOX.top - BOX.bottom;
const LEGEND_ROW = 17;
/** Different colours; further lines begin anew, dashed. */
const COLOURS = 8;

/** The plot, as an `<svg>` element. Points without a place on a logarithmic axis are left out. */
export function svgPlot(plot: Plot): string {
  const drawn = plot.lines.map((line) => ({ ...line, points: drawable(line, plot) }));
  const xs = drawn.flatMap(({ points }) => points.map(([x]) => x));
  const ys = drawn.flatMap(({ points }) => points.map(([, y]) => y));
  const xTicks = axisTicks(xs, { scale: plot.xScale ?? "linear" });
  const yTicks = axisTicks(ys, { scale: plot.yScale ?? "linear" });
  const place: Place = {
    x: (x) => BOX.left + INNER_WIDTH * toUnit(x, xTicks),
    y: (y) => BOX.top + INNER_HEIGHT * (1 - toUnit(y, yTicks)),
  };
  return [
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeText(plot.title)}">`,
    text(plot.title, { x: BOX.left, y: 18, class: "title" }),
    ...xTicks.ticks.map(({ at, label }) => verticalTick(place.x(at), label)),
    ...yTicks.ticks.map(({ at, label }) => horizontalTick(place.y(at), label)),
    text(plot.xLabel, { x: BOX.left + INNER_WIDTH / 2, y: HEIGHT - 8, anchor: "middle" }),
    text(plot.yLabel, { x: 14, y: BOX.top + INNER_HEIGHT / 2, anchor: "middle", upright: false }),
    ...drawn.map((line, index) => lineMarkup(line, { index, place })),
    ...drawn.map((line, index) => legend(line.name, index)),
    "</svg>",
  ].join("\n");
}

/** Text that is safe inside an element and inside a quoted attribute. */
export function escapeText(value: string): string {
  return value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

interface Place {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}

function drawable(line: PlotLine, { xScale, yScale }: Plot): PlotLine["points"] {
  const fits = (value: number, scale: Scale | undefined) =>
    Number.isFinite(value) && (scale !== "log" || value > 0);
  return line.points.filter(([x, y]) => fits(x, xScale) && fits(y, yScale));
}

function lineMarkup(
  line: PlotLine,
  { index, place }: { readonly index: number; readonly place: Place },
): string {
  const points = line.points.map(([x, y]) => [place.x(x).toFixed(1), place.y(y).toFixed(1)]);
  const path = points.map((point) => point.join(",")).join(" ");
  // Many points are a curve; few are measurements, and each is to be seen.
  const dots = points.length > 30
    ? []
    : points.map(([x, y]) => `<circle cx="${x}" cy="${y}" r="3" fill="${colour(index)}"/>`);
  return `<polyline points="${path}" fill="none" ${stroke(index)}/>${dots.join("")}`;
}

function legend(name: string, index: number): string {
  const x = BOX.left + INNER_WIDTH + 14;
  const y = BOX.top + 8 + index * LEGEND_ROW;
  return `<line x1="${x}" y1="${y}" x2="${x + 18}" y2="${y}" ${stroke(index)}/>` +
    text(name, { x: x + 24, y: y + 4 });
}

function colour(index: number): string {
  return `var(--line-${index % COLOURS})`;
}

function stroke(index: number): string {
  const dashes = index < COLOURS ? "" : ' stroke-dasharray="5 3"';
  return `stroke="${colour(index)}" stroke-width="2"${dashes}`;
}

function verticalTick(x: number, label: string): string {
  const bottom = BOX.top + INNER_HEIGHT;
  const at = x.toFixed(1);
  return `<line x1="${at}" y1="${BOX.top}" x2="${at}" y2="${bottom}" stroke="var(--faint)"/>` +
    text(label, { x, y: bottom + 15, anchor: "middle" });
}

function horizontalTick(y: number, label: string): string {
  const right = BOX.left + INNER_WIDTH;
  const at = y.toFixed(1);
  return `<line x1="${BOX.left}" y1="${at}" x2="${right}" y2="${at}" stroke="var(--faint)"/>` +
    text(label, { x: BOX.left - 6, y: y + 4, anchor: "end" });
}

interface TextOptions {
  readonly x: number;
  readonly y: number;
  readonly anchor?: "middle" | "end";
  readonly class?: string;
  /** False: turned by a quarter, to run along the axis. */
  readonly upright?: boolean;
}

function text(value: string, options: TextOptions): string {
  const x = options.x.toFixed(1);
  const y = options.y.toFixed(1);
  const attributes = [
    `x="${x}" y="${y}"`,
    ...(options.anchor === undefined ? [] : [`text-anchor="${options.anchor}"`]),
    ...(options.class === undefined ? [] : [`class="${options.class}"`]),
    ...(options.upright === false ? [`transform="rotate(-90 ${x} ${y})"`] : []),
  ];
  return `<text ${attributes.join(" ")}>${escapeText(value)}</text>`;
}
