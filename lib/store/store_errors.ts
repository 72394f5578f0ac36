/**
 * What can go wrong with a store, by kind and not by message: each loop asks one question of an error,
 * whether to try again.
 *
 * @module
 */

/** The store cannot be reached, refuses for a while, or does not answer in time. Try again later. */
export class StoreUnavailableError extends Error {
  override name = "StoreUnavailableError";
}

/**
 * The store did not say whether it made the transaction. It may have: read back before acting
 * (design: a failed or timed-out transaction is unknown, not failed).
 */
export class OutcomeUnknownError extends StoreUnavailableError {
  override name = "OutcomeUnknownError";
}

/** The store refuses for good: wrong credentials, no permission, a client certificate it does not trust. */
export class StoreRefusedError extends Error {
  override name = "StoreRefusedError";
}

/** A revision that is asked for is no longer kept. Range again, then watch from there. */
export class CompactedError extends Error {
  override readonly name = "CompactedError";
  /** The oldest revision that is still kept; 0 if the store does not say. */
  readonly compactRevision: number;

  constructor(message: string, compactRevision: number, options?: ErrorOptions) {
    super(message, options);
    this.compactRevision = compactRevision;
  }
}

/** A lease that is used is gone. */
export class LeaseNotFoundError extends Error {
  override readonly name = "LeaseNotFoundError";
  readonly lease: number;

  constructor(lease: number, options?: ErrorOptions) {
    super(`Cannot use lease ${lease}: it has ended or was never granted`, options);
    this.lease = lease;
  }
}

/** Another process leads now, or may: nothing more may be written or published in the old one's name. */
export class LeadershipLostError extends Error {
  override readonly name = "LeadershipLostError";
  /** The component whose leadership it was. */
  readonly component: string;

  constructor(component: string, reason: string, options?: ErrorOptions) {
    super(`Lost the leadership of ${component}: ${reason}`, options);
    this.component = component;
  }
}

/** What is stored is too old to act on (behaviour.md 6). */
export class NotFreshError extends Error {
  override readonly name = "NotFreshError";
  /** Which state is stale. */
  readonly stale: "actual" | "desired" | "both";

  constructor(stale: "actual" | "desired" | "both", message: string) {
    super(message);
    this.stale = stale;
  }
}
