/**
 * Judges a run from outside, by what the bus carried and what the DEAs did (faults.md 2.2). A message is
 * judged as of its claim, when that is known, for it may lie in a socket that nobody hears for a while; and
 * some seconds after it came, for the judge may learn of the claim later than of the message. What nobody
 * could know is allowed for, each time by a constant below.
 *
 * @module
 */

import type { TimeProvider } from "../../../lib/helpers/time_provider.ts";
import type { StartMessage } from "../../../lib/models/start_message.ts";
import type { StopMessage } from "../../../lib/models/stop_message.ts";
import type { PlatformEvent } from "../../../test_helpers/simulated_platform.ts";
import {
  DESIRED_SECONDS,
  FETCH_SECONDS,
  FRESH_SECONDS,
  GRACE_SECONDS,
  PRESENCE_SECONDS,
} from "./pace.ts";
import type { SteadyClock } from "./steady_clock.ts";
import type { Claim, Freshness, StoreEye } from "./store_eye.ts";
import { type AppIndex, indexKey, type Truth } from "./truth.ts";

/** How long the judge waits before it judges a message. */
const JUDGED_AFTER_MS = 5_000;
/** From the check of freshness to the bus, and from one look of the judge's to the next. */
const ON_THE_WAY_MS = 6_000;
/** The same, when the store is replaced: nothing that was claimed in the one before comes later. */
const REPLACED_MS = 2_000;
/** A record that has stood for so long must have been known to whoever decided. */
const KNOWN_MS = 8_000;
/** What the Cloud Controller has said for so long has been fetched, or nobody may act. */
const DESIRED_KNOWN_MS = (FETCH_SECONDS + DESIRED_SECONDS) * 1000 + ON_THE_WAY_MS;
/** An instance that has gone is believed in until its DEA's lease has ended, which a new leader renews. */
const GONE_KNOWN_MS = 3 * PRESENCE_SECONDS * 1000;
/** After which a message, its claim, and who was told to stop are forgotten. */
const REMEMBERED_MS = 600_000;

/** A rule that was broken. */
export interface Violation {
  /** As faults.md names it. */
  readonly rule: string;
  readonly what: string;
  /** Since the run began, by the judge's clock. */
  readonly atMs: number;
}

/** What a {@linkcode Judge} is handed. */
export interface JudgeDeps {
  readonly clock: Pick<SteadyClock, "nowMs">;
  readonly time: Pick<TimeProvider, "now">;
  readonly truth: Truth;
  readonly servedSince: StoreEye["servedSince"];
  readonly onViolation: (violation: Violation) => void;
}

/** A message that waits to be judged. */
interface Case {
  readonly what: string;
  readonly messageId: string;
  readonly atMs: number;
  readonly atUnix: number;
  /** When the store was last known to be fresh before it came. */
  readonly trustedAtMs: number;
}

/** A start that waits to be judged. */
interface Started {
  readonly what: string;
  readonly at: AppIndex;
  readonly atMs: number;
}

/** Watches what is published and done. */
export class Judge {
  /** Messages that the bus carried, each counted once. */
  starts = 0;
  stops = 0;
  readonly #deps: JudgeDeps;
  /** When each observer saw each message. */
  readonly #seen: readonly Map<string, number>[] = [new Map(), new Map()];
  readonly #claims = new Map<string, Claim>();
  /** The last claim of each key of the queues. */
  readonly #lastClaims = new Map<string, Claim>();
  /** When each instance was told to stop. */
  readonly #toldToStop = new Map<string, number>();
  #cases: Case[] = [];
  #started: Started[] = [];
  #trustedAtMs = -Infinity;
  #replacedAtMs = -Infinity;
  #lastMessageAtMs = 0;

  constructor(deps: JudgeDeps) {
    this.#deps = deps;
  }

  /** When the last message came. */
  get lastMessageAtMs(): number {
    return this.#lastMessageAtMs;
  }

  /** The store is another one: what was claimed and known is not any more. */
  storeReplaced(): void {
    this.#lastClaims.clear();
    this.#seen.forEach((seen) => seen.clear());
    this.#cases = [];
    this.#trustedAtMs = -Infinity;
    this.#started = [];
    this.#replacedAtMs = this.#deps.clock.nowMs();
  }

  /** An observer of the bus has seen a start. */
  sawStart(observer: number, message: StartMessage): void {
    const what = `start of ${indexKey(message)}`;
    if (!this.#isNew(observer, { messageId: message.messageId, what })) return;
    this.starts += 1;
    const nowMs = this.#deps.clock.nowMs();
    this.#started.push({ what, at: message, atMs: nowMs });
    if (nowMs - this.#replacedAtMs < DESIRED_KNOWN_MS) return;
    const undesiredForMs = this.#deps.truth.undesiredForMs(message, nowMs);
    if (undesiredForMs > DESIRED_KNOWN_MS) {
      this.#accuse("I2", `${what}, which has not been desired for ${undesiredForMs} ms`);
    }
  }

  /** An observer of the bus has seen a stop. */
  sawStop(observer: number, message: StopMessage): void {
    const what = `stop of ${message.instanceGuid}`;
    if (this.#isNew(observer, { messageId: message.messageId, what })) this.stops += 1;
  }

  /** The DEAs have done as they were told: a stop must leave a desired index to somebody (I4, I6). */
  didOrder(event: PlatformEvent): void {
    if (event.kind !== "stop" || event.stopped === undefined) return;
    const { stopped } = event;
    const nowMs = this.#deps.clock.nowMs();
    this.#toldToStop.set(stopped.instanceGuid, nowMs);
    if (stopped.state !== "RUNNING" && stopped.state !== "EVACUATING") return;
    if (this.#deps.truth.desiredForMs(stopped, nowMs) < DESIRED_KNOWN_MS) return;
    const left = this.#survivors(stopped, { nowMs, stopped: stopped.instanceGuid });
    if (left.length > 0) return;
    const what = `stop of ${stopped.instanceGuid} leaves nobody at ${indexKey(stopped)}`;
    this.#accuse(event.message.isDuplicate ? "I4" : "I6", what);
  }

  /** A message was claimed (I8). */
  sawClaim(claim: Claim): void {
    const last = this.#lastClaims.get(claim.key);
    this.#claims.set(claim.messageId, claim);
    this.#lastClaims.set(claim.key, claim);
    if (last === undefined || last.reason !== claim.reason || claim.reason === "EVACUATING") return;
    const apart = claim.sentOn - last.sentOn;
    const isSame = last.messageId === claim.messageId && apart === 0;
    if (isSame || apart >= GRACE_SECONDS) return;
    this.#accuse("I8", `${claim.key} (${claim.reason}) was claimed again after ${apart} s`);
  }

  /** The store was looked at: whoever has sent while it was stale is told by it (I5). */
  sawFreshness(freshness: Freshness): void {
    const nowMs = this.#deps.clock.nowMs();
    if (wasFreshAt(this.#deps.time.now(), freshness)) this.#trustedAtMs = nowMs;
    const ripe = this.#cases.filter(({ atMs }) => nowMs - atMs >= JUDGED_AFTER_MS);
    this.#cases = this.#cases.filter((one) => !ripe.includes(one));
    ripe.forEach((one) => this.#judgeFreshness(one, freshness));
    const known = this.#started.filter(({ atMs }) => nowMs - atMs >= JUDGED_AFTER_MS);
    this.#started = this.#started.filter((one) => !known.includes(one));
    known.forEach((one) => this.#judgeStart(one));
    this.#forget(nowMs - REMEMBERED_MS);
  }

  // What still stands after the start, and has stood since long before it, stood when it was sent.
  #judgeStart({ what, at, atMs }: Started): void {
    if (!this.#deps.servedSince(at, atMs - KNOWN_MS)) return;
    this.#accuse("I1", `${what}, which had been served for ${KNOWN_MS} ms`);
  }

  #judgeFreshness(
    { what, messageId, atMs, atUnix, trustedAtMs }: Case,
    freshness: Freshness,
  ): void {
    if (Math.abs(atMs - this.#replacedAtMs) < REPLACED_MS) return;
    const claimedOn = this.#claims.get(messageId)?.sentOn ?? atUnix;
    if (wasFreshAt(claimedOn, freshness)) return;
    const claimedForMs = Math.max(0, (atUnix - claimedOn) * 1000);
    if (atMs - claimedForMs - trustedAtMs <= ON_THE_WAY_MS) return;
    const since = JSON.stringify(freshness);
    this.#accuse("I5", `${what}, claimed at ${claimedOn}, sent while not fresh: ${since}`);
  }

  #isNew(
    observer: number,
    { messageId, what }: { readonly messageId: string; readonly what: string },
  ): boolean {
    const nowMs = this.#deps.clock.nowMs();
    const isKnown = this.#seen.some((seen) => seen.has(messageId));
    if (this.#seen[observer]?.has(messageId)) {
      this.#accuse("I8", `${what}, message ${messageId}, was published twice`);
    }
    this.#seen[observer]?.set(messageId, nowMs);
    if (isKnown) return false;
    this.#lastMessageAtMs = nowMs;
    const trustedAtMs = this.#trustedAtMs;
    const atUnix = this.#deps.time.now();
    this.#cases.push({ what, messageId, atMs: nowMs, atUnix, trustedAtMs });
    return true;
  }

  #survivors(
    at: AppIndex,
    { nowMs, stopped }: { readonly nowMs: number; readonly stopped: string },
  ): string[] {
    return this.#deps.truth.runningSince(at, nowMs - GONE_KNOWN_MS)
      .filter((guid) => guid !== stopped && !this.#toldToStop.has(guid));
  }

  #forget(beforeMs: number): void {
    const ages = [...this.#seen, this.#toldToStop];
    for (const byKey of ages) {
      for (const [key, atMs] of byKey) if (atMs < beforeMs) byKey.delete(key);
    }
    const beforeUnix = this.#deps.time.now() - REMEMBERED_MS / 1000;
    for (const claims of [this.#claims, this.#lastClaims]) {
      for (const [key, { sentOn }] of claims) if (sentOn < beforeUnix) claims.delete(key);
    }
  }

  #accuse(rule: string, what: string): void {
    this.#deps.onViolation({ rule, what, atMs: this.#deps.clock.nowMs() });
  }
}

/** Whether what stands now says that it was fresh at that second; both are whole seconds. */
function wasFreshAt(unix: number, { actualSince, desiredSince }: Freshness): boolean {
  if (actualSince === undefined || desiredSince === undefined) return false;
  return unix - actualSince >= FRESH_SECONDS && desiredSince <= unix;
}
