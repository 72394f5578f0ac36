/**
 * What truly ran and what was truly desired of late, at each index of each app, whatever hm9000 may know
 * of it.
 *
 * @module
 */

import { type AppId, appKey } from "../../../lib/models/app_key.ts";
import type { DesiredAppState } from "../../../lib/models/desired_app_state.ts";
import type { InstanceHeartbeat } from "../../../lib/models/instance_heartbeat.ts";

/** What is longer ago is forgotten. */
const REMEMBERED_MS = 120_000;

/** An index of an app. */
export interface AppIndex extends AppId {
  readonly instanceIndex: number;
}

/** What the platform looks like. */
export interface Sight {
  readonly instances: readonly InstanceHeartbeat[];
  readonly desired: readonly DesiredAppState[];
}

/** Names an index. */
export function indexKey(at: AppIndex): string {
  return `${appKey(at)},${at.instanceIndex}`;
}

/** Remembers what it was shown; what was desired at the first look has been for ever. */
export class Truth {
  /** When each instance was last seen running, by index. */
  readonly #running = new Map<string, Map<string, number>>();
  /** Since when, and until when, each index has been desired without a break. */
  readonly #desired = new Map<string, { readonly sinceMs: number; readonly lastMs: number }>();
  #lookedAtMs = -Infinity;

  /** Shows what there is now. */
  look({ instances, desired }: Sight, nowMs: number): void {
    for (const instance of instances) {
      if (instance.state !== "RUNNING") continue;
      const key = indexKey(instance);
      const seen = this.#running.get(key) ?? new Map<string, number>();
      this.#running.set(key, seen.set(instance.instanceGuid, nowMs));
    }
    for (const app of desired) {
      for (let instanceIndex = 0; instanceIndex < app.instances; instanceIndex += 1) {
        this.#sawDesired(indexKey({ ...app, instanceIndex }), nowMs);
      }
    }
    this.#lookedAtMs = nowMs;
    this.#forget(nowMs - REMEMBERED_MS);
  }

  /** Guids of the instances that were seen running at the index since then. */
  runningSince(at: AppIndex, sinceMs: number): string[] {
    const seen = [...this.#running.get(indexKey(at)) ?? []];
    return seen.filter(([, lastMs]) => lastMs >= sinceMs).map(([guid]) => guid);
  }

  /** For how long the index has been desired without a break, in milliseconds; 0 when it is not. */
  desiredForMs(at: AppIndex, nowMs: number): number {
    const known = this.#desired.get(indexKey(at));
    return known === undefined || known.lastMs < this.#lookedAtMs ? 0 : nowMs - known.sinceMs;
  }

  /** For how long the index has not been desired, in milliseconds; 0 when it is. */
  undesiredForMs(at: AppIndex, nowMs: number): number {
    const known = this.#desired.get(indexKey(at));
    if (known === undefined) return REMEMBERED_MS;
    return known.lastMs >= this.#lookedAtMs ? 0 : nowMs - known.lastMs;
  }

  #sawDesired(key: string, nowMs: number): void {
    const known = this.#desired.get(key);
    const goesOn = known !== undefined && known.lastMs >= this.#lookedAtMs;
    const sinceMs = this.#lookedAtMs === -Infinity ? -Infinity : nowMs;
    this.#desired.set(key, { sinceMs: goesOn ? known.sinceMs : sinceMs, lastMs: nowMs });
  }

  #forget(beforeMs: number): void {
    for (const [key, seen] of this.#running) {
      for (const [guid, lastMs] of seen) if (lastMs < beforeMs) seen.delete(guid);
      if (seen.size === 0) this.#running.delete(key);
    }
    for (const [key, { lastMs }] of this.#desired) {
      if (lastMs < beforeMs) this.#desired.delete(key);
    }
  }
}
