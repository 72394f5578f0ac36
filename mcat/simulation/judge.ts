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
import type { Accusations } from "./accusations.ts";
import { SIMULATED_CONFIG } from "./simulated_config.ts";
import type { SimulatedProcess } from "./simulated_process.ts";
import type { StoreObserver } from "./store_observer.ts";

/** How old something must be before hm9000 must have known it: a pass, a lease, and the way. */
const SLACK_MS = 20_000;
/**
 * Two messages for one key are a keep-alive apart, unless the second has another reason; and who was told
 * to stop and has not obeyed for that long counts as running again (VSP-15). It counts from the claim, as
 * the queue's record says it (SND-09, SND-10): on a slow store the message leaves some seconds later.
 */
const KEEP_ALIVE_SECONDS = 30;

/**
 * What was claimed is on its way out: whatever goes between the claim and the bus cannot be noticed any
 * more. On a slow store that is seconds (the window that fencing leaves open).
 */
const ON_THE_WAY_MS = 4_000;

/** Actual state is fresh a whole TTL after it was first bumped; to make that stand may have taken a while. */
const FRESH_AFTER_MS = (SIMULATED_CONFIG.actualFreshnessTtlSeconds - 12) * 1000;
/** The limit of starts is one of each polling interval, and is looked at over several. */
const INTERVAL_MS = SIMULATED_CONFIG.sender.pollingIntervalSeconds * 1000;
const LIMIT_WINDOWS = 6;
/** What was desired for so long has been fetched, or nobody may act: a poll, a TTL, and the way. */
const DESIRED_KNOWN_MS = 60_000 + SIMULATED_CONFIG.desiredFreshnessTtlSeconds * 1000 + SLACK_MS;

/** What of a queued message says when it was claimed, and why it was queued. */
interface Claim {
  readonly reason: string;
  /** Unix seconds. */
  readonly sentOn: number;
}

/** When a message has left. */
interface Stamp {
  /** As its claim says, in Unix seconds. */
  readonly sentOn: number;
  /** In truth. */
  readonly atMs: number;
}

/** What judging needs. */
export interface JudgeDeps {
  readonly layout: StoreLayout;
  readonly observer: StoreObserver;
  readonly deas: SimulatedDeas;
  readonly cloudController: SimulatedCloudController;
  readonly accusations: Accusations;
  readonly nowMs: () => number;
  /** Whether a message was claimed before it was sent. */
  readonly wasClaimed: (messageId: string) => boolean;
  /** Whether a machine's wall clock is, or was of late, another than the others'. */
  readonly clocksAreWrong: () => boolean;
}

/** Watches what is published. */
export class Judge {
  starts = 0;
  stops = 0;
  readonly #deps: JudgeDeps;
  readonly #messageIds = new Set<string>();
  /** When each key was last claimed, in Unix seconds, and why. */
  readonly #lastSent = new Map<string, Claim & Stamp>();
  /** When the store was last replaced: whoever began since then cannot know it. */
  #replacedAtMs = -Infinity;
  /** When actual state was last known to be fresh. */
  #freshAtMs = -Infinity;
  readonly #startsSentAtMs = new Map<SimulatedProcess, number[]>();
  /** When the stop of each instance was last claimed, in Unix seconds. */
  readonly #toldToStop = new Map<string, Stamp>();

  constructor(deps: JudgeDeps) {
    this.#deps = deps;
  }

  /** The store was replaced: what was claimed in the one before is not known any more. */
  storeReplaced(): void {
    this.#lastSent.clear();
    this.#messageIds.clear();
    this.#replacedAtMs = this.#deps.nowMs();
  }

  /** Notes whether actual state is fresh; to be called now and then. */
  look(): void {
    const { observer, layout, nowMs } = this.#deps;
    if (observer.ageMs(layout.actualFreshKey) >= FRESH_AFTER_MS) this.#freshAtMs = nowMs();
  }

  /** A start has left. */
  sawStart(process: SimulatedProcess, data: Uint8Array): void {
    const message = parseStartMessage(data);
    const { layout, observer } = this.#deps;
    observer.look();
    this.starts += 1;
    this.#checkLimit(process);
    const key = `${layout.startPrefix}${startKey(message)}`;
    const queued = observer.value(key);
    const pending = queued === undefined ? undefined : parsePendingStart(queued);
    if (pending !== undefined) this.#checkOnce(message.messageId, key, pending);
    this.#checkFresh(`start of ${startKey(message)}`);
    if (!this.#isClaimed(message, pending)) {
      this.#deps.accusations.accuse(
        "I7",
        `start of ${startKey(message)} was published without a claim`,
      );
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
    const pending = queued === undefined ? undefined : parsePendingStop(queued);
    if (pending !== undefined) this.#checkOnce(message.messageId, key, pending);
    if (!this.#isClaimed(message, pending)) {
      this.#deps.accusations.accuse(
        "I7",
        `stop of ${message.instanceGuid} was published without a claim`,
      );
    }
    this.#checkFresh(`stop of ${message.instanceGuid}`);
    this.#checkStop(message, pending?.sentOn ?? Infinity);
    if (pending !== undefined) {
      this.#toldToStop.set(message.instanceGuid, {
        sentOn: pending.sentOn,
        atMs: this.#deps.nowMs(),
      });
    }
  }

  /** Its claim stands, or has stood: an evacuation may have taken its place since (EVC-08). */
  #isClaimed(
    { messageId }: { readonly messageId: string },
    pending: { readonly messageId: string; readonly sentOn: number } | undefined,
  ): boolean {
    if (pending?.messageId === messageId && pending.sentOn !== 0) return true;
    return this.#deps.wasClaimed(messageId);
  }

  #checkOnce(messageId: string, key: string, { reason, sentOn }: Claim): void {
    if (this.#messageIds.has(messageId)) {
      this.#deps.accusations.accuse("I8", `${key} was published twice`);
    }
    this.#messageIds.add(messageId);
    const last = this.#lastSent.get(key);
    this.#lastSent.set(key, { reason, sentOn, atMs: this.#deps.nowMs() });
    if (last === undefined || last.reason !== reason) return;
    if (this.#isPast(last, sentOn) || this.#deps.clocksAreWrong()) return;
    this.#deps.accusations.accuse(
      "I8",
      `${key} (${reason}) was claimed again after ${sentOn - last.sentOn} s`,
    );
  }

  /**
   * I15: a process sends no more starts than one that polls may. On a slow store a pass ends later than it
   * began, so that the next may follow on its heels.
   */
  #checkLimit(process: SimulatedProcess): void {
    const { nowMs, accusations } = this.#deps;
    const sent = (this.#startsSentAtMs.get(process) ?? [])
      .filter((atMs) => nowMs() - atMs < LIMIT_WINDOWS * INTERVAL_MS);
    sent.push(nowMs());
    this.#startsSentAtMs.set(process, sent);
    const lately = sent.filter((atMs) => nowMs() - atMs < INTERVAL_MS).length;
    const { messageLimit } = SIMULATED_CONFIG.sender;
    if (lately <= 2 * messageLimit && sent.length <= (LIMIT_WINDOWS + 1) * messageLimit) return;
    accusations.accuse("I15", `${process.name} has sent ${lately} starts in a polling interval`);
  }

  /** I5: what is stale, or not yet fresh, is not acted upon. */
  #checkFresh(what: string): void {
    const { layout, observer, accusations } = this.#deps;
    for (const key of [layout.actualFreshKey, layout.desiredFreshKey]) {
      if (observer.absentFor(key, SLACK_MS)) {
        accusations.accuse("I5", `${what} while ${key} is gone`);
      }
    }
    const ageMs = observer.ageMs(layout.actualFreshKey);
    if (this.#deps.clocksAreWrong() || this.#deps.nowMs() - this.#replacedAtMs < SLACK_MS) return;
    if (ageMs === 0 || ageMs >= FRESH_AFTER_MS || this.#deps.nowMs() - this.#freshAtMs < SLACK_MS) {
      return;
    }
    const since = `${(ageMs / 1000).toFixed(1)} s`;
    accusations.accuse("I5", `${what} while what runs is known for ${since} only`);
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
      this.#deps.accusations.accuse(
        "I1",
        `${what} while ${serving.instanceGuid} is ${serving.state}`,
      );
    }
    if (!observer.isSteady(layout.desiredKey(message), SLACK_MS)) return;
    const desired = observer.desired(message);
    if (desired === undefined || message.instanceIndex >= desired.instances) {
      this.#deps.accusations.accuse(
        "I2",
        `${what}, of which ${desired?.instances ?? 0} are desired`,
      );
    }
    if (desired !== undefined && desired.packageState !== "STAGED") {
      this.#deps.accusations.accuse("I2", `${what}, which is ${desired.packageState}`);
    }
  }

  /** I4: a desired index keeps a running instance. I6: it does whatever the store says is desired. */
  #checkStop(message: StopMessage, claimedOn: number): void {
    const { deas, observer, accusations } = this.#deps;
    this.#checkKnown(message);
    const target = deas.instances.find(({ instanceGuid, appGuid }) =>
      instanceGuid === message.instanceGuid && appGuid === message.appGuid
    );
    if (target?.state !== "RUNNING") return;
    if (target.instanceIndex !== message.instanceIndex) {
      const where = `${target.instanceIndex} and not at ${message.instanceIndex}`;
      accusations.accuse("I4", `stop of ${message.instanceGuid}, which runs at ${where}`);
    }
    const invariant = this.#whyWanted(message);
    if (invariant === undefined) return;
    const survivors = observer.recentInstances(message, ON_THE_WAY_MS).filter((one) =>
      one.instanceIndex === message.instanceIndex && one.state === "RUNNING" &&
      one.instanceGuid !== message.instanceGuid &&
      this.#isPast(this.#toldToStop.get(one.instanceGuid), claimedOn)
    );
    if (survivors.length > 0) return;
    const where = `${appKey(message)},${message.instanceIndex}`;
    const what = `stop of ${message.instanceGuid} leaves nothing running at ${where}`;
    accusations.accuse(invariant, what);
  }

  /** I4: whoever is told to stop is, or was of late, in the store. */
  #checkKnown(message: StopMessage): void {
    const { observer, accusations } = this.#deps;
    const known = observer.recentInstances(message, SLACK_MS)
      .some(({ instanceGuid }) => instanceGuid === message.instanceGuid);
    if (!known) accusations.accuse("I4", `stop of ${message.instanceGuid}, which nobody reports`);
  }

  /**
   * Whether a message's keep-alive is over: by what claims say, or because so much time has passed in truth.
   * What a clock that was ahead has stamped says nothing.
   */
  #isPast(stamp: Stamp | undefined, claimedOn: number): boolean {
    if (stamp === undefined) return true;
    return claimedOn - stamp.sentOn >= KEEP_ALIVE_SECONDS ||
      this.#deps.nowMs() - stamp.atMs >= KEEP_ALIVE_SECONDS * 1000;
  }

  /** Which invariant says that something must run at the index, if one does. */
  #whyWanted(message: StopMessage): "I4" | "I6" | undefined {
    const { layout, observer, cloudController } = this.#deps;
    const wanted = cloudController.find(message)?.instances ?? 0;
    if (message.instanceIndex >= wanted) return undefined;
    if (observer.isSteady(layout.desiredKey(message), SLACK_MS)) {
      if (message.instanceIndex < (observer.desired(message)?.instances ?? 0)) return "I4";
    }
    return cloudController.wantedForMs(message, this.#deps.nowMs()) >= DESIRED_KNOWN_MS
      ? "I6"
      : undefined;
  }
}
