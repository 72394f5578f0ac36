/**
 * The dump as people read it (CLI-09, CLI-10, CLI-12). Pure.
 *
 * @module
 */

import { isExpired, isSent, type PendingMessage } from "../models/pending_message.ts";
import type { PendingStartMessage } from "../models/pending_start_message.ts";
import type { PendingStopMessage } from "../models/pending_stop_message.ts";
import type { AppDump } from "./app_dump.ts";

/** How much of a DEA's guid is shown. */
const DEA_GUID_CHARACTERS = 5;

/** What the head of the dump says. */
export interface DumpHead {
  /** Unix seconds. */
  readonly now: number;
  /** Why the store is not fresh; undefined when it is. */
  readonly staleBecause: string | undefined;
  /** What is not sent for now, a line each. @default nothing */
  readonly held?: readonly string[];
}

/** The whole dump, one line an element. */
export function renderDump(dumps: readonly AppDump[], head: DumpHead): string[] {
  return [
    `Dump - Current timestamp ${head.now}`,
    head.staleBecause === undefined
      ? "Store is fresh"
      : `STORE IS NOT FRESH - ${head.staleBecause}`,
    ...(head.held ?? []).map((line) => `HELD - ${line}`),
    "====================",
    ...dumps.flatMap((dump) => renderApp(dump, head.now)),
  ];
}

function renderApp(dump: AppDump, now: number): string[] {
  const { app } = dump;
  const { desired } = app;
  return [
    "",
    `Guid: ${app.appGuid} | Version: ${app.appVersion}`,
    desired === undefined
      ? "  Desired: NO"
      : `  Desired: [${desired.instances}] instances, (${desired.state}, ${desired.packageState})`,
    ...section(
      "  Heartbeats:",
      app.instances.map((i) =>
        `    [${i.instanceIndex} ${i.state}] ${i.instanceGuid} on ${
          i.deaGuid.slice(0, DEA_GUID_CHARACTERS)
        }`
      ),
    ),
    ...(app.crashCounts.length === 0 ? [] : [
      `  CrashCounts:${
        app.crashCounts.map((c) => ` [${c.instanceIndex}]:${c.crashCount}`).join("")
      }`,
    ]),
    ...section("  Pending Starts:", dump.pendingStarts.map((start) => renderStart(start, now))),
    ...section("  Pending Stops:", dump.pendingStops.map((stop) => renderStop(stop, now))),
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [`${title} NONE`] : [title, ...lines];
}

function renderStart(start: PendingStartMessage, now: number): string {
  const unverified = start.skipVerification ? " NO VERIFICATION" : "";
  return `    [${start.instanceIndex} ${start.reason}] priority:${start.priority.toFixed(2)}` +
    `${unverified} ${renderTimes(start, now)}`;
}

function renderStop(stop: PendingStopMessage, now: number): string {
  return `    [${stop.reason}] ${stop.instanceGuid} ${renderTimes(stop, now)}`;
}

function renderTimes(message: PendingMessage, now: number): string {
  if (!isSent(message)) return `send: ${seconds(message.sendOn - now)}`;
  if (isExpired(message, now)) return `sent: ${message.sentOn} delete: due`;
  return `sent: ${message.sentOn} delete: ${seconds(message.sentOn + message.keepAlive - now)}`;
}

function seconds(count: number): string {
  return count <= 0 ? "due" : `in ${count}s`;
}
