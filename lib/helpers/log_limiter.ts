/**
 * Lets something that repeats be said once per interval, with how often it was left unsaid meanwhile.
 * Whoever can send us bad input can choose its text too, so the number of keys is bounded: beyond it all
 * new keys share one place, and no input makes the log grow faster than `keysMax + 1` lines per interval.
 *
 * @module
 */

import type { TimeProvider } from "./time_provider.ts";

/** Whether something may be said now. */
export type Admission =
  | {
    readonly admitted: true;
    /** How often it was refused since it was last admitted. */
    readonly suppressed: number;
  }
  | { readonly admitted: false };

/** What a {@linkcode LogLimiter} needs to know. */
export interface LogLimiterOptions {
  readonly time: TimeProvider;
  /** How long a key stays quiet after it was admitted, in milliseconds. @default {60_000} */
  readonly intervalMs?: number;
  /** How many keys are told apart. @default {1_000} */
  readonly keysMax?: number;
}

interface Entry {
  readonly admittedAtMs: number;
  suppressed: number;
}

/** Longer keys are cut, for the same reason that their number is bounded. */
const keyLengthMax = 200;

/** Admits each key once per interval. */
export class LogLimiter {
  readonly #time: TimeProvider;
  readonly #intervalMs: number;
  readonly #keysMax: number;
  /** In the order in which they were admitted, so that the first is the first to run out. */
  readonly #entries = new Map<string, Entry>();
  /** Stands for every key there is no room for. */
  #shared: Entry | undefined;

  constructor(options: LogLimiterOptions) {
    this.#time = options.time;
    this.#intervalMs = options.intervalMs ?? 60_000;
    this.#keysMax = options.keysMax ?? 1_000;
  }

  /** Whether what `key` names may be said now; a refusal is counted. */
  admit(key: string): Admission {
    const nowMs = this.#time.monotonicMs();
    const cutKey = key.slice(0, keyLengthMax);
    const hasPlace = this.#hasPlace(cutKey, nowMs);
    const entry = hasPlace ? this.#entries.get(cutKey) : this.#shared;
    if (entry !== undefined && !this.#ranOut(entry, nowMs)) {
      entry.suppressed += 1;
      return { admitted: false };
    }
    const admitted = { admittedAtMs: nowMs, suppressed: 0 };
    if (hasPlace) {
      this.#entries.delete(cutKey);
      this.#entries.set(cutKey, admitted);
    } else {
      this.#shared = admitted;
    }
    return { admitted: true, suppressed: entry?.suppressed ?? 0 };
  }

  /** How many keys are told apart at the moment: never more than `keysMax`. */
  get keys(): number {
    return this.#entries.size;
  }

  #hasPlace(key: string, nowMs: number): boolean {
    if (this.#entries.has(key)) return true;
    if (this.#entries.size >= this.#keysMax) this.#forgetRunOut(nowMs);
    return this.#entries.size < this.#keysMax;
  }

  #forgetRunOut(nowMs: number): void {
    for (const [key, entry] of this.#entries) {
      if (!this.#ranOut(entry, nowMs)) return;
      this.#entries.delete(key);
    }
  }

  #ranOut(entry: Entry, nowMs: number): boolean {
    return nowMs - entry.admittedAtMs >= this.#intervalMs;
  }
}
