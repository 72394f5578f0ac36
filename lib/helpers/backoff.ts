/**
 * How long to wait before trying again: longer each time, up to a limit, and never in step with the
 * other programs that lost the same server at the same moment.
 *
 * @module
 */

import type { Random } from "./random.ts";

/** How fast the delays grow, and how far. */
export interface BackoffOptions {
  /** The longest first delay, in milliseconds. */
  readonly baseMs: number;
  /** The longest delay of all, in milliseconds. */
  readonly maxMs: number;
  readonly random: Random;
}

/**
 * Milliseconds to wait after the failure number `failures` (from 1). The delay doubles with each failure
 * up to `maxMs`; between half of it and all of it is waited, by chance.
 */
export function backoffDelayMs(failures: number, options: BackoffOptions): number {
  const { baseMs, maxMs, random } = options;
  const cappedMs = Math.min(maxMs, baseMs * 2 ** (failures - 1));
  return cappedMs / 2 + random.fraction() * cappedMs / 2;
}
