/**
 * The live view of `hm9000 top`: how the platform is, as lines that fit the terminal. Pure.
 *
 * From the top: whether anything is acted upon, the counts, who leads, the DEAs, what is sent next, and
 * what was sent last. Each list takes the rows it is given and says how much it leaves out.
 *
 * @module
 */

import type { FreshnessStatus } from "../store/collections/freshness.ts";
import { printable } from "../terminal/printable.ts";
import { columns, cut, type Piece, type Style, type StyledLine } from "../terminal/styled_text.ts";
import type { ShownMessage, TopFrame } from "./top_frame.ts";

/** The terminal. */
export interface TopSize {
  readonly columns: number;
  readonly rows: number;
}

/** Components of which one must lead for anything to happen. */
const LED: readonly string[] = [
  ...["actual_state_listener", "desired_state_listener", "analyzer", "sender"],
  ...["evacuator", "shredder"],
];

/** Draws the picture: at most `rows` lines, none wider than the terminal. */
export function renderTop(frame: TopFrame, size: TopSize): StyledLine[] {
  const width = Math.max(1, size.columns - 1);
  const head = [
    headline(frame),
    ...holdLines(frame),
    freshness(frame),
    counts(frame),
    leaders(frame),
  ];
  // Three titles; what is left is shared by three lists.
  const each = Math.max(1, Math.floor((size.rows - head.length - 3) / 3));
  const { starts, stops } = frame.queued;
  const lines = [
    ...head,
    title(`Next: ${starts} starts and ${stops} stops are queued`),
    ...limited(frame.next.map((message) => messageLine(message, frame.now)), each),
    title("Sent of late"),
    ...limited(frame.sent.map((message) => messageLine(message, frame.now)), each),
    title(`DEAs: ${frame.deas.length} present`),
    ...limited(columns(deaCells(frame), { width }), each),
  ];
  return lines.slice(0, size.rows).map((line) => cut(line, width));
}

function headline({ staleBecause, now, counts }: TopFrame): StyledLine {
  const time: Piece = { text: `  ${new Date(now * 1000).toISOString().slice(11, 19)} UTC  ` };
  const name: Piece = { text: "hm9000", style: "bold" };
  if (staleBecause !== undefined) {
    return [name, time, { text: `NOT ACTING: ${printable(staleBecause)}`, style: "red" }];
  }
  const { missing, crashed } = counts.instances;
  return missing + crashed === 0
    ? [name, time, { text: "all is as desired", style: "green" }]
    : [name, time, { text: `${missing} missing, ${crashed} crashed`, style: "yellow" }];
}

function holdLines({ holds, now }: TopFrame): StyledLine[] {
  return holds.map(({ holds: what, by, reason, expiresAt }) => {
    const until = expiresAt === undefined ? "" : `, for ${Math.max(0, expiresAt - now)} s more`;
    const text = `HELD: ${what} by ${printable(by)}${until}: ${printable(reason)}`;
    return [{ text, style: "badgeYellow" }];
  });
}

function freshness({ freshness: { actual, desired }, now }: TopFrame): StyledLine {
  return [...status("actual", actual, now), { text: "   " }, ...status("desired", desired, now)];
}

function status(name: string, { fresh, since }: FreshnessStatus, now: number): Piece[] {
  const age = fresh && since !== undefined ? ` for ${now - since} s` : "";
  return [
    { text: `${name} state ` },
    { text: fresh ? "fresh" : "not fresh", style: fresh ? "green" : "red" },
    { text: age, style: "dim" },
  ];
}

function counts({ counts: { instances } }: TopFrame): StyledLine {
  const styles: Readonly<Record<string, Style>> = {
    running: "green",
    starting: "yellow",
    missing: "red",
    crashed: "red",
    evacuating: "yellow",
  };
  return Object.entries(instances).flatMap(([name, n]): Piece[] => [
    { text: `${name} ` },
    { text: String(n), style: n === 0 ? "dim" : styles[name] ?? "bold" },
    { text: "   " },
  ]);
}

function leaders({ leaders }: TopFrame): StyledLine {
  if (leaders === undefined) return [{ text: "who leads is not known", style: "red" }];
  const led = leaders.map(({ component }) => component);
  const nobody = LED.filter((component) => !led.includes(component));
  if (nobody.length === 0) return [{ text: "every component is led", style: "dim" }];
  return [{ text: `nobody leads: ${nobody.join(", ")}`, style: "red" }];
}

function title(text: string): StyledLine {
  return [{ text, style: "bold" }];
}

function limited(lines: readonly StyledLine[], max: number): StyledLine[] {
  if (lines.length === 0) return [[{ text: "  none", style: "dim" }]];
  if (lines.length <= max) return [...lines];
  const left = lines.length - max + 1;
  return [...lines.slice(0, max - 1), [{ text: `  … and ${left} more`, style: "dim" }]];
}

function messageLine(message: ShownMessage, now: number): StyledLine {
  const { kind, droplet, index, instance, reason, send_on: sendOn, sent_on: sentOn } = message;
  const where = index === null ? ` ${printable(String(instance))}` : `/${index}`;
  const dueIn = Number(sendOn) - now;
  const due = dueIn > 0 ? `in ${dueIn} s` : `due for ${-dueIn} s`;
  const when = sentOn === null ? due : `sent ${now - Number(sentOn)} s ago`;
  return [
    { text: `  ${String(kind).padEnd(6)}`, style: kind === "start" ? "cyan" : "blue" },
    { text: `${printable(String(droplet))}${where}  ` },
    { text: `${reason}  `, style: "bold" },
    { text: when, style: "dim" },
  ];
}

function deaCells({ deas, now }: TopFrame): StyledLine[] {
  return deas.map(({ guid, instances, renewedAt }) => [
    { text: `  ${printable(guid)} ` },
    { text: `${instances} `, style: "bold" },
    { text: renewedAt === 0 ? "" : `${now - renewedAt} s ago`, style: "dim" },
  ]);
}
