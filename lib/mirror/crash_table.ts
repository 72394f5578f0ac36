/**
 * Crash counts by app and index. Few apps have any.
 *
 * @module
 */

import { type AppId, appKey } from "../models/app_key.ts";
import type { CrashCount } from "../models/crash_count.ts";

const NONE: readonly CrashCount[] = Object.freeze([]);

/** Crash counts. */
export class CrashTable {
  readonly #apps = new Map<string, Map<number, CrashCount>>();

  /** The crash counts of an app, by ascending index. */
  of(key: string): readonly CrashCount[] {
    const counts = this.#apps.get(key);
    if (counts === undefined) return NONE;
    return [...counts.values()].sort((a, b) => a.instanceIndex - b.instanceIndex);
  }

  /** Takes over a count. */
  put(count: CrashCount): void {
    const key = appKey(count);
    const counts = this.#apps.get(key);
    if (counts === undefined) this.#apps.set(key, new Map([[count.instanceIndex, count]]));
    else counts.set(count.instanceIndex, count);
  }

  /** Forgets a count, and says whether there was one. */
  remove(app: AppId, instanceIndex: number): boolean {
    const key = appKey(app);
    const counts = this.#apps.get(key);
    const removed = counts?.delete(instanceIndex) ?? false;
    if (counts?.size === 0) this.#apps.delete(key);
    return removed;
  }
}
