import { expect } from "expect";
import { loadRuns, type Run, saveRun, sortRuns, toCsv } from "./results.ts";
import { aRun } from "./run_fixture.ts";

Deno.test("toCsv() gives each figure its machine, versions, commit and command", () => {
  const run = aRun({
    measurements: [{
      name: "write",
      labels: { store: "etcd", bytes: 128 },
      value: 5.5,
      unit: "/s",
    }],
  });
  const [header, row, ...rest] = toCsv([run]).trimEnd().split("\n");
  expect(header?.split(",").length).toBe(16);
  expect(row).toBe(
    "store,store,write,store=etcd bytes=128,5.5,/s,2026-01-01T00:00:00.000Z," +
      "deno task phd store,abc1234,A CPU,2,1024,linux 6,2.9.6,2.9.10,3.4.23",
  );
  expect(rest).toEqual([]);
});

Deno.test("toCsv() quotes what holds a comma or a quote", () => {
  const run = aRun({ command: 'a, "b"', measurements: [measurement("x")] });
  expect(toCsv([run])).toContain(',"a, ""b""",');
});

Deno.test("sortRuns() goes by section, then by id, numbers by their size", () => {
  const run = (section: Run["section"], id: string) => aRun({ section, id });
  const runs = [run("e2e", "e2e-30000-1"), run("e2e", "e2e-100000-1"), run("store", "store")];
  expect(sortRuns(runs.toReversed()).map(({ id }) => id)).toEqual([
    "store",
    "e2e-30000-1",
    "e2e-100000-1",
  ]);
});

Deno.test("saveRun() keeps runs of several ids side by side and replaces one of the same id", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await saveRun(folder, aRun({ id: "store", title: "first" }));
    await saveRun(folder, aRun({ id: "store", title: "second" }));
    await saveRun(folder, aRun({ section: "curves", id: "curves", title: "third" }));
    const runs = await loadRuns(folder);
    expect(runs.map(({ title }) => title)).toEqual(["second", "third"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

function measurement(name: string) {
  return { name, labels: {}, value: 1, unit: "s" };
}
