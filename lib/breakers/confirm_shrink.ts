/**
 * A desired state that shrank implausibly is confirmed when so many fetches in a row lose the very same
 * apps. Off unless configured: a Cloud Controller that was restored from an old backup says the same wrong
 * thing for ever. Pure; what it remembers is kept in the store.
 *
 * @module
 */

import { JsonReader, parseJson } from "../models/json_reader.ts";

/** What was lost, and how often in a row. */
export interface ShrinkMemory {
  /** Stands for the apps that would go. */
  readonly lost: string;
  readonly fetches: number;
}

/** The memory after another fetch that would lose these apps. */
export function rememberShrink(
  memory: ShrinkMemory | undefined,
  lostApps: Iterable<string>,
): ShrinkMemory {
  const lost = fingerprint(lostApps);
  return { lost, fetches: memory?.lost === lost ? memory.fetches + 1 : 1 };
}

/** Whether it is confirmed; `confirmations` of 0 means never. */
export function isConfirmed({ fetches }: ShrinkMemory, confirmations: number): boolean {
  return confirmations > 0 && fetches >= confirmations;
}

/** The memory as JSON, as stored. */
export function shrinkMemoryToJson({ lost, fetches }: ShrinkMemory): string {
  return JSON.stringify({ "lost": lost, "fetches": fetches });
}

/**
 * Reads a stored memory.
 *
 * @throws {ParseError} when it is none
 */
export function parseShrinkMemory(json: string): ShrinkMemory {
  const what = "stored memory of the breaker desired_shrink";
  const reader = new JsonReader(what, parseJson(what, json));
  return { lost: reader.string("lost"), fetches: reader.integer("fetches") };
}

/** FNV-1a of the names, with their number. It tells fetches apart, it is no proof of anything. */
function fingerprint(names: Iterable<string>): string {
  let hash = 0x811c9dc5;
  let count = 0;
  for (const name of names) {
    count += 1;
    for (let at = 0; at <= name.length; at += 1) {
      hash ^= at === name.length ? 0 : name.charCodeAt(at);
      hash = Math.imul(hash, 0x01000193);
    }
  }
  return `${count}-${(hash >>> 0).toString(16)}`;
}
