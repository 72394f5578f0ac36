/**
 * The text of a configuration file as values, with the line and column of each. JSON is YAML, so the
 * Go original's files are read too. The parser's own messages are not passed on: they quote what
 * they stumble over, and that may be a password.
 *
 * @module
 */

import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type YAMLError,
} from "yaml";
import type { PathPart } from "./config_keys.ts";
import type { ConfigProblem } from "./config_error.ts";

/** A line and a column, both counted from 1. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
}

/** A file that has been read. */
export interface YamlSource {
  /** What stands in the file; null when nothing does, undefined when it is not readable. */
  readonly value: unknown;
  readonly problems: readonly ConfigProblem[];
  /** Where the key (or the value) at `path` stands, or else what encloses it most closely. */
  locate(path: readonly PathPart[], part: "key" | "value"): TextPosition | undefined;
}

const messages: Readonly<Record<string, string>> = {
  BAD_ALIAS:
    'a value that begins with "*" refers to an anchor that is not there; put text in quotes',
  BAD_DQ_ESCAPE: 'a text in double quotes has an unknown "\\" escape; write "\\\\" for a backslash',
  BAD_DIRECTIVE: 'a line that begins with "%" is not known',
  BAD_INDENT: "the indentation is wrong, or a bracket or quote is not closed",
  BAD_SCALAR_START: "a text begins with a character that has a meaning in YAML; put it in quotes",
  BLOCK_AS_IMPLICIT_KEY: 'there are two ": " on one line; put the value in quotes',
  DUPLICATE_KEY: "the key is set twice; remove one of the two",
  MISSING_CHAR: "a comma, colon, bracket or quote is missing",
  MULTILINE_IMPLICIT_KEY: 'a line is not of the form "key: value"; put a space after the colon',
  MULTIPLE_DOCS: 'there is more than one document; remove the line "---" and what follows',
  NON_STRING_KEY: "a key is not text",
  RESOURCE_EXHAUSTION: "the anchors unfold into too much",
  TAB_AS_INDENT: "lines are indented by tabs; use spaces",
  TAG_RESOLVE_FAILED: 'a value begins with "!"; put text in quotes',
};

/** Reads YAML text; `file` is named in the problems. Never throws for bad text. */
export function readYaml(text: string, file: string): YamlSource {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    logLevel: "error",
  });
  const locate: YamlSource["locate"] = (path, part) =>
    positionAt(lines, rangeOf(document, { path, part }));
  const problems = [...document.errors, ...document.warnings, ...aliasErrors(document)]
    .map((error) => toProblem(error, { file, lines, document }));
  const fatal = problems.some((problem) => problem.message !== messages["DUPLICATE_KEY"]);
  return { value: fatal ? undefined : document.toJS(), problems, locate };
}

interface Fault {
  readonly code: string;
  readonly offset: number;
}

interface ProblemContext {
  readonly file: string;
  readonly lines: LineCounter;
  readonly document: Document;
}

function toProblem(error: YAMLError | Fault, context: ProblemContext): ConfigProblem {
  const { file, lines, document } = context;
  const offset = "offset" in error ? error.offset : error.pos[0];
  const position = positionAt(lines, offset);
  return {
    file,
    line: position?.line,
    column: position?.column,
    key: error.code === "DUPLICATE_KEY" ? keyStartingAt(document, offset) : "",
    message: messages[error.code] ?? "the text is not YAML; is a value not in quotes?",
  };
}

// Aliases are resolved only when values are made, where an error would name the anchor.
function aliasErrors(document: Document): readonly Fault[] {
  const faults: Fault[] = [];
  let aliases = 0;
  visit(document, {
    Alias(_key, alias) {
      aliases++;
      const offset = alias.range?.[0] ?? 0;
      if (alias.resolve(document) === undefined) faults.push({ code: "BAD_ALIAS", offset });
    },
  });
  if (faults.length > 0 || aliases === 0) return faults;
  try {
    document.toJS();
    return [];
  } catch {
    return [{ code: "RESOURCE_EXHAUSTION", offset: 0 }]; // The one fault resolving leaves.
  }
}

function keyStartingAt(document: Document, offset: number): string {
  let name = "";
  visit(document, {
    Pair(_key, pair) {
      if (isScalar(pair.key) && pair.key.range?.[0] === offset) name = String(pair.key.value);
    },
  });
  return /^\w{1,80}$/.test(name) ? name : "";
}

function rangeOf(
  document: Document,
  { path, part }: { readonly path: readonly PathPart[]; readonly part: "key" | "value" },
): number | undefined {
  let node: unknown = document.contents;
  let offset: number | undefined = isNode(node) ? node.range?.[0] : undefined;
  for (const [depth, name] of path.entries()) {
    if (isAlias(node)) node = (node as Alias).resolve(document);
    if (isSeq(node) && typeof name === "number") {
      node = node.items[name];
    } else if (isMap(node) && typeof name === "string") {
      const pair = node.items.findLast((item) => isScalar(item.key) && item.key.value === name);
      if (pair === undefined) return offset;
      if (isScalar(pair.key)) offset = pair.key.range?.[0] ?? offset;
      if (depth === path.length - 1 && part === "key") return offset;
      node = pair.value;
    } else if (!isMap(node)) { // A mapping may stand where a list of one is meant.
      return offset;
    }
    if (isNode(node) && node.range) offset = node.range[0];
  }
  return offset;
}

function positionAt(lines: LineCounter, offset: number | undefined): TextPosition | undefined {
  if (offset === undefined) return undefined;
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}
