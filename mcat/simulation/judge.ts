/**
 * Judges a run from outside, by what is published and by what truly runs (faults.md 2.2). Each judgement
 * allows for what nobody could have known: a record that has changed within {@linkcode SLACK_MS}.
 *
 * @module
 */

import { appKey } from "../../lib/models/app_key.ts";
import { parsePendingStart, startKey } from "../../lib/models/pending_start_message.ts";
import { parsePendingStop } from "../../lib/models/pending_stop_message.ts";
import { parseStartMessage, type StartMessage } from "../../lib/models/start_message.ts";
import { parseStopMessage, type StopMessage } from "../../lib/models/stop_message.ts";
import type { StoreLayout } from "../../lib/store/layout.ts";
import type { SimulatedCloudController } from "./simulated_cloud_controller.ts";
import type { SimulatedDeas } from "./simulated_deas.ts";
import type { StoreObserver } from "./store_observer.ts";

/** How old something must be before hm9000 must have known it: a pass, a lease, and the way. */
const SLACK_MS = 20_000;
/**
 * Two messages for one key are a keep-alive apart, unless the second has another reason; and who was told
 * to stop and has not obeyed for that long counts as running again (VSP-15). Times in messages are whole
 * seconds, so that what is 30 s to them may be a second less.
 */
const KEEP_ALIVE_MS = 29_000;

/**
 * What was claimed is on its way out: whatever goes between the claim and the bus cannot be noticed any
 * more. On a slow store that is seconds (the window that fencing leaves open).
 */
const ON_THE_WAY_MS = 4_000;

/** A rule was broken. */
export interface Violation {
  readonly invariant: string;
  readonly atMs: number;
  readonly what: string;
}

/** What judging needs. */
export interface JudgeDeps {
  readonly layout: StoreLayout;
  readonly observer: StoreObserver;
  readonly deas: SimulatedDeas;
  readonly cloudController: SimulatedCloudController;
  readonly nowMs: () => number;
}

/** Watches what is published. */
export class Judge {
  readonly violations: Violation[] = [];
  starts = 0;
  stops = 0;
  readonly #deps: JudgeDeps;
  readonly #messageIds = new Set<string>();
  /** When each key was last sent, and why. */
  readonly #lastSent = new Map<string, { readonly atMs: number; readonly reason: string }>();
  /** When each instance was last told to stop. */
  readonly #toldToStop = new Map<string, number>();

  constructor(deps: JudgeDeps) {
    this.#deps = deps;
  }

  /** Something is wrong. */
  accuse(invariant: string, what: string): void {
    this.violations.push({ invariant, atMs: this.#deps.nowMs(), what });
  }

  /** A start has left. */
  sawStart(data: Uint8Array): void {
    const message = parseStartMessage(data);
    const { layout, observer } = this.#deps;
    observer.look();
    this.starts += 1;
    const key = `${layout.startPrefix}${startKey(message)}`;
    const queued = observer.value(key);
    const pending = queued === undefined ? undefined : parsePendingStart(queued);
    this.#checkOnce(message.messageId, key, pending?.reason ?? "unknown");
    this.#checkFresh(`start of ${startKey(message)}`);
    if (pending?.messageId !== message.messageId || pending.sentOn === 0) {
      this.accuse("I7", `start of ${startKey(message)} was published without a claim`);
    }
    if (pending?.skipVerification !== true) this.#checkStart(message);
  }

  /** A stop has left. */
  sawStop(data: Uint8Array): void {
    const message = parseStopMessage(data);
    const { layout, observer } = this.#deps;
    observer.look();
    this.stops += 1;
    const key = `${layout.stopPrefix}${message.instanceGuid}`;
    const queued = observer.value(key);
    const reason = queued === undefined ? "unknown" : parsePendingStop(queued).reason;
    this.#checkOnce(message.messageId, key, reason);
    this.#checkFresh(`stop of ${message.instanceGuid}`);
    this.#checkStop(message);
    this.#toldToStop.set(message.instanceGuid, this.#deps.nowMs());
  }

  #checkOnce(messageId: string, key: string, reason: string): void {
    const atMs = this.#deps.nowMs();
    if (this.#messageIds.has(messageId)) this.accuse("I8", `${key} was published twice`);
    this.#messageIds.add(messageId);
    const last = this.#lastSent.get(key);
    this.#lastSent.set(key, { atMs, reason });
    if (last === undefined || last.reason !== reason) return;
    if (atMs - last.atMs >= KEEP_ALIVE_MS) return;
    this.accuse("I8", `${key} (${reason}) was sent again after ${atMs - last.atMs} ms`);
  }

  /** I5: what is stale is not acted upon. */
  #checkFresh(what: string): void {
    const { layout, observer } = this.#deps;
    for (const key of [layout.actualFreshKey, layout.desiredFreshKey]) {
      if (observer.absentFor(key, SLACK_MS)) this.accuse("I5", `${what} while ${key} is gone`);
    }
  }

  /** I1 and I2: nothing is started that runs, or that nobody wants. */
  #checkStart(message: StartMessage): void {
    const { layout, observer } = this.#deps;
    const what = `start of ${startKey(message)}`;
    const serving = observer.steadyInstances(message, SLACK_MS).find((one) =>
      one.instanceIndex === message.instanceIndex &&
      (one.state === "RUNNING" || one.state === "STARTING")
    );
    if (serving !== undefined) {
      this.accuse("I1", `${what} while ${serving.instanceGuid} is ${serving.state}`);
    }
    if (!observer.isSteady(layout.desiredKey(message), SLACK_MS)) return;
    const desired = observer.desired(message);
    if (desired === undefined || message.instanceIndex >= desired.instances) {
      this.accuse("I2", `${what}, of which ${desired?.instances ?? 0} are desired`);
    }
    if (desired !== undefined && desired.packageState !== "STAGED") {
      this.accuse("I2", `${what}, which is ${desired.packageState}`);
    }
  }

  /** I4: a desired index keeps a running instance. */
  #checkStop(message: StopMessage): void {
    const { layout, observer, deas, cloudController, nowMs } = this.#deps;
    const target = deas.at(message, message.instanceIndex)
      .find(({ instanceGuid }) => instanceGuid === message.instanceGuid);
    if (target?.state !== "RUNNING") return;
    if (!observer.isSteady(layout.desiredKey(message), SLACK_MS)) return;
    const stored = observer.desired(message)?.instances ?? 0;
    const wanted = cloudController.find(message)?.instances ?? 0;
    if (message.instanceIndex >= Math.min(stored, wanted)) return;
    const survivors = observer.recentInstances(message, ON_THE_WAY_MS).filter((one) =>
      one.instanceIndex === message.instanceIndex && one.state === "RUNNING" &&
      one.instanceGuid !== message.instanceGuid &&
      nowMs() - (this.#toldToStop.get(one.instanceGuid) ?? -Infinity) >= KEEP_ALIVE_MS
    );
    if (survivors.length > 0) return;
    const where = `${appKey(message)},${message.instanceIndex}`;
    this.accuse("I4", `stop of ${message.instanceGuid} leaves nothing running at ${where}`);
  }
}
