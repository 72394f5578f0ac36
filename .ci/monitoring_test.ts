/**
 * What operators watch hm9000 with is held to what hm9000 serves: alert rules, their pages in
 * `docs/runbooks`, and the dashboard.
 *
 * @module
 */

import { expect } from "expect";
import { parse } from "yaml";
import { figuresInPrometheus } from "../lib/metrics_server/prometheus_names.ts";
import { promtool } from "../test_helpers/promtool.ts";

const ROOT = new URL("../", import.meta.url);
const PROMETHEUS = new URL("packaging/prometheus/", ROOT).pathname;

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly runbook: string };
}

interface RuleCase {
  readonly name: string;
  readonly "promql_expr_test": readonly {
    readonly expr: string;
    readonly "exp_samples": readonly unknown[];
  }[];
}

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly datasource?: { readonly uid: string };
  readonly gridPos: {
    readonly x: number;
    readonly y: number;
    readonly w: number;
    readonly h: number;
  };
  readonly targets?: readonly {
    readonly refId: string;
    readonly expr: string;
    readonly datasource: { readonly uid: string };
  }[];
}

interface Dashboard {
  readonly uid: string;
  readonly schemaVersion: number;
  readonly templating: {
    readonly list: readonly {
      readonly name: string;
      readonly type: string;
      readonly query: unknown;
    }[];
  };
  readonly panels: readonly Panel[];
}

function textOf(path: string): Promise<string> {
  return Deno.readTextFile(new URL(path, ROOT));
}

async function rules(): Promise<readonly Rule[]> {
  const { groups } = parse(await textOf("packaging/prometheus/hm9000.rules.yml"));
  return groups.flatMap((group: { readonly rules: readonly Rule[] }) => group.rules);
}

async function dashboard(): Promise<Dashboard> {
  return JSON.parse(await textOf("packaging/grafana/hm9000.json"));
}

/** The names in an expression that should be figures of ours, or of any process. */
function figureNames(expr: string): string[] {
  return [...expr.matchAll(/\b(?:hm9000|process)_[a-z0-9_]+/g)].map(([name]) => name);
}

/** Those of `names` that no process serves. */
function unknownOf(names: readonly string[]): string[] {
  const known = new Set(
    figuresInPrometheus().flatMap(({ name, kind }) =>
      kind === "histogram" ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name]
    ),
  );
  return [...new Set(names.filter((name) => !known.has(name)))];
}

Deno.test("each alert rule is one that Prometheus takes", async () => {
  const { success, output } = await promtool(["check", "rules", "hm9000.rules.yml"], {
    folder: PROMETHEUS,
  });
  expect([success, output]).toEqual([true, expect.stringContaining("SUCCESS")]);
});

Deno.test("each alert fires on what its case says, and is silent on what the other says", async () => {
  const { success, output } = await promtool(["test", "rules", "hm9000.rules_test.yml"], {
    folder: PROMETHEUS,
  });
  expect([success, output]).toEqual([true, expect.stringContaining("SUCCESS")]);
  const { tests } = parse(await textOf("packaging/prometheus/hm9000.rules_test.yml"));
  const cases = (tests as readonly RuleCase[]).flatMap((one) =>
    one["promql_expr_test"].map(({ expr, "exp_samples": samples }) => {
      const alert = /ALERTS\{alertname="(\w+)",alertstate="firing"\}/.exec(expr)?.[1];
      return `${alert} ${samples.length > 0 ? "fires" : "is silent"}`;
    })
  );
  const expected = (await rules()).flatMap(({ alert }) => [`${alert} fires`, `${alert} is silent`]);
  expect(cases.sort()).toEqual(expected.sort());
});

Deno.test("each alert has a runbook of its own and each runbook an alert, and the list names all", async () => {
  const all = await rules();
  const pages = Array.from(Deno.readDirSync(new URL("docs/runbooks/", ROOT)), ({ name }) => name)
    .filter((name) => name !== "README.md");
  const named = all.map(({ annotations }) => annotations.runbook);
  expect(named.sort()).toEqual(pages.map((name) => `docs/runbooks/${name}`).sort());
  const list = await textOf("docs/runbooks/README.md");
  for (const { alert, annotations: { runbook }, labels: { severity } } of all) {
    const page = await textOf(runbook);
    expect(page.startsWith(`# ${alert}\n`)).toBe(true);
    for (const part of ["**Meaning.**", "**Impact.**", "## Confirm", "## Causes and remedies"]) {
      expect(page).toContain(part);
    }
    expect(page).toContain("## Over when");
    const file = runbook.replace("docs/runbooks/", "");
    expect(list).toMatch(
      new RegExp(`\\| \`${alert}\` +\\| ${severity} +\\| \\[[^\\]]+\\]\\(${file}\\)`),
    );
  }
});

Deno.test("each figure that an alert or a runbook names is served", async () => {
  const all = await rules();
  expect(unknownOf(all.flatMap(({ expr }) => figureNames(expr)))).toEqual([]);
  for (const { alert, expr } of all) {
    expect([alert, /\bup\b/.test(expr) || figureNames(expr).length > 0]).toEqual([alert, true]);
  }
  for (const { annotations: { runbook } } of all) {
    const named = figureNames(await textOf(runbook)).filter((name) => name !== "process_down");
    expect([runbook, unknownOf(named).filter((name) => !isFamily(name))]).toEqual([runbook, []]);
  }
});

/** Whether it is a histogram without its suffix, or the beginning of a name, as pages for people have it. */
function isFamily(name: string): boolean {
  return figuresInPrometheus().some((figure) => figure.name.startsWith(name));
}

Deno.test("the dashboard can be imported: ids are unique, panels do not overlap, data comes by its variable", async () => {
  const { uid, schemaVersion, templating, panels } = await dashboard();
  expect(uid).toBe("hm9000");
  expect(schemaVersion).toBeGreaterThanOrEqual(30);
  expect(templating.list[0]).toMatchObject({
    name: "datasource",
    type: "datasource",
    query: "prometheus",
  });
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const cells = new Set<string>();
  for (const { title, type, gridPos, datasource, targets = [] } of panels) {
    expect(title).not.toBe("");
    if (type !== "row") expect([title, targets.length > 0, datasource?.uid]).toEqual(shown(title));
    for (const target of targets) expect(target.datasource.uid).toBe("${datasource}");
    expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length);
    expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
        expect([title, cells.has(`${x},${y}`)]).toEqual([title, false]);
        cells.add(`${x},${y}`);
      }
    }
  }
});

function shown(title: string): unknown[] {
  return [title, true, "${datasource}"];
}

Deno.test("each expression of the dashboard is one that Prometheus takes, of figures that are served", async () => {
  const { panels } = await dashboard();
  const expressions = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
  expect(unknownOf(expressions.flatMap(figureNames))).toEqual([]);
  const file = await Deno.makeTempFile({ suffix: ".yml" });
  try {
    // promtool parses expressions of rules only; JSON is YAML.
    const asRules = expressions.map((expr, position) => ({
      record: `expression_${position}`,
      expr,
    }));
    const text = JSON.stringify({ groups: [{ name: "dashboard", rules: asRules }] });
    await Deno.writeTextFile(file, text);
    const { success, output } = await promtool(["check", "rules", file]);
    expect([success, output]).toEqual([
      true,
      expect.stringContaining(`${expressions.length} rules found`),
    ]);
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("what an operator asks first has a panel, and no figure of the fleet is without one", async () => {
  const { panels } = await dashboard();
  const text = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)).join("\n");
  const shownNames = new Set(figureNames(text));
  const names = figuresInPrometheus().map(({ name }) => name).filter((name) =>
    /_(fresh|starts_throttled|queued_messages|holds|leading|flush_lag_seconds)$/.test(name) ||
    /hm9000_(desired|running|missing|crashed|apps|undesired|start|stop)_\w*$/.test(name)
  );
  expect(names.filter((name) => !shownNames.has(name))).toEqual([]);
});
