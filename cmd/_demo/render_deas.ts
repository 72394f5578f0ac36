/**
 * The DEAs: where in its life each is, and how much it carries.
 *
 * @module
 */

import type { DeaReport, DeaState } from "../../test_helpers/simulated_report.ts";
import { columns, type Piece, type StyledLine } from "../../lib/terminal/styled_text.ts";

/** The longest bar, in columns. */
const BAR_WIDTH = 12;

const MARKS: Readonly<Record<DeaState, Piece>> = {
  live: { text: "●", style: "green" },
  evacuating: { text: "◌", style: "yellow" },
  dead: { text: "✗", style: "red" },
  left: { text: "·", style: "dim" },
};

/** Shows all DEAs, or as many as fit in `rows` and how many there are besides. */
export function renderDeas(
  deas: readonly DeaReport[],
  area: { readonly width: number; readonly rows: number },
): StyledLine[] {
  const rows = columns(cellsOf(deas), { width: area.width });
  if (rows.length <= area.rows) return rows;
  const perRow = Math.ceil(deas.length / rows.length);
  const shownRows = Math.max(0, area.rows - 1);
  const hidden = deas.length - shownRows * perRow;
  return [...rows.slice(0, shownRows), [{ text: `… and ${hidden} more DEAs`, style: "dim" }]];
}

function cellsOf(deas: readonly DeaReport[]): StyledLine[] {
  const nameWidth = Math.max(0, ...deas.map(({ deaGuid }) => deaGuid.length));
  const most = Math.max(1, ...deas.map(({ instances }) => instances));
  const countWidth = String(most).length;
  const barWidth = Math.min(BAR_WIDTH, most);
  return deas.map((dea) => [
    MARKS[dea.state],
    { text: ` ${dea.deaGuid.padEnd(nameWidth)} ` },
    ...load(dea, { countWidth, barWidth, most }),
  ]);
}

function load(
  { state, instances }: DeaReport,
  scale: { readonly countWidth: number; readonly barWidth: number; readonly most: number },
): Piece[] {
  if (state === "dead") return [{ text: "dead", style: "red" }];
  if (state === "left") return [{ text: "left", style: "dim" }];
  const count: Piece = { text: `${String(instances).padStart(scale.countWidth)} ` };
  const length = Math.ceil(instances * scale.barWidth / scale.most);
  const bar: Piece = {
    text: "■".repeat(length),
    style: state === "live" ? "green" : "yellow",
  };
  return state === "live" ? [count, bar] : [count, bar, { text: " evacuating", style: "yellow" }];
}
