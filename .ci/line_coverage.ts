/**
 * Reads line coverage off an LCOV report, as `deno coverage --lcov` writes it, and says where it is thin.
 *
 * @module
 */

/** One source file: what of it ran. */
export interface FileCoverage {
  /** Path as in the report. */
  readonly path: string;
  /** Lines that have code. */
  readonly lines: number;
  /** Those of them that never ran, in order. */
  readonly missed: readonly number[];
}

/** What is said about coverage. */
export interface RenderOptions {
  /** What begins every path and is left out. */
  readonly root: string;
  /** Files below this share (0 to 1) are named. */
  readonly fileMin: number;
}

/** The files of an LCOV report; one that is in it twice has run what ran either time. */
export function parseLcov(report: string): FileCoverage[] {
  const files = new Map<string, Map<number, number>>();
  let hits = new Map<number, number>();
  for (const line of report.split("\n")) {
    const [, tag, value = ""] = /^(SF|DA):(.*)$/.exec(line) ?? [];
    if (tag === "SF") {
      hits = files.get(value) ?? new Map();
      files.set(value, hits);
    } else if (tag === "DA") {
      const [number = NaN, count = NaN] = value.split(",").map(Number);
      hits.set(number, (hits.get(number) ?? 0) + count);
    }
  }
  return [...files].map(([path, counts]) => ({
    path,
    lines: counts.size,
    missed: [...counts].filter(([, count]) => count === 0).map(([number]) => number).sort(
      (a, b) => a - b,
    ),
  }));
}

/** The share (0 to 1) of the files' lines that ran; 1 when there are no lines at all. */
export function coveredShare(files: readonly FileCoverage[]): number {
  const lines = files.reduce((sum, file) => sum + file.lines, 0);
  const missed = files.reduce((sum, file) => sum + file.missed.length, 0);
  return lines === 0 ? 1 : (lines - missed) / lines;
}

/** One line for each thin file, the thinnest first, with the lines that never ran; then the total. */
export function renderLineCoverage(
  files: readonly FileCoverage[],
  { root, fileMin }: RenderOptions,
): string[] {
  const thin = files.map((file) => ({ ...file, share: coveredShare([file]) }))
    .filter(({ share }) => share < fileMin)
    .sort((a, b) => a.share - b.share || (a.path < b.path ? -1 : 1));
  const lines = files.reduce((sum, file) => sum + file.lines, 0);
  return [
    ...thin.map(({ path, share, missed }) =>
      `${percent(share)}  ${path.startsWith(root) ? path.slice(root.length) : path}  ` +
      `not run: ${ranges(missed).join(", ")}`
    ),
    `${percent(coveredShare(files))} of ${lines} lines in ${files.length} files ran`,
  ];
}

/** Rounded down: what is printed as reached has been reached. */
function percent(share: number): string {
  return `${(Math.floor(share * 1000) / 10).toFixed(1).padStart(5)} %`;
}

/** Numbers in order, neighbours joined: `3-5`, `9`. */
function ranges(numbers: readonly number[]): string[] {
  const found: { first: number; last: number }[] = [];
  for (const number of numbers) {
    const open = found.at(-1);
    if (open?.last === number - 1) open.last = number;
    else found.push({ first: number, last: number });
  }
  return found.map(({ first, last }) => first === last ? `${first}` : `${first}-${last}`);
}
