/**
 * Desired against actual: one cell for each app, with a character for each of its indices.
 *
 * @module
 */

import type { AppReport, IndexReport } from "../../test_helpers/simulated_report.ts";
import { columns, type Piece, type StyledLine } from "../../lib/terminal/styled_text.ts";

/** Indices shown of one app. */
const INDICES_MAX = 8;

/** What the characters mean, for the last line of the screen. */
export const LEGEND: StyledLine = [
  { text: "●", style: "green" },
  { text: " running  ", style: "dim" },
  { text: "◐", style: "yellow" },
  { text: " starting  ", style: "dim" },
  { text: "○", style: "red" },
  { text: " missing  ", style: "dim" },
  { text: "✗", style: "red" },
  { text: " crashed  ", style: "dim" },
  { text: "◌", style: "yellow" },
  { text: " evacuating  ", style: "dim" },
  { text: "◉", style: "yellow" },
  { text: " moved  ", style: "dim" },
  { text: "2", style: "yellow" },
  { text: " duplicate  ", style: "dim" },
  { text: "+", style: "magenta" },
  { text: " extra", style: "dim" },
];

/** Where the apps are shown. */
export interface AppsArea {
  readonly width: number;
  /** Most rows; apps that are not as desired are shown first when not all fit. */
  readonly rows: number;
}

/** Shows all apps, or as many as fit and how many there are besides. */
export function renderApps(apps: readonly AppReport[], area: AppsArea): StyledLine[] {
  const all = columns(cellsOf(apps), { width: area.width });
  if (all.length <= area.rows) return all;
  const sorted = [...apps.filter(({ whole }) => !whole), ...apps.filter(({ whole }) => whole)];
  const rows = columns(cellsOf(sorted), { width: area.width });
  const perRow = Math.ceil(apps.length / rows.length);
  const shownRows = Math.max(0, area.rows - 1);
  const hidden = sorted.slice(shownRows * perRow);
  return [...rows.slice(0, shownRows), remainder(hidden)];
}

function remainder(hidden: readonly AppReport[]): StyledLine {
  const broken = hidden.filter(({ whole }) => !whole).length;
  const rest: Piece = { text: `… and ${hidden.length} more apps`, style: "dim" };
  if (broken === 0) return [rest, { text: ", all as desired", style: "dim" }];
  return [rest, { text: `, ${broken} of them not as desired`, style: "yellow" }];
}

function cellsOf(apps: readonly AppReport[]): StyledLine[] {
  const nameWidth = Math.max(0, ...apps.map(({ appGuid }) => appGuid.length));
  const countWidth = Math.max(0, ...apps.map((app) => countOf(app).length));
  return apps.map((app) => [
    app.whole ? { text: "✓ ", style: "green" } : { text: "✗ ", style: "yellow" },
    { text: `${app.appGuid.padEnd(nameWidth)} ${countOf(app).padStart(countWidth)} ` },
    ...glyphs(app),
  ]);
}

function countOf({ running, desired }: AppReport): string {
  return `${running}/${desired}`;
}

function glyphs({ indices }: AppReport): Piece[] {
  const shown = indices.map(glyphOf).filter((piece) => piece !== undefined);
  if (shown.length <= INDICES_MAX) return shown;
  return [...shown.slice(0, INDICES_MAX - 1), { text: "…", style: "dim" }];
}

/** The character of one index; undefined for a crash where nothing is desired. */
export function glyphOf(index: IndexReport): Piece | undefined {
  const { desired, running, starting, evacuating, crashed } = index;
  const working = running + starting;
  if (!desired) {
    return working + evacuating > 0 ? { text: "+", style: "magenta" } : undefined;
  }
  if (working > 1) return { text: working > 9 ? "9" : String(working), style: "yellow" };
  if (running === 1 && evacuating > 0) return { text: "◉", style: "yellow" };
  if (running === 1) return { text: "●", style: "green" };
  if (starting === 1) return { text: "◐", style: "yellow" };
  if (evacuating > 0) return { text: "◌", style: "yellow" };
  return crashed > 0 ? { text: "✗", style: "red" } : { text: "○", style: "red" };
}
