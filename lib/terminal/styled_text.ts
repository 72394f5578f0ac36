/**
 * Lines of text with styles, kept apart from the escape sequences that show them, so that what is drawn
 * can be measured, cut to the terminal's width and tested as text.
 *
 * Every character used takes one column.
 *
 * @module
 */

/** How a piece of text looks. */
export type Style =
  | "bold"
  | "dim"
  | "red"
  | "green"
  | "yellow"
  | "blue"
  | "magenta"
  | "cyan"
  | "badgeGreen"
  | "badgeYellow";

/** Text of one style. */
export interface Piece {
  readonly text: string;
  readonly style?: Style;
}

/** One line. */
export type StyledLine = readonly Piece[];

/** Select Graphic Rendition parameters. */
const SGR: Readonly<Record<Style, string>> = {
  bold: "1",
  dim: "2",
  red: "31",
  green: "32",
  yellow: "33",
  blue: "34",
  magenta: "35",
  cyan: "36",
  badgeGreen: "1;30;42",
  badgeYellow: "1;30;43",
};

const ELLIPSIS = "…";

/** The text alone. */
export function plainText(line: StyledLine): string {
  return line.map(({ text }) => text).join("");
}

/** How many columns a line takes. */
export function widthOf(line: StyledLine): number {
  return line.reduce((sum, { text }) => sum + [...text].length, 0);
}

/** The line, no wider than `width`; what is cut off is marked with an ellipsis. */
export function cut(line: StyledLine, width: number): StyledLine {
  if (widthOf(line) <= width) return line;
  const kept: Piece[] = [];
  let room = width - ELLIPSIS.length;
  for (const piece of line) {
    const characters = [...piece.text].slice(0, Math.max(0, room));
    room -= characters.length;
    if (characters.length > 0) kept.push({ ...piece, text: characters.join("") });
  }
  return width < 1 ? [] : [...kept, { text: ELLIPSIS, style: "dim" }];
}

/** The line, at least `width` wide, filled up with spaces at its end. */
export function pad(line: StyledLine, width: number): StyledLine {
  const missing = width - widthOf(line);
  return missing <= 0 ? line : [...line, { text: " ".repeat(missing) }];
}

/** `left` and `right` at both ends of a line; `right` is left out when there is no room for it. */
export function justify(
  left: StyledLine,
  right: StyledLine,
  options: { readonly width: number },
): StyledLine {
  const room = options.width - widthOf(left) - widthOf(right);
  return room < 1 ? left : [...left, { text: " ".repeat(room) }, ...right];
}

/** Cells in columns as wide as the widest of them, row by row. */
export function columns(
  cells: readonly StyledLine[],
  options: { readonly width: number; readonly gap?: number },
): StyledLine[] {
  const { width, gap = 2 } = options;
  const cellWidth = Math.max(0, ...cells.map(widthOf)) + gap;
  const perRow = Math.max(1, Math.floor((width + gap) / cellWidth));
  const rows: StyledLine[] = [];
  for (let at = 0; at < cells.length; at += perRow) {
    rows.push(cells.slice(at, at + perRow).flatMap((cell) => pad(cell, cellWidth)));
  }
  return rows;
}

/** The line as a terminal takes it; without colors it is the text alone. */
export function toTerminal(line: StyledLine, options: { readonly colors: boolean }): string {
  if (!options.colors) return plainText(line).trimEnd();
  return line.map(({ text, style }) =>
    style === undefined ? text : `\x1b[${SGR[style]}m${text}\x1b[0m`
  ).join("");
}
