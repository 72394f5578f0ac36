/**
 * A logger that says nothing: a simulated year would fill a disk.
 *
 * @module
 */

import type { Logger } from "../../lib/helpers/logger.ts";

/** Says nothing. */
export class SilentLogger implements Logger {
  debug(): void {}
  info(): void {}
  warn(): void {}
  error(): void {}
}
