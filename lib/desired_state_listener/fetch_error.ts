/**
 * Why a fetch of the desired state failed. Whatever the reason, nothing of it was stored and the next
 * fetch starts anew.
 *
 * @module
 */

/** The kinds of failure an operator tells apart (DES-02, DES-12 to DES-16). */
export type FetchFailure =
  | "bad_url"
  | "unauthorized"
  | "bad_status"
  | "unreachable"
  | "bad_body"
  | "bad_token"
  | "held";

/** A desired state that could not be fetched, or was not obeyed. */
export class FetchError extends Error {
  override readonly name = "FetchError";
  readonly failure: FetchFailure;

  constructor(failure: FetchFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
  }
}
