/**
 * The rows of the behaviour contract against the tests that name them. Pure.
 *
 * @module
 */

/** One line of a table whose first column is an id. */
export interface Row {
  readonly id: string;
  /** The other columns. */
  readonly columns: readonly string[];
}

/** What coverage is judged by. */
export interface CoverageInput {
  readonly rows: readonly Row[];
  /** Rows that do not apply, each with its reason. */
  readonly notApplicable: readonly Row[];
  /** Test files by the row ids they name. */
  readonly tests: ReadonlyMap<string, readonly string[]>;
}

/** How the rows stand. */
export interface Coverage {
  readonly covered: readonly Row[];
  readonly notApplicable: readonly Row[];
  readonly missing: readonly Row[];
  /** Said not to apply, and tested all the same. */
  readonly contradictory: readonly Row[];
  /** Ids of the contract's form that tests name and the contract lacks. */
  readonly unknown: readonly string[];
}

const ID = /\b[A-Z]{3}-\d{2}\b/g;

/** Reads a table: a header line, then lines of columns separated by tabs. */
export function parseTsv(text: string): Row[] {
  return text.split("\n").slice(1).filter((line) => line !== "").map((line) => {
    const [id = "", ...columns] = line.split("\t");
    return { id, columns };
  });
}

/** The row ids that a test file names in its code; comments prove nothing. */
export function namedIds(source: string): Set<string> {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
  return new Set(code.match(ID) ?? []);
}

/** Sorts the rows by how they stand. */
export function judgeCoverage(input: CoverageInput): Coverage {
  const { rows, notApplicable, tests } = input;
  const excused = new Map(notApplicable.map((row) => [row.id, row]));
  const known = new Set(rows.map(({ id }) => id));
  const families = new Set(rows.map(({ id }) => id.slice(0, 3)));
  return {
    covered: rows.filter(({ id }) => tests.has(id) && !excused.has(id)),
    notApplicable: rows.flatMap(({ id }) => tests.has(id) ? [] : excused.get(id) ?? []),
    missing: rows.filter(({ id }) => !tests.has(id) && !excused.has(id)),
    contradictory: rows.flatMap(({ id }) => tests.has(id) ? excused.get(id) ?? [] : []),
    unknown: [...tests.keys()].filter((id) => families.has(id.slice(0, 3)) && !known.has(id)),
  };
}

/** The report, one line an element. */
export function renderCoverage(
  coverage: Coverage,
  options: { readonly list: boolean; readonly tests: CoverageInput["tests"] },
): string[] {
  const { covered, notApplicable, missing, contradictory, unknown } = coverage;
  const listed = options.list
    ? [
      ...covered.map(({ id }) => `covered         ${id}  ${options.tests.get(id)?.join(" ")}`),
      ...notApplicable.map(({ id, columns }) => `does not apply  ${id}  ${columns.join(" ")}`),
    ]
    : [];
  return [
    ...listed,
    ...missing.map(({ id, columns }) => `missing         ${id}  ${columns.join(" ")}`),
    ...contradictory.map(({ id }) => `contradictory   ${id}  is tested and said not to apply`),
    ...unknown.map((id) =>
      `unknown         ${id}  is named by ${options.tests.get(id)?.join(" ")}`
    ),
    `${covered.length} rows covered, ${notApplicable.length} do not apply, ${missing.length} missing`,
  ];
}
