/**
 * When a call to a member is over although nothing has come back: it took too long, or the store was
 * closed. Real time on purpose: a server's silence is measured on no clock of ours.
 *
 * @module
 */

import { WireCode, WireError } from "./wire_error.ts";

/** Why calls end before they are answered, for one member. */
export class RequestDeadline {
  readonly #url: string;
  readonly #timeoutMs: number;
  readonly #closed = new AbortController();

  constructor(url: string, timeoutMs: number) {
    this.#url = url;
    this.#timeoutMs = timeoutMs;
  }

  /** Aborted when the member is closed, for calls that may take as long as they like. */
  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  /** A signal for one call. */
  start(): AbortSignal {
    return AbortSignal.any([AbortSignal.timeout(this.#timeoutMs), this.#closed.signal]);
  }

  /** Ends all calls, and all that are made later. */
  close(): void {
    this.#closed.abort();
  }

  /** The error of a call that was ended by the signal it got from {@linkcode start}. */
  error(cause?: unknown): WireError {
    const options = { url: this.#url, cause };
    if (this.#closed.signal.aborted) {
      return new WireError(WireCode.cancelled, "the connection was closed by us", options);
    }
    const message = `no answer within ${this.#timeoutMs} ms`;
    return new WireError(WireCode.deadlineExceeded, message, options);
  }
}
