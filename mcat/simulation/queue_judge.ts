/**
 * Judges the queue from outside, by what each revision of the store changed: a message is queued once (I3),
 * none vanishes that is still needed (I7), and a crash is counted in the transaction that queues its start,
 * and delays it by no more than its series says (I14). What evacuating DEAs have said is queued (I7).
 *
 * @module
 */

import { crashDelaySeconds } from "../../lib/analyzer/crash_delay.ts";
import { longestDelaySeconds } from "../../lib/analyzer/longest_delay.ts";
import { parseCrashCount } from "../../lib/models/crash_count.ts";
import { parseDropletExited } from "../../lib/models/droplet_exited.ts";
import {
  parsePendingStart,
  type PendingStartMessage,
  startKey,
} from "../../lib/models/pending_start_message.ts";
import { parsePendingStop } from "../../lib/models/pending_stop_message.ts";
import type { StoreLayout } from "../../lib/store/layout.ts";
import type { Accusations } from "./accusations.ts";
import { SIMULATED_CONFIG } from "./simulated_config.ts";
import type { SimulatedProcess } from "./simulated_process.ts";
import type { StoreChange, StoreObserver } from "./store_observer.ts";

/** How old something must be before hm9000 must have known it. */
const SLACK_MS = 20_000;
/** An evacuation that a process has heard of is queued within so long, in weather that lets it. */
const EVACUATION_QUEUED_MS = 30_000;

/** One that was queued, or sent, so shortly before need not be queued again (EVC-08). */
const ALREADY_QUEUED_MS = 60_000;
/** From reckoning with the time to having queued a start, on a slow store; and whole seconds. */
const QUEUEING_SECONDS = 40;

/** What is further away was reckoned by a clock that was wrong. */
const LONGEST_DELAY_SECONDS = longestDelaySeconds(SIMULATED_CONFIG.analyzer);

/** What judging needs. */
export interface QueueJudgeDeps {
  readonly layout: StoreLayout;
  readonly observer: StoreObserver;
  readonly accusations: Accusations;
  readonly nowMs: () => number;
  /** Since when nothing has kept anybody from the store, in the world's milliseconds. */
  readonly calmSinceMs: () => number;
  /** Wall time in Unix seconds, or undefined while clocks are wrong. */
  readonly now: () => number | undefined;
}

interface Evacuation {
  readonly key: string;
  readonly heardBy: SimulatedProcess;
  readonly heardAtMs: number;
}

/** Watches the queue. */
export class QueueJudge {
  readonly #deps: QueueJudgeDeps;
  readonly #evacuations: Evacuation[] = [];
  /** Messages that have been claimed, whatever became of that. */
  readonly #claimed = new Set<string>();
  /** When a start of each key was last queued, or sent. */
  readonly #queuedAtMs = new Map<string, number>();

  constructor(deps: QueueJudgeDeps) {
    this.#deps = deps;
  }

  /** What one revision has changed. */
  saw(changes: readonly StoreChange[]): void {
    const { layout } = this.#deps;
    for (const change of changes) {
      if (change.key.startsWith(layout.startPrefix)) this.#sawStart(change, changes);
      if (change.key.startsWith(layout.stopPrefix)) this.#sawStop(change);
    }
  }

  /** Whether a message was claimed, though its claim may not stand any more (EVC-08). */
  wasClaimed(messageId: string): boolean {
    return this.#claimed.has(messageId);
  }

  /** An evacuator has heard of an exit. */
  heardExit(process: SimulatedProcess, data: Uint8Array): void {
    const exited = parseDropletExited(data);
    if (exited.reason !== "DEA_EVACUATION") return;
    const key = `${this.#deps.layout.startPrefix}${startKey(exited)}`;
    this.#evacuations.push({ key, heardBy: process, heardAtMs: this.#deps.nowMs() });
  }

  /** The store was replaced: what was queued may be gone with it. */
  replaced(): void {
    this.#evacuations.length = 0;
  }

  /** Looks whether what was heard is queued by now; to be called now and then. */
  look(): void {
    const { accusations, nowMs, calmSinceMs } = this.#deps;
    for (const evacuation of this.#evacuations.splice(0)) {
      const { key, heardBy, heardAtMs } = evacuation;
      const queued = (this.#queuedAtMs.get(key) ?? -Infinity) >= heardAtMs - ALREADY_QUEUED_MS;
      if (queued || heardBy.dead) continue;
      if (nowMs() - Math.max(heardAtMs, calmSinceMs()) < EVACUATION_QUEUED_MS) {
        this.#evacuations.push(evacuation);
      } else {
        accusations.accuse("I7", `${heardBy.name} has heard of ${key} leaving and queued nothing`);
      }
    }
  }

  #sawStart({ key, before, after }: StoreChange, changes: readonly StoreChange[]): void {
    const [was, is] = [before, after].map((value) =>
      value === undefined ? undefined : parsePendingStart(value)
    );
    if (is === undefined) {
      if (was !== undefined && was.sentOn === 0) this.#requireCancelled(was);
      return;
    }
    if (is.sentOn !== 0) this.#claimed.add(is.messageId);
    if (was?.messageId === is.messageId) {
      // One that is dated anew counts as sent then: when it was nobody can tell.
      if (was.sentOn !== is.sentOn && is.sentOn !== 0) {
        this.#queuedAtMs.set(key, this.#deps.nowMs());
      }
      return;
    }
    this.#queuedAtMs.set(key, this.#deps.nowMs());
    if (was !== undefined && !is.skipVerification) {
      this.#deps.accusations.accuse("I3", `${key} was queued over what was queued already`);
    }
    if (is.reason === "CRASHED") this.#checkCrash(is, changes);
  }

  #sawStop({ key, before, after }: StoreChange): void {
    const is = after === undefined ? undefined : parsePendingStop(after);
    if (is !== undefined && is.sentOn !== 0) this.#claimed.add(is.messageId);
    if (before === undefined || after === undefined) return;
    if (parsePendingStop(before).messageId === parsePendingStop(after).messageId) return;
    this.#deps.accusations.accuse("I3", `${key} was queued over what was queued already`);
  }

  /** I7: what is removed without having been sent was not needed any more. */
  #requireCancelled(start: PendingStartMessage): void {
    const { layout, observer, accusations, now } = this.#deps;
    // What was queued by a clock that was wrong is removed, to be queued by one that is right.
    if (start.sendOn - (now() ?? 0) > LONGEST_DELAY_SECONDS) return;
    const desired = observer.steady(layout.desiredKey(start), SLACK_MS) === undefined
      ? undefined
      : observer.desired(start);
    if (desired === undefined || start.instanceIndex >= desired.instances) return;
    if (desired.packageState !== "STAGED" || desired.state !== "STARTED") return;
    const served = observer.recentInstances(start, SLACK_MS).some(({ instanceIndex, state }) =>
      instanceIndex === start.instanceIndex && (state === "RUNNING" || state === "STARTING")
    );
    if (served) return;
    accusations.accuse("I7", `the start of ${startKey(start)} is gone, unsent and still needed`);
  }

  #checkCrash(start: PendingStartMessage, changes: readonly StoreChange[]): void {
    const { layout, accusations } = this.#deps;
    const what = `the start of ${startKey(start)} after a crash`;
    const counted = changes.find(({ key }) => key === layout.crashKey(start));
    if (counted?.after === undefined) {
      return accusations.accuse("I14", `${what} was queued without being counted`);
    }
    const count = parseCrashCount(counted.after).crashCount;
    const before = counted.before === undefined ? 0 : parseCrashCount(counted.before).crashCount;
    if (count !== before + 1) {
      accusations.accuse("I14", `${what} is number ${count} after number ${before}`);
    }
    const now = this.#deps.now();
    if (now === undefined) return;
    const delaySeconds = crashDelaySeconds(before, SIMULATED_CONFIG.analyzer);
    const waitsSeconds = start.sendOn - now;
    if (waitsSeconds > delaySeconds || waitsSeconds < delaySeconds - QUEUEING_SECONDS) {
      accusations.accuse("I14", `${what} waits ${waitsSeconds} s and not ${delaySeconds} s`);
    }
  }
}
