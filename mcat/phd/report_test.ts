import { expect } from "expect";
import { renderReport } from "./report.ts";
import { aRun } from "./run_fixture.ts";

const STORED = { name: "all stored", unit: "s" };
const run = aRun({
  section: "e2e",
  id: "e2e-1000-1",
  title: "End to end <1000>",
  notes: ["All on one machine"],
  measurements: [
    { ...STORED, labels: { apps: 1_000, nodes: 1 }, value: 10.5 },
    { ...STORED, labels: { apps: 10_000, nodes: 1 }, value: 11 },
  ],
  series: [{ name: "cpu", of: "analyzer", unit: "%", points: [[0, 1], [1, 2]] }],
});

Deno.test("renderReport() says of every run what it was made on and by", () => {
  const html = renderReport([run]);
  for (const said of ["A CPU", "deno 2.9.6", "etcd 3.4.23", "abc1234", "deno task phd store"]) {
    expect(html).toContain(said);
  }
});

Deno.test("renderReport() shows figures, notes and plots, over sizes and over time", () => {
  const html = renderReport([run]);
  for (const said of ["10.5", "10,000", "All on one machine", "cpu over time"]) {
    expect(html).toContain(said);
  }
  expect(html).toContain("all stored, 1 etcd</text>");
});

Deno.test("renderReport() stands alone: no script, nothing fetched, titles escaped", () => {
  const html = renderReport([run]);
  expect(html).not.toMatch(/<script|<link|<img|src=|url\(|@import|https?:/);
  expect(html).toContain("End to end &lt;1000&gt;");
});

Deno.test("renderReport() sets published figures beside a section that was run, and only there", () => {
  expect(renderReport([run])).toContain("hmperformance");
  expect(renderReport([])).not.toContain("hmperformance");
});
