/**
 * Which messages a pass of the sender must look at: those of apps that changed, those that fall due or
 * expire, and as many of those that wait for room as there is room for. All others are as they were found
 * before: not due, or verified and waiting. So a pass costs what there is to do, not what is queued
 * (SND-04 to SND-22). An app is looked at with all of its messages, for they are judged together.
 *
 * Pure bookkeeping over a view of the queues. After a failure nobody knows what was done: then everything is
 * looked at again.
 *
 * @module
 */

import { appKey } from "../models/app_key.ts";
import type { Changes } from "../mirror/change_feed.ts";
import { isSent, type PendingMessage } from "../models/pending_message.ts";
import type { PendingStartMessage } from "../models/pending_start_message.ts";
import type { PendingStopMessage } from "../models/pending_stop_message.ts";
import type { Queued } from "../models/queued.ts";
import { DueApps } from "./due_apps.ts";
import type { QueuedStart, QueuedStop } from "./select_due.ts";
import { WaitingStarts } from "./waiting_starts.ts";

/** The queues, as a mirror shows them. */
export interface QueuesInView {
  pendingKeys(): Iterable<string>;
  pending(appKey: string): {
    readonly starts: ReadonlyMap<number, string>;
    readonly stops: ReadonlyMap<string, string>;
  };
  start(storeKey: string): Queued<PendingStartMessage> | undefined;
  stop(storeKey: string): Queued<PendingStopMessage> | undefined;
}

/** What a pass may do. */
export interface AgendaOptions {
  /** Unix seconds. */
  readonly now: number;
  /** How many starts may be sent. */
  readonly room: number;
  /** Whether apps take turns with their starts. */
  readonly byTurns: boolean;
}

/** What a pass must look at. */
export interface AgendaItems {
  readonly starts: readonly QueuedStart[];
  readonly stops: readonly QueuedStop[];
}

/** Keeps in mind what need not be looked at. */
export class Agenda {
  readonly #due = new DueApps();
  readonly #waiting = new WaitingStarts();
  #changed = new Set<string>();
  #everything = true;

  /** How many starts are due and right, and wait for room. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** When time alone makes an app worth a look, in Unix seconds; or Infinity. */
  get nextOn(): number {
    return this.#due.nextOn;
  }

  /** Takes note of apps that changed. */
  note({ everything, fleet, queue }: Changes): void {
    this.#everything ||= everything;
    for (const key of fleet) this.#changed.add(key);
    for (const key of queue) this.#changed.add(key);
  }

  /** Nothing that was found is to be relied on. */
  noteEverything(): void {
    this.#everything = true;
  }

  /** What the next pass must look at. */
  take(view: QueuesInView, { now, room, byTurns }: AgendaOptions): AgendaItems {
    const apps = this.#everything ? this.#beginAnew(view) : this.#changed;
    for (const key of this.#due.takeUntil(now)) apps.add(key);
    this.#changed = new Set();
    this.#everything = false;
    for (const key of apps) this.#waiting.removeApp(key);
    for (const key of this.#waiting.takeApps(room, { byTurns })) apps.add(key);
    return this.#messagesOf(apps, { view, now });
  }

  /** What the pass leaves to wait for room. */
  keepWaiting(starts: readonly QueuedStart[]): void {
    this.#waiting.add(starts);
  }

  #beginAnew(view: QueuesInView): Set<string> {
    this.#due.clear();
    this.#waiting.clear();
    return new Set(view.pendingKeys());
  }

  #messagesOf(
    apps: ReadonlySet<string>,
    { view, now }: { readonly view: QueuesInView; readonly now: number },
  ): AgendaItems {
    const starts: QueuedStart[] = [];
    const stops: QueuedStop[] = [];
    for (const key of apps) {
      const pending = view.pending(key);
      for (const storeKey of pending.starts.values()) {
        const start = view.start(storeKey);
        if (start !== undefined) starts.push(start);
      }
      for (const storeKey of pending.stops.values()) {
        const stop = view.stop(storeKey);
        if (stop !== undefined) stops.push(stop);
      }
    }
    for (const { message } of [...starts, ...stops]) this.#remindOf(message, now);
    return { starts, stops };
  }

  #remindOf(message: PendingMessage, now: number): void {
    const second = isSent(message) ? message.sentOn + message.keepAlive : message.sendOn;
    if (second > now) this.#due.add(appKey(message), second);
  }
}
