/**
 * Paces a component that works at regular times and, when there is reason, in between. Regular passes keep
 * the polling interval from start to start; extra ones are a moment apart, so that what belongs together
 * is seen together and a busy store makes nobody spin. Pure.
 *
 * @module
 */

/** What an extra pass waits for after its reason came: a flush is several transactions. */
const GATHER_MS = 50;
/** From the start of a pass to the start of an extra one, at least. */
const GAP_MS = 200;

/** When to work. Times are monotonic milliseconds. */
export class Pace {
  readonly #intervalMs: number;
  #regularAtMs = -Infinity;
  #startedAtMs = -Infinity;

  /** @param intervalMs from regular pass to regular pass */
  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
  }

  /** When the next regular pass is due. */
  get nextRegularAtMs(): number {
    return this.#regularAtMs + this.#intervalMs;
  }

  /** A pass begins: which kind is it? */
  begin(nowMs: number): "regular" | "extra" {
    this.#startedAtMs = nowMs;
    if (nowMs < this.nextRegularAtMs) return "extra";
    this.#regularAtMs = nowMs;
    return "regular";
  }

  /** When an extra pass may begin for which there is reason now. */
  extraAtMs(nowMs: number): number {
    return Math.max(nowMs + GATHER_MS, this.#startedAtMs + GAP_MS);
  }
}
