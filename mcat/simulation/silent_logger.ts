/**
 * A logger that writes nothing, for a simulated year would fill a disk; who listens for errors is told.
 *
 * @module
 */

import type { Logger } from "../../lib/helpers/logger.ts";

/** Writes nothing. */
export class SilentLogger implements Logger {
  readonly #onError: (said: string) => void;

  constructor(onError: (said: string) => void) {
    this.#onError = onError;
  }

  debug(): void {}
  info(): void {}
  warn(): void {}

  error(message: string): void {
    this.#onError(message);
  }
}
