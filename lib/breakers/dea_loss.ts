/**
 * Mass loss of DEAs is more likely ours than theirs: a network that is cut, a bus that lost its routes
 * (I6, F23; Kubernetes and Eureka do the same). While fewer DEAs are present than a share of their recent
 * peak, starts are held: starting everything anew on the few that we still see would crush them, and
 * double what runs out of our sight. A platform that comes up has no peak to fall from, and one of a few
 * DEAs never loses enough of them.
 *
 * Once tripped, the peak stands still: the breaker does not forget what it waits for, however long that
 * takes. Pure; what it remembers is kept in the store, so that no restart forgets it either.
 *
 * @module
 */

import type { BreakerConfig } from "../config/config.ts";
import { JsonReader, parseJson } from "../models/json_reader.ts";

/** Into so many pieces the window is cut: a peak is forgotten that much too late at most. */
const PIECES = 10;

/** The most DEAs that were present in a piece of the window. */
export interface DeaPeak {
  /** Unix seconds at which the piece began. */
  readonly at: number;
  readonly deas: number;
}

/** What the breaker remembers from pass to pass. */
export interface DeaMemory {
  /** One a piece, the oldest first. */
  readonly peaks: readonly DeaPeak[];
  /** The peak from which the DEAs fell; undefined while the breaker is not tripped. */
  readonly trippedPeak?: number;
}

/** Nothing was ever seen. */
export const NO_DEA_MEMORY: DeaMemory = { peaks: [] };

/** What the breaker goes by. */
export interface DeaSight {
  readonly memory: DeaMemory;
  /** How many are present. */
  readonly deas: number;
  /** Unix seconds. */
  readonly now: number;
  /** An operator lets the incident pass. */
  readonly waived: boolean;
}

/** What it comes to. */
export interface DeaVerdict {
  readonly memory: DeaMemory;
  /** Why starts are held; undefined when they are not. */
  readonly reason?: string;
}

/** Judges how many DEAs are left. */
export function judgeDeaLoss(sight: DeaSight, config: BreakerConfig): DeaVerdict {
  const { memory, deas, now } = sight;
  // What an operator lets pass is what the next peak is measured from.
  if (sight.waived) return { memory: remember({ memory: NO_DEA_MEMORY, deas, now }, config) };
  const recent = recentPeaks(memory, { now, config });
  const peak = memory.trippedPeak ?? Math.max(deas, ...recent.map((each) => each.deas));
  const lost = peak - deas;
  if (lost < config.deaFloor || deas >= config.deaShareMin * peak) {
    return { memory: remember({ memory: { peaks: recent }, deas, now }, config) };
  }
  const reason = `only ${deas} of ${peak} DEAs are present, fewer than ` +
    `${percent(config.deaShareMin)} of their recent peak (breaker_dea_share_min)`;
  return { memory: { peaks: recent, trippedPeak: peak }, reason };
}

/** The memory as JSON, as stored. */
export function deaMemoryToJson({ peaks, trippedPeak }: DeaMemory): string {
  return JSON.stringify({
    "peaks": peaks.map(({ at, deas }) => ({ "at": at, "deas": deas })),
    ...(trippedPeak === undefined ? {} : { "tripped_peak": trippedPeak }),
  });
}

/**
 * Reads a stored memory.
 *
 * @throws {ParseError} when it is none
 */
export function parseDeaMemory(json: string): DeaMemory {
  const what = "stored memory of the breaker dea_loss";
  const reader = new JsonReader(what, parseJson(what, json));
  const peaks = reader.array("peaks").map((item, position): DeaPeak => {
    const peak = new JsonReader(what, item, `peaks[${position}]`);
    return { at: peak.integer("at"), deas: peak.integer("deas") };
  });
  return reader.has("tripped_peak")
    ? { peaks, trippedPeak: reader.integer("tripped_peak") }
    : { peaks };
}

/** The peaks that the window still covers. One from the future was written by a clock that was ahead. */
function recentPeaks(
  { peaks }: DeaMemory,
  { now, config }: { readonly now: number; readonly config: BreakerConfig },
): readonly DeaPeak[] {
  const recent = peaks.filter(({ at }) => at + config.deaWindowSeconds > now);
  return recent.map(({ at, deas }) => ({ at: Math.min(at, now), deas }));
}

function remember(
  sight: Pick<DeaSight, "memory" | "deas" | "now">,
  { deaWindowSeconds }: BreakerConfig,
): DeaMemory {
  const { memory: { peaks }, deas, now } = sight;
  const last = peaks.at(-1);
  if (last === undefined || last.at + deaWindowSeconds / PIECES <= now) {
    return { peaks: [...peaks, { at: now, deas }] };
  }
  if (last.deas >= deas) return { peaks };
  return { peaks: [...peaks.slice(0, -1), { at: last.at, deas }] };
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
