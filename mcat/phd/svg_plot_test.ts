import { expect } from "expect";
import { svgPlot } from "./svg_plot.ts";

const AXES = { title: "Cost", xLabel: "instances", yLabel: "seconds" };

Deno.test("svgPlot() draws each line with its name, and names the axes", () => {
  const svg = svgPlot({
    ...AXES,
    lines: [{ name: "etcd", points: [[0, 0], [1, 2]] }, { name: "sqlite", points: [[0, 1]] }],
  });
  expect(svg.match(/<polyline/g)?.length).toBe(2);
  for (const said of ["etcd", "sqlite", "Cost", "instances", "seconds"]) {
    expect(svg).toContain(`>${said}</text>`);
  }
});

Deno.test("svgPlot() puts what is greater further up and to the right", () => {
  const svg = svgPlot({ ...AXES, lines: [{ name: "a", points: [[1, 1], [2, 2]] }] });
  const [[x1, y1], [x2, y2]] = pointsOf(svg);
  expect(x2).toBeGreaterThan(x1);
  expect(y2).toBeLessThan(y1);
});

Deno.test("svgPlot() leaves out what has no place on a logarithmic axis", () => {
  const svg = svgPlot({ ...AXES, yScale: "log", lines: [{ name: "a", points: [[1, 0], [2, 9]] }] });
  expect(svg).not.toMatch(/NaN|Infinity/);
  expect(svg.match(/<circle/g)?.length).toBe(1);
});

Deno.test("svgPlot() escapes names and draws nothing for no lines", () => {
  const svg = svgPlot({ ...AXES, title: '<script>"&', lines: [] });
  expect(svg).toContain("&lt;script&gt;&quot;&amp;");
  expect(svg).not.toContain("<script>");
  expect(svg).not.toMatch(/NaN|Infinity/);
});

function pointsOf(svg: string): [[number, number], [number, number]] {
  const [first = "", second = ""] = (/points="([^"]*)"/.exec(svg)?.[1] ?? "").split(" ");
  const read = (text: string): [number, number] => {
    const [x, y] = text.split(",").map(Number);
    return [x ?? NaN, y ?? NaN];
  };
  return [read(first), read(second)];
}
