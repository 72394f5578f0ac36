import { expect } from "expect";
import fc from "fast-check";
import {
  checkGraph,
  cycleProblems,
  directionProblems,
  type ImportEdge,
  importEdges,
} from "./import_graph.ts";

const ROOT = "file:///repo/";

function edge(from: string, to: string, kind: ImportEdge["kind"] = "code"): ImportEdge {
  return { from, to, kind };
}

Deno.test("importEdges() tells code, type and dynamic imports apart and leaves packages out", () => {
  const info = {
    modules: [
      {
        specifier: `${ROOT}a.ts`,
        dependencies: [
          { code: { specifier: `${ROOT}b.ts` } },
          { type: { specifier: `${ROOT}c.ts` } },
          { code: { specifier: `${ROOT}d.ts` }, isDynamic: true },
          {
            code: { specifier: `${ROOT}e.ts` },
            type: { specifier: `${ROOT}e.ts` },
            isDynamic: true,
          },
          { code: { specifier: "npm:hono@4" } },
        ],
      },
      { specifier: "npm:hono@4" },
      { specifier: "file:///elsewhere/x.ts" },
    ],
  };
  expect(importEdges(info, ROOT)).toEqual([
    edge("a.ts", "b.ts"),
    edge("a.ts", "c.ts", "type"),
    edge("a.ts", "d.ts", "dynamic"),
    edge("a.ts", "e.ts", "dynamic"),
    edge("a.ts", "e.ts", "type"),
  ]);
});

Deno.test("cycleProblems() finds nothing in a graph without circles", () => {
  expect(cycleProblems([edge("a", "b"), edge("a", "c"), edge("b", "d"), edge("c", "d")])).toEqual(
    [],
  );
});

Deno.test("cycleProblems() shows the shortest circle of every file once, also through types", () => {
  const edges = [
    edge("a", "b"),
    edge("b", "c", "type"),
    edge("c", "a"),
    edge("b", "a", "type"),
    edge("x", "a"),
    edge("y", "y"),
  ];
  expect(cycleProblems(edges)).toEqual([
    "Cannot import in a circle: a -> b -> a",
    "Cannot import in a circle: c -> a -> b -> c",
    "Cannot import in a circle: y -> y",
  ]);
});

Deno.test("cycleProblems() leaves circles alone that a dynamic import closes", () => {
  expect(cycleProblems([edge("a", "b"), edge("b", "a", "dynamic")])).toEqual([]);
});

Deno.test("cycleProblems() finds a circle exactly where files cannot be put in an order", () => {
  const files = fc.integer({ min: 0, max: 6 });
  fc.assert(fc.property(fc.array(fc.tuple(files, files)), (pairs) => {
    const edges = pairs.map(([from, to]) => edge(`${from}`, `${to}`));
    expect(cycleProblems(edges).length === 0).toBe(canBeOrdered(edges));
  }));
});

/** Takes away, again and again, whatever imports nothing that is left. */
function canBeOrdered(edges: readonly ImportEdge[]): boolean {
  const rest = edges.filter(({ to }) => edges.some(({ from }) => from === to));
  return rest.length === 0 || (rest.length < edges.length && canBeOrdered(rest));
}

Deno.test("directionProblems() sees dynamic and type imports too", () => {
  for (const kind of ["code", "type", "dynamic"] as const) {
    const edges = [edge("lib/store/a.ts", "lib/api/b.ts", kind)];
    expect(directionProblems(edges)).toEqual([
      expect.stringContaining("lib/store/a.ts: Cannot import"),
    ]);
  }
  expect(directionProblems([edge("lib/api/a.ts", "lib/store/b.ts")])).toEqual([]);
});

Deno.test("checkGraph() counts files and names those that cannot be loaded", () => {
  const report = checkGraph({
    modules: [
      { specifier: `${ROOT}lib/api/a.ts` },
      { specifier: `${ROOT}lib/api/b.ts`, error: "Module not found" },
      { specifier: "npm:hono@4", error: "elsewhere" },
    ],
  }, ROOT);
  expect(report).toEqual({
    files: 2,
    problems: [`Cannot load "lib/api/b.ts": Module not found`],
  });
});
