/**
 * The starts that are due and right and wait for room, in the order of sending. There may be a hundred
 * thousand of them while a few are sent in a pass: what a pass costs must not depend on how many wait.
 * Pure bookkeeping.
 *
 * @module
 */

import { appKey } from "../models/app_key.ts";
import type { QueuedStart } from "./select_due.ts";
import { compareStarts, isUrgent } from "./sending_order.ts";

interface WaitingStart {
  readonly queued: QueuedStart;
  /** It was taken out, and is only not swept away yet. */
  gone: boolean;
}

/** Starts that wait. */
export class WaitingStarts {
  /** In the order of sending. */
  #line: WaitingStart[] = [];
  readonly #byApp = new Map<string, WaitingStart[]>();
  #size = 0;

  /** How many wait. */
  get size(): number {
    return this.#size;
  }

  /** Lets more starts wait. */
  add(starts: readonly QueuedStart[]): void {
    if (starts.length === 0) return;
    const added = starts.map((queued): WaitingStart => ({ queued, gone: false }));
    for (const start of added) {
      const key = appKey(start.queued.message);
      const others = this.#byApp.get(key);
      if (others === undefined) this.#byApp.set(key, [start]);
      else others.push(start);
    }
    this.#size += added.length;
    this.#line = merge(this.#line, added.sort(compare));
  }

  /** Takes out those of an app. */
  removeApp(key: string): void {
    for (const start of this.#byApp.get(key) ?? []) this.#remove(start);
    this.#byApp.delete(key);
  }

  /** Takes out all those of the apps that have one among the first `count`, or that come first by turns. */
  takeApps(count: number, { byTurns }: { readonly byTurns: boolean }): Set<string> {
    const keys = new Set<string>();
    if (count <= 0) return keys;
    for (const queued of byTurns ? this.#firstByTurns(count) : this.#first(count)) {
      keys.add(appKey(queued.message));
    }
    for (const key of keys) this.removeApp(key);
    return keys;
  }

  /** Takes all out. */
  clear(): void {
    this.#line = [];
    this.#byApp.clear();
    this.#size = 0;
  }

  #remove(start: WaitingStart): void {
    if (start.gone) return;
    start.gone = true;
    this.#size -= 1;
  }

  /** As `takeTurns` has them, without looking at more than it takes: mostly that is one turn, in part. */
  #firstByTurns(count: number): QueuedStart[] {
    const first: QueuedStart[] = [];
    for (let turn = 0, found = true; found; turn += 1) {
      found = false;
      const seen = new Map<string, number>();
      for (const { queued, gone } of this.#line) {
        if (gone || !isTheTurnOf(queued, { turn, seen })) continue;
        first.push(queued);
        if (first.length >= count) return first;
        found = true;
      }
    }
    return first;
  }

  #first(count: number): QueuedStart[] {
    const first: QueuedStart[] = [];
    for (const { queued, gone } of this.#line) {
      if (gone) continue;
      first.push(queued);
      if (first.length >= count) break;
    }
    return first;
  }
}

function compare(a: WaitingStart, b: WaitingStart): number {
  return compareStarts(a.queued.message, b.queued.message);
}

/** Two lines in one; whoever is gone stays behind. */
function merge(line: readonly WaitingStart[], added: readonly WaitingStart[]): WaitingStart[] {
  const merged: WaitingStart[] = [];
  let next = 0;
  for (const start of line) {
    if (start.gone) continue;
    for (; next < added.length; next += 1) {
      const other = added[next];
      if (other === undefined || compare(other, start) > 0) break;
      merged.push(other);
    }
    merged.push(start);
  }
  for (const other of added.slice(next)) merged.push(other);
  return merged;
}

/** Urgent starts, which stand at the head of the line, all have the first turn. */
function isTheTurnOf(
  { message }: QueuedStart,
  { turn, seen }: { readonly turn: number; readonly seen: Map<string, number> },
): boolean {
  if (isUrgent(message)) return turn === 0;
  const key = appKey(message);
  const before = seen.get(key) ?? 0;
  seen.set(key, before + 1);
  return before === turn;
}
