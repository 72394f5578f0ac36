/**
 * Holds and waivers as people read them. Pure.
 *
 * @module
 */

import { formatDuration } from "../helpers/duration.ts";
import type { AuditRecord } from "../models/audit_record.ts";
import type { Hold } from "../models/hold.ts";
import type { Waiver } from "../models/waiver.ts";

/** One line: `Starts are held for another 29m by ada: moving a rack (set 1m ago)`. */
export function renderHold(hold: Hold, now: number): string {
  const what = {
    starts: "Starts are held",
    stops: "Stops are held",
    all: "Starts and stops are held",
  }[hold.holds];
  return `${what} ${untilOf(hold, now)} by ${whoOf(hold)}: ${hold.reason} ` +
    `(${hold.name}, set ${formatDuration(now - hold.setAt)} ago)`;
}

/** One line: `dea_loss holds nothing for another 9m, on ada's word: the rack is gone for good`. */
export function renderWaiver(waiver: Waiver, now: number): string {
  return `Breaker ${waiver.breaker} holds nothing for another ` +
    `${formatDuration(waiver.expiresAt - now)}, on the word of ${waiver.by}: ${waiver.reason}`;
}

/** Everything that is held or waived, one line an element. */
export function renderHolds(
  state: { readonly holds: readonly Hold[]; readonly waivers: readonly Waiver[] },
  now: number,
): string[] {
  const lines = [
    ...state.holds.map((hold) => renderHold(hold, now)),
    ...state.waivers.map((waiver) => renderWaiver(waiver, now)),
  ];
  return state.holds.length === 0 ? ["Nothing is held", ...lines] : lines;
}

/** One line of the audit log. */
export function renderAuditRecord(record: AuditRecord): string {
  const at = new Date(record.at * 1000).toISOString().replace(".000Z", "Z");
  const until = record.until === undefined
    ? ""
    : ` for ${formatDuration(record.until - record.at)}`;
  return `${at} ${record.by}: ${record.verb} ${record.what}${until}: ${record.why}`;
}

function untilOf({ expiresAt, source }: Hold, now: number): string {
  if (expiresAt !== undefined) return `for another ${formatDuration(expiresAt - now)}`;
  return source === "breaker" ? "until it is over, or hm9000 resume," : "until hm9000 resume,";
}

function whoOf({ source, by }: Hold): string {
  return source === "breaker" ? `the breaker ${by}` : by;
}
