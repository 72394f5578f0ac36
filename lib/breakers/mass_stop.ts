/**
 * To stop a large part of the fleet at once is more likely a mistake of what is desired than a wish (I6,
 * B5). Stops are counted that are sent because nobody wants the instance: those of duplicates, and of
 * what has been replaced, leave an index served.
 *
 * A sender that works whenever something falls due makes many passes of what one that polls makes one of;
 * so what was sent within a polling interval counts as one pass. Pure.
 *
 * @module
 */

import type { BreakerConfig } from "../config/config.ts";

/** What the breaker goes by. */
export interface StopSight {
  /** Stops of what nobody wants that would be sent now. */
  readonly due: number;
  /** Those that were sent less than a polling interval ago. */
  readonly sentOfLate: number;
  /** How many instances DEAs report. */
  readonly instances: number;
  /** An operator lets the incident pass. */
  readonly waived: boolean;
}

/** Why stops are held; undefined when they are not. */
export function judgeMassStop(sight: StopSight, config: BreakerConfig): string | undefined {
  const { due, sentOfLate, instances, waived } = sight;
  const stops = due + sentOfLate;
  if (waived || due === 0 || config.stopShareMax === 1) return undefined;
  if (stops <= Math.max(config.stopFloor, config.stopShareMax * instances)) return undefined;
  const gone = sentOfLate === 0 ? "" : `, ${sentOfLate} of which have gone out`;
  return `${stops} of ${instances} instances would be stopped at once because nobody wants them` +
    `${gone} (breaker_stop_share_max, breaker_stop_floor)`;
}
