/**
 * Whether an advertisement makes actual state fresh: only when no heartbeat came for as long as freshness
 * takes, so that an empty platform becomes fresh and a failing save is not masked (LIS-15 to LIS-18,
 * REG-03, REG-04). Pure.
 *
 * @module
 */

/** What the decision rests on; times in Unix seconds. */
export interface AdvertiseContext {
  readonly now: number;
  /** Undefined: none since the process began (LIS-17). */
  readonly lastHeartbeatAt: number | undefined;
  readonly actualFreshnessTtlSeconds: number;
}

/** Whether an advertisement that arrives now bumps actual freshness. */
export function shouldBumpOnAdvertise(context: AdvertiseContext): boolean {
  const { now, lastHeartbeatAt, actualFreshnessTtlSeconds } = context;
  return lastHeartbeatAt === undefined || now - lastHeartbeatAt >= actualFreshnessTtlSeconds;
}
