/**
 * The import graph as `deno info --json` tells it, and what is wrong with it: cycles, which no single
 * file shows, and imports that cross a border the wrong way, also when they are dynamic or of types only.
 *
 * @module
 */

import { directionProblem } from "./import_rules.ts";

/** One file importing another; paths are relative to the repository's root. */
export interface ImportEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: "code" | "type" | "dynamic";
}

/** The part of what `deno info --json` prints that is read here. */
export interface ModuleInfo {
  readonly modules: readonly {
    readonly specifier: string;
    readonly error?: string;
    readonly dependencies?: readonly {
      readonly isDynamic?: boolean;
      readonly code?: { readonly specifier?: string };
      readonly type?: { readonly specifier?: string };
    }[];
  }[];
}

/** What was found in a graph. */
export interface ImportReport {
  readonly files: number;
  readonly problems: readonly string[];
}

/** Finds everything that is wrong with the graph of the files under `root`, a `file:` URL ending in `/`. */
export function checkGraph(info: ModuleInfo, root: string): ImportReport {
  const edges = importEdges(info, root);
  const modules = info.modules.filter(({ specifier }) => specifier.startsWith(root));
  const missing = modules.flatMap(({ specifier, error }) =>
    error === undefined ? [] : [`Cannot load "${specifier.slice(root.length)}": ${error}`]
  );
  return {
    files: modules.length,
    problems: [...missing, ...directionProblems(edges), ...cycleProblems(edges)],
  };
}

/** The imports among the files under `root`; packages are left out. */
export function importEdges({ modules }: ModuleInfo, root: string): ImportEdge[] {
  const edges: ImportEdge[] = [];
  const add = (from: string, to: string | undefined, kind: ImportEdge["kind"]) => {
    if (!from.startsWith(root) || !to?.startsWith(root)) return;
    edges.push({ from: from.slice(root.length), to: to.slice(root.length), kind });
  };
  for (const { specifier, dependencies = [] } of modules) {
    for (const { code, type, isDynamic } of dependencies) {
      add(specifier, code?.specifier, isDynamic ? "dynamic" : "code");
      add(specifier, type?.specifier, "type");
    }
  }
  return edges;
}

/** One line for each import that crosses a border the wrong way. */
export function directionProblems(edges: readonly ImportEdge[]): string[] {
  return edges.flatMap(({ from, to }) => {
    const problem = directionProblem(from, to);
    return problem === undefined ? [] : [`${from}: ${problem}`];
  });
}

/**
 * One line for each circle: the shortest through each file that no line before it has named.
 * A dynamic import does not count: it is how a command loads what it needs only when it is asked for.
 */
export function cycleProblems(edges: readonly ImportEdge[]): string[] {
  const next = new Map<string, string[]>();
  for (const { from, to, kind } of edges) {
    if (kind !== "dynamic") next.set(from, [...next.get(from) ?? [], to]);
  }
  const told = new Set<string>();
  return [...next.keys()].sort().flatMap((file) => {
    if (told.has(file)) return [];
    const cycle = shortestCycle(file, next);
    cycle.forEach((member) => told.add(member));
    return cycle.length === 0 ? [] : [`Cannot import in a circle: ${cycle.join(" -> ")}`];
  });
}

/** The shortest way from `start` back to itself, both ends named; empty when there is none. */
function shortestCycle(start: string, next: ReadonlyMap<string, readonly string[]>): string[] {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (const file of queue) {
    for (const imported of next.get(file) ?? []) {
      if (imported === start) return wayTo(file, cameFrom).concat(start);
      if (cameFrom.has(imported)) continue;
      cameFrom.set(imported, file);
      queue.push(imported);
    }
  }
  return [];
}

/** The files passed on the way to `end`, `end` included. */
function wayTo(end: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const before = cameFrom.get(end);
  return before === undefined ? [end] : [...wayTo(before, cameFrom), end];
}
