/**
 * The sender over a mirror of the fleet: it passes when something falls due or is queued, and not only
 * when its period is over. However many passes that makes, starts stay within the limit of one pass in
 * every period.
 *
 * @module
 */

import { aborted } from "../helpers/aborted.ts";
import type { FleetMirror } from "../mirror/fleet_mirror.ts";
import type { FleetView } from "../mirror/fleet_view.ts";
import { isSent } from "../models/pending_message.ts";
import { nextDue } from "./next_due.ts";
import { Sender, type SenderDeps, type SendReport } from "./sender.ts";
import { lookAtMirror } from "./sender_view.ts";
import { StartAllowance } from "./start_allowance.ts";

/** A pass that was woken for comes no sooner than this after the one before, in milliseconds. */
const GAP_MS = 250;

/** What a {@linkcode MirroredSender} is handed. */
export interface MirroredSenderDeps extends Omit<SenderDeps, "look"> {
  readonly mirror: FleetMirror;
}

/** Sends what is due, when it is. */
export class MirroredSender {
  readonly #deps: MirroredSenderDeps;
  readonly #sender: Sender;
  readonly #allowance: StartAllowance;
  readonly #feed;
  #failed = false;

  /** Reads and sends nothing until its first pass. */
  constructor(deps: MirroredSenderDeps) {
    this.#deps = deps;
    this.#sender = new Sender({ ...deps, look: lookAtMirror(deps) });
    this.#feed = deps.mirror.subscribe();
    this.#allowance = new StartAllowance({
      limit: deps.config.messageLimit,
      intervalMs: deps.config.pollingIntervalSeconds * 1000,
    });
  }

  /** The mirror need not gather changes for it any more. */
  [Symbol.dispose](): void {
    this.#deps.mirror.unsubscribe(this.#feed);
  }

  /** Sends once what is due now; throws as {@linkcode Sender.pass}. */
  async pass(): Promise<SendReport> {
    this.#failed = true;
    const messageLimit = this.#allowance.left(this.#deps.time.monotonicMs());
    this.#feed.take();
    const report = await this.#sender.pass({ messageLimit });
    this.#allowance.use(report.startsSent);
    this.#failed = false;
    return report;
  }

  /** Resolves when something is due; after a pass that failed, the period is waited for. */
  async wake(signal: AbortSignal): Promise<void> {
    const { time, mirror } = this.#deps;
    while (!signal.aborted) {
      await time.sleep(GAP_MS, { signal });
      const view = this.#failed ? undefined : mirror.view;
      const waitMs = view === undefined ? Infinity : this.#dueInMs(view);
      if (waitMs <= 0) return;
      await this.#waitForNews(waitMs, signal);
    }
  }

  /** Milliseconds until a message needs a pass. Starts beyond the limit wait for the next period. */
  #dueInMs(view: FleetView): number {
    const { time } = this.#deps;
    const mayStart = this.#allowance.left(time.monotonicMs()) > 0;
    const starts = [...view.starts()].map(({ message }) => message)
      .filter((message) => mayStart || isSent(message));
    const stops = [...view.stops()].map(({ message }) => message);
    const due = nextDue([...starts, ...stops]);
    return due === undefined ? Infinity : due * 1000 - time.nowMs();
  }

  /** Waits until so much time is over, or the queue changes. */
  async #waitForNews(ms: number, signal: AbortSignal): Promise<void> {
    const done = new AbortController();
    const either = AbortSignal.any([signal, done.signal]);
    const sleeping = Number.isFinite(ms)
      ? this.#deps.time.sleep(ms, { signal: either })
      : aborted(either);
    await Promise.race([sleeping, this.#feed.news(either)]);
    done.abort();
    await sleeping;
  }
}
