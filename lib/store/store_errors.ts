/**
 * What can go wrong with a store, by kind and not by message: each loop asks one question of an error,
 * whether to try again.
 *
 * @module
 */

/** The store cannot be reached, refuses for a while, or does not answer in time. Try again later. */
export class StoreUnavailableError extends Error {
  /** Tells it from other errors where `instanceof` cannot. */
  override name = "StoreUnavailableError";
}

/**
 * The store did not say whether it made the transaction. It may have: read back before acting
 * (design: a failed or timed-out transaction is unknown, not failed).
 */
export class OutcomeUnknownError extends StoreUnavailableError {
  /** Tells it from other errors where `instanceof` cannot. */
  override name = "OutcomeUnknownError";
}

/** The store refuses for good: wrong credentials, no permission, a client certificate it does not trust. */
export class StoreRefusedError extends Error {
  /** Tells it from other errors where `instanceof` cannot. */
  override name = "StoreRefusedError";
}

/** A revision that is asked for is no longer kept. Range again, then watch from there. */
export class CompactedError extends Error {
  /** Tells it from other errors where `instanceof` cannot. */
  override readonly name = "CompactedError";
  /** The oldest revision that is still kept; 0 if the store does not say. */
  readonly compactRevision: number;

  /**
   * Takes the store's own message.
   *
   * @param compactRevision oldest revision still kept; 0 if the store does not say
   */
  constructor(message: string, compactRevision: number, options?: ErrorOptions) {
    super(message, options);
    this.compactRevision = compactRevision;
  }
}

/** A lease that is used is gone. */
export class LeaseNotFoundError extends Error {
  /** Tells it from other errors where `instanceof` cannot. */
  override readonly name = "LeaseNotFoundError";
  /** The lease that was used. */
  readonly lease: number;

  /** The message names `lease`. */
  constructor(lease: number, options?: ErrorOptions) {
    super(`Cannot use lease ${lease}: it has ended or was never granted`, options);
    this.lease = lease;
  }
}

/** Another process leads now, or may: nothing more may be written or published in the old one's name. */
export class LeadershipLostError extends Error {
  /** Tells it from other errors where `instanceof` cannot. */
  override readonly name = "LeadershipLostError";
  /** The component whose leadership it was. */
  readonly component: string;

  /**
   * The message says whose leadership it was, and how that is known.
   *
   * @param component whose leadership it was: `analyzer`
   * @param reason how it is known, as a clause: `its lease has ended`
   */
  constructor(component: string, reason: string, options?: ErrorOptions) {
    super(`Lost the leadership of ${component}: ${reason}`, options);
    this.component = component;
  }
}

/** What is stored is too old to act on (behaviour.md 6). */
export class NotFreshError extends Error {
  /** Tells it from other errors where `instanceof` cannot. */
  override readonly name = "NotFreshError";
  /** Which state is stale. */
  readonly stale: "actual" | "desired" | "both";

  /**
   * Takes the message as it is: whoever looked knows what is wrong.
   *
   * @param stale which state is too old, or not known to be fresh
   * @param message says why, for operators
   */
  constructor(stale: "actual" | "desired" | "both", message: string) {
    super(message);
    this.stale = stale;
  }
}
