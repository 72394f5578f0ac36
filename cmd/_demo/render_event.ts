/**
 * One thing that happened, as one line: the live screen and the plain output show the same.
 *
 * @module
 */

import type { DemoEvent, DemoOrder } from "./demo_event.ts";
import type { Piece, Style, StyledLine } from "../../lib/terminal/styled_text.ts";

/** Columns of `checkout/0 on dea-2`, of a reason. */
const WHERE_WIDTH = 22;
const REASON_WIDTH = 12;

/** Shows an event: ` 12.3 s  START   checkout/0 on dea-2   CRASHED     index 0 has crashed`. */
export function renderEvent(event: DemoEvent): StyledLine {
  return [
    { text: `${event.atSeconds.toFixed(1).padStart(5)} s  `, style: "dim" },
    ...rest(event),
  ];
}

function rest(event: DemoEvent): Piece[] {
  switch (event.kind) {
    case "chaos":
      return labelled("BREAK", "magenta", { text: event.text, style: "bold" });
    case "health":
      return event.whole
        ? labelled("WHOLE", "green", { text: event.text, style: "green" })
        : labelled("BROKEN", "yellow", { text: event.text });
    case "trouble":
      return labelled("TROUBLE", "red", { text: event.text, style: "red" });
    case "start":
      return [...labelled("START", "cyan"), ...order(event)];
    case "stop":
      return [...labelled("STOP", "blue"), ...order(event)];
  }
}

function labelled(label: string, style: Style, text: Piece = { text: "" }): Piece[] {
  return [{ text: label.padEnd(8), style }, text];
}

function order({ kind, app, index, dea, reason, why }: DemoOrder): Piece[] {
  const nowhere = kind === "start" ? "nowhere: no DEA" : "nothing there";
  const where = dea === undefined ? nowhere : `on ${dea}`;
  return [
    { text: `${app}/${index} ${where}`.padEnd(WHERE_WIDTH) },
    { text: `  ${reason.padEnd(REASON_WIDTH)}  `, style: "bold" },
    { text: why, style: "dim" },
  ];
}
