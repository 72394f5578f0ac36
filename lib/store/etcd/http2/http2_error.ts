/**
 * A stream that did not end as it should.
 *
 * @module
 */

/** Options of {@linkcode Http2Error}. */
export interface Http2ErrorOptions extends ErrorOptions {
  /** The other side has certainly done nothing. @default {false} */
  readonly unsent?: boolean;
}

/** A connection could not be made, or was lost, or a stream on it was ended. */
export class Http2Error extends Error {
  override readonly name = "Http2Error";
  /** The other side has certainly done nothing. */
  readonly unsent: boolean;

  /** @param message what has happened, as the system or the other side says it */
  constructor(message: string, options: Http2ErrorOptions = {}) {
    super(message, options);
    this.unsent = options.unsent ?? false;
  }
}
