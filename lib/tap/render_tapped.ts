/**
 * An overheard message as a line for people, and as JSON. Pure.
 *
 * @module
 */

import { type Heartbeat, heartbeatToWire, summarizeHeartbeat } from "../models/heartbeat.ts";
import { type StartMessage, startMessageToJson } from "../models/start_message.ts";
import { type StopMessage, stopMessageToJson } from "../models/stop_message.ts";
import { printable } from "../terminal/printable.ts";
import type { Piece, Style, StyledLine } from "../terminal/styled_text.ts";
import type { TappedMessage } from "./tapped_message.ts";

/** When and where a message was heard. */
export interface Heard {
  /** Unix milliseconds. */
  readonly atMs: number;
  readonly subject: string;
  /** Whether its instances are named one by one: they are one app's, and so not many. */
  readonly inDetail: boolean;
}

/** Instances that are named in one line. */
const NAMED_MAX = 20;
const LABEL_WIDTH = 6;

/** The message as one line: `12:03:44.120 START shop/0 version v1 message 4f0e…`. */
export function renderTapped(tapped: TappedMessage, heard: Heard): StyledLine {
  const at: Piece = { text: `${isoTime(heard.atMs).slice(11, 23)}  `, style: "dim" };
  return [at, ...piecesOf(tapped, heard)];
}

/** The message as JSON, with wire names, on one line; it too may end up on a terminal. */
export function tappedToJson(tapped: TappedMessage, heard: Heard): string {
  const json = JSON.stringify({
    "time": isoTime(heard.atMs),
    "subject": heard.subject,
    "kind": tapped.kind,
    ...contentOf(tapped),
  });
  return printable(json, Infinity);
}

function contentOf(tapped: TappedMessage): Record<string, unknown> {
  switch (tapped.kind) {
    case "start":
      return { "message": JSON.parse(startMessageToJson(tapped.message)) };
    case "stop":
      return { "message": JSON.parse(stopMessageToJson(tapped.message)) };
    case "heartbeat":
      return { "message": heartbeatToWire(tapped.heartbeat), "rejected": tapped.rejected };
    case "bad":
      return { "error": tapped.error, "bytes": tapped.bytes };
  }
}

function piecesOf(tapped: TappedMessage, { inDetail }: Heard): Piece[] {
  switch (tapped.kind) {
    case "start":
      return [label("START", "cyan"), ...startPieces(tapped.message)];
    case "stop":
      return [label("STOP", "blue"), ...stopPieces(tapped.message)];
    case "heartbeat":
      return [label("BEAT", "green"), ...beatPieces(tapped, inDetail)];
    case "bad":
      return [
        label("BAD", "red"),
        { text: printable(tapped.error) },
        { text: `  ${tapped.bytes} bytes`, style: "dim" },
      ];
  }
}

function label(text: string, style: Style): Piece {
  return { text: text.padEnd(LABEL_WIDTH), style };
}

function startPieces({ appGuid, appVersion, instanceIndex, messageId }: StartMessage): Piece[] {
  return [
    { text: `${printable(appGuid)}/${instanceIndex}`, style: "bold" },
    { text: `  version ${printable(appVersion)}` },
    { text: `  message ${printable(messageId)}`, style: "dim" },
  ];
}

function stopPieces(message: StopMessage): Piece[] {
  const { appGuid, appVersion, instanceIndex, instanceGuid, isDuplicate, messageId } = message;
  return [
    { text: `${printable(appGuid)}/${instanceIndex}`, style: "bold" },
    { text: `  version ${printable(appVersion)}  instance ${printable(instanceGuid)}` },
    ...(isDuplicate ? [{ text: "  duplicate", style: "yellow" } as const] : []),
    { text: `  message ${printable(messageId)}`, style: "dim" },
  ];
}

function beatPieces(
  { heartbeat, rejected }: { readonly heartbeat: Heartbeat; readonly rejected: number },
  inDetail: boolean,
): Piece[] {
  const what = inDetail ? nameInstances(heartbeat) : countInstances(heartbeat);
  const unread: Piece = { text: `  ${rejected} that cannot be read`, style: "red" };
  return [
    { text: printable(heartbeat.deaGuid), style: "bold" },
    { text: `  ${what}` },
    ...(rejected === 0 ? [] : [unread]),
  ];
}

function countInstances(heartbeat: Heartbeat): string {
  const { running, starting, crashed, evacuating } = summarizeHeartbeat(heartbeat);
  const counts = Object.entries({ running, starting, crashed, evacuating })
    .filter(([, count]) => count > 0)
    .map(([state, count]) => `${count} ${state}`);
  return counts.length === 0 ? "no instance" : counts.join(", ");
}

function nameInstances({ instances }: Heartbeat): string {
  const sorted = [...instances].sort((a, b) => a.instanceIndex - b.instanceIndex);
  const named = sorted.slice(0, NAMED_MAX)
    .map((i) => `${printable(i.appVersion)}/${i.instanceIndex} ${i.state}`);
  const more = sorted.length - named.length;
  return more === 0 ? named.join(", ") : `${named.join(", ")} and ${more} more`;
}

function isoTime(atMs: number): string {
  return new Date(atMs).toISOString();
}
