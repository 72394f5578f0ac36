/**
 * The sender over a mirror: it works when something falls due, not some time later, and knows the queues
 * and the fleet without reading them. Every polling interval it works anyway. What it may send stays
 * what it is: starts within the limit of a polling interval, or within what the platform is seen to take
 * (SND-18, SND-22; `adaptive_limit.ts`).
 *
 * @module
 */

import { nextTurn } from "../helpers/next_turn.ts";
import { Pace } from "../helpers/pace.ts";
import { WallClockWatch } from "../helpers/wall_clock_watch.ts";
import type { ChangeFeed } from "../mirror/change_feed.ts";
import type { FleetMirror } from "../mirror/fleet_mirror.ts";
import type { FleetView } from "../mirror/fleet_view.ts";
import { desiredInstances } from "../models/app.ts";
import { appKey } from "../models/app_key.ts";
import { isStartingOrRunning } from "../models/instance_heartbeat.ts";
import type { PendingStartMessage } from "../models/pending_start_message.ts";
import { Outbox } from "../outbox/outbox.ts";
import { CorruptRecords } from "../store/collections/corrupt_records.ts";
import { judgeFreshness, requireFresh } from "../store/collections/freshness.ts";
import { AdaptiveLimit } from "./adaptive_limit.ts";
import { Agenda } from "./agenda.ts";
import { carryOut, type SendReport } from "./carry_out.ts";
import type { JudgedPass, PassSight } from "./judge_pass.ts";
import { SenderBreakers } from "./sender_breakers.ts";
import { requireBus, type SenderDeps } from "./sender.ts";
import { RollingLimit, type StartLimit, type StartOutcome } from "./start_limit.ts";

/** How far the limit may adapt. */
export interface AdaptiveOptions {
  /** Most starts under way at once that are not seen to start or run yet. */
  readonly inFlightMax: number;
  /** How long a start may take to be seen before it counts as lost. */
  readonly inFlightSeconds: number;
}

/** What a {@linkcode MirroredSender} is handed. */
export interface MirroredSenderDeps extends SenderDeps {
  /** Somebody runs it. */
  readonly mirror: FleetMirror;
  /** Lets the limit follow what is seen to start. @default {the configured limit stands} */
  readonly adaptive?: AdaptiveOptions | undefined;
  /** The longest that any rule delays a message, in seconds. @default {no delay is too long} */
  readonly delaySecondsMax?: number;
}

/** Sends what falls due. */
export class MirroredSender {
  readonly #deps: MirroredSenderDeps;
  readonly #outbox: Outbox;
  readonly #feed: ChangeFeed;
  readonly #pace: Pace;
  readonly #limit: StartLimit;
  readonly #corruptRecords: CorruptRecords;
  readonly #breakers: SenderBreakers;
  readonly #agenda = new Agenda();
  /** Whether anything was held in the last pass. */
  #held = false;
  readonly #clock: WallClockWatch;
  #wasSteady = true;
  #failed = false;

  constructor(given: MirroredSenderDeps) {
    this.#clock = new WallClockWatch(given);
    const deps = { ...given, time: this.#clock };
    this.#deps = deps;
    this.#outbox = new Outbox(deps);
    this.#feed = deps.mirror.subscribe();
    this.#pace = new Pace(deps.config.pollingIntervalSeconds * 1000);
    this.#limit = limitOf(deps);
    this.#corruptRecords = new CorruptRecords(deps);
    this.#breakers = new SenderBreakers(deps);
  }

  /** The mirror need not gather changes for it any more. */
  [Symbol.dispose](): void {
    this.#deps.mirror.unsubscribe(this.#feed);
  }

  /** Resolves when the next pass should not wait any longer. */
  async wake(signal: AbortSignal): Promise<void> {
    await nextTurn({
      pace: this.#pace,
      time: this.#deps.time,
      signal,
      dueAtMs: this.#dueAtMs(),
      hasReason: () => this.#hasReason(),
      news: (waiting) => this.#feed.news(waiting),
    });
  }

  /**
   * Sends what is due now, as far as the limit allows.
   *
   * @throws {NotFreshError} when what is stored must not be acted upon; nothing was sent or deleted
   *   (SND-02)
   * @throws {BusUnavailableError} when the bus is down, or went down (SND-11)
   * @throws {StoreUnavailableError} when the store fails or the mirror cannot catch up; nothing
   *   unclaimed was sent
   * @throws {LeadershipLostError} when another process leads; nothing more was sent
   */
  async pass(): Promise<SendReport> {
    this.#failed = true;
    try {
      const report = await this.#send();
      this.#failed = false;
      return report;
    } finally {
      if (this.#failed) this.#agenda.noteEverything();
    }
  }

  async #send(): Promise<SendReport> {
    const { mirror, time, metrics } = this.#deps;
    const nowMs = time.monotonicMs();
    this.#pace.begin(nowMs);
    await this.#breakers.load();
    const view = await mirror.caughtUp();
    this.#agenda.note(this.#feed.take());
    const sight = sightOf(view);
    const judged = this.#judge(view, { sight, nowMs });
    await this.#breakers.record(judged, sight);
    const { plan } = judged;
    this.#agenda.keepWaiting(plan.starts.throttled);
    await this.#outbox.discardCorrupt(view.corruptMessages());
    const report = await carryOut(plan, {
      ...this.#deps,
      outbox: this.#outbox,
      corruptRecords: this.#corruptRecords,
      onStop: (stop) => this.#breakers.sentStop(stop),
      onStart: ({ message }) => this.#limit.sent(message, nowMs),
    });
    // What was held back at the last moment, or changed under our hands, is nobody's until it is looked at.
    const planned = plan.starts.send.length + plan.stops.send.length;
    if (report.startsSent + report.stopsSent < planned) this.#agenda.noteEverything();
    this.#limit.throttled(this.#agenda.waiting);
    metrics.set("starts_throttled", this.#agenda.waiting);
    return { ...report, throttled: this.#agenda.waiting };
  }

  /** Everything in here is as of one moment: nothing is awaited. */
  #judge(
    view: FleetView,
    { sight, nowMs }: { readonly sight: PassSight; readonly nowMs: number },
  ): JudgedPass {
    const { time, bus, actualFreshnessTtlSeconds, delaySecondsMax = Infinity } = this.#deps;
    const now = time.now();
    const options = { now, actualFreshnessTtlSeconds };
    requireFresh(judgeFreshness(view.freshness, options), options);
    requireBus(bus);
    this.#limit.observe(outcomesIn(view), nowMs);
    // What is held was not verified, and is not waiting for room.
    if (sight.holds.length > 0 || this.#held) this.#agenda.noteEverything();
    const steady = this.#clock.isSteady();
    if (steady !== this.#wasSteady) this.#agenda.noteEverything();
    this.#wasSteady = steady;
    const room = this.#limit.room(nowMs);
    const byTurns = this.#limit.takesTurns;
    const judged = this.#breakers.judge({
      ...this.#agenda.take(view, { now, room, byTurns }),
      apps: (key) => view.app(key),
      now,
      messageLimit: room,
      takesTurns: byTurns,
      // By a clock that has jumped everybody else's seems wrong.
      delaySecondsMax: steady ? delaySecondsMax : Infinity,
    }, sight);
    this.#held = judged.holds.length > 0;
    return judged;
  }

  /** After a failure nothing is better a moment later: the next regular pass tries again. */
  #hasReason(): boolean {
    if (this.#failed) return false;
    // What is seen to start makes room, where the limit goes by that.
    const room = this.#agenda.waiting > 0 && this.#limit.takesTurns;
    return this.#feed.has("queue") || this.#feed.has("holds") ||
      (room && this.#feed.has("fleet"));
  }

  /** When time alone gives something to do, in monotonic milliseconds. */
  #dueAtMs(): number {
    const { mirror, time } = this.#deps;
    const { view } = mirror;
    if (this.#failed || view === undefined) return Infinity;
    const dueAtMs = this.#agenda.nextOn * 1000 - time.nowMs() + time.monotonicMs();
    return this.#agenda.waiting > 0 ? Math.min(dueAtMs, this.#limit.nextRoomAtMs()) : dueAtMs;
  }
}

/** What the view shows of DEAs and holds; instances of the departed count until they are swept away. */
function sightOf(view: FleetView): PassSight {
  const { presentDeas: deas, instances } = view;
  return { deas, instances, holds: [...view.holds()], waivers: [...view.waivers()] };
}

function limitOf({ config, adaptive }: MirroredSenderDeps): StartLimit {
  const { messageLimit, pollingIntervalSeconds } = config;
  if (adaptive === undefined) {
    return new RollingLimit({ limit: messageLimit, intervalMs: pollingIntervalSeconds * 1000 });
  }
  const { inFlightMax: max, inFlightSeconds } = adaptive;
  return new AdaptiveLimit({ initial: messageLimit, max, timeoutMs: inFlightSeconds * 1000 });
}

/** What the view shows of starts that were sent; each app is looked at once, however many it has. */
function outcomesIn(view: FleetView): (start: PendingStartMessage) => StartOutcome {
  const served = new Map<string, { readonly desired: number; readonly indices: Set<number> }>();
  const look = (key: string) => {
    const app = view.app(key);
    const serving = app?.instances.filter(isStartingOrRunning) ?? [];
    const indices = new Set(serving.map(({ instanceIndex }) => instanceIndex));
    const seen = { desired: app === undefined ? 0 : desiredInstances(app), indices };
    served.set(key, seen);
    return seen;
  };
  return (start) => {
    const key = appKey(start);
    const { desired, indices } = served.get(key) ?? look(key);
    if (start.instanceIndex >= desired) return "moot";
    return indices.has(start.instanceIndex) ? "served" : "waiting";
  };
}
