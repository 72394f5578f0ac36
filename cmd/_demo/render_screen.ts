/**
 * The live screen: everything about a demo at one moment, as lines that fit the terminal. Pure.
 *
 * From the top: how it stands, desired against actual, the DEAs, and what happened last, which takes
 * whatever rows are left.
 *
 * @module
 */

import type { DemoFrame, DemoInsight } from "./demo_event.ts";
import { describeAction } from "./describe_action.ts";
import { LEGEND, renderApps } from "./render_apps.ts";
import { renderDeas } from "./render_deas.ts";
import { renderEvent } from "./render_event.ts";
import {
  cut,
  justify,
  type Piece,
  type StyledLine,
  widthOf,
} from "../../lib/terminal/styled_text.ts";
import { count, countIndices } from "./summary.ts";

/** The terminal. */
export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

/** Rows that are neither apps, DEAs nor events. */
const FIXED_ROWS = 8;
/** Rows for what happened, at least. */
const EVENT_ROWS_MIN = 4;

/** Draws the screen: at most `rows` lines, none wider than the terminal. */
export function renderScreen(frame: DemoFrame, size: ScreenSize): StyledLine[] {
  // One column stays free at either side: the last one makes some terminals wrap.
  const width = Math.max(1, size.columns - 2);
  const room = size.rows - FIXED_ROWS;
  const forPlatform = Math.max(2, room - EVENT_ROWS_MIN);
  const deaRows = Math.max(1, Math.floor(forPlatform / 3));
  const deas = renderDeas(frame.report.deas, { width, rows: deaRows });
  const apps = renderApps(frame.report.apps, {
    width,
    rows: Math.max(1, forPlatform - deas.length),
  });
  const eventRows = Math.max(0, room - deas.length - apps.length);
  const events = eventRows === 0 ? [] : frame.events.slice(-eventRows).map(renderEvent);
  const filler: StyledLine[] = Array.from({ length: eventRows - events.length }, () => []);
  const lines = [
    headline(frame, width),
    knowledge(frame),
    [],
    rule("Desired against actual", width),
    ...apps,
    rule("DEAs", width),
    ...deas,
    rule("What happened", width),
    ...events,
    ...filler,
    nextUp(frame),
    LEGEND,
  ];
  return lines.slice(0, size.rows).map((line) => [{ text: " " }, ...cut(line, width)]);
}

function headline(frame: DemoFrame, width: number): StyledLine {
  const { asDesired, desired } = countIndices(frame.report);
  const until = frame.endsAtSeconds === undefined ? "" : ` of ${frame.endsAtSeconds} s`;
  const left: StyledLine = [
    { text: "hm9000 demo", style: "bold" },
    { text: `  ${Math.floor(frame.atSeconds)} s${until}`, style: "dim" },
  ];
  const badge: Piece = frame.report.whole
    ? { text: " WHOLE ", style: "badgeGreen" }
    : { text: " HEALING ", style: "badgeYellow" };
  return justify(left, [{ text: `${asDesired} of ${desired} run  ` }, badge], { width });
}

function knowledge({ insight, startsSent, stopsSent }: DemoFrame): StyledLine {
  const sent: Piece = {
    text: `   sent ${count(startsSent, "start")}, ${count(stopsSent, "stop")}`,
    style: "dim",
  };
  if (insight === undefined) return [{ text: "Nothing is known yet", style: "dim" }, sent];
  return [
    ...freshness("desired state", insight.desired),
    { text: "   " },
    ...freshness("actual state", insight.actual),
    {
      text: `   queued ${count(insight.pendingStarts, "start")}, ` +
        count(insight.pendingStops, "stop"),
      style: "dim",
    },
    sent,
  ];
}

function freshness(what: string, status: DemoInsight["actual"]): Piece[] {
  return status.fresh
    ? [{ text: `${what} ` }, { text: "fresh", style: "green" }]
    : [{ text: `${what} ` }, { text: "not fresh", style: "yellow" }];
}

function nextUp({ nextStep, atSeconds, endsAtSeconds, report }: DemoFrame): StyledLine {
  if (nextStep !== undefined) {
    const inSeconds = Math.max(0, Math.ceil(nextStep.atSeconds - atSeconds));
    return [
      { text: "Next: ", style: "dim" },
      { text: describeAction(nextStep.action), style: "magenta" },
      { text: ` in ${inSeconds} s`, style: "dim" },
    ];
  }
  if (endsAtSeconds !== undefined) {
    const inSeconds = Math.max(0, Math.ceil(endsAtSeconds - atSeconds));
    return [{ text: `Nothing more breaks; ends in ${inSeconds} s`, style: "dim" }];
  }
  const rest = report.whole ? "; done" : "; ends when the platform is whole again";
  return [{ text: `Nothing more breaks${rest}`, style: "dim" }];
}

function rule(title: string, width: number): StyledLine {
  const text: Piece = { text: `${title} `, style: "bold" };
  const rest = Math.max(0, width - widthOf([text]));
  return [text, { text: "─".repeat(rest), style: "dim" }];
}
