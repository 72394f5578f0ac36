/**
 * What passes that fail look like in the log: the first failure of a kind at once, the same kind again at
 * most once a minute, and one line when passes succeed again (DMN-04). A component that waits for a fresh
 * store must not write a line every second.
 *
 * @module
 */

import { LogLimiter } from "./log_limiter.ts";
import type { Logger } from "./logger.ts";
import type { TimeProvider } from "./time_provider.ts";

/** What the log of failures needs. */
export interface PassFailureLogOptions {
  /** Whose passes they are. */
  readonly name: string;
  readonly time: TimeProvider;
  readonly log: Logger;
  /** True: logged as information. @default {no error is} */
  readonly isExpected?: (error: unknown) => boolean;
}

/** Says which passes fail, without saying it too often. */
export class PassFailureLog {
  readonly #options: PassFailureLogOptions;
  #limiter: LogLimiter;
  #failures = 0;

  constructor(options: PassFailureLogOptions) {
    this.#options = options;
    this.#limiter = new LogLimiter(options);
  }

  /** A pass failed with this error. */
  failed(error: unknown): void {
    const { name, log, isExpected = () => false } = this.#options;
    this.#failures += 1;
    const admission = this.#limiter.admit(error instanceof Error ? error.name : "unknown");
    if (!admission.admitted) return;
    const fields = { component: name, error, suppressed: admission.suppressed };
    if (isExpected(error)) log.info("A pass had to be left out", fields);
    else log.error("A pass failed", fields);
  }

  /** A pass did not fail. */
  succeeded(): void {
    if (this.#failures === 0) return;
    const { name, log } = this.#options;
    log.info("Passes succeed again", { component: name, failures: this.#failures });
    this.#failures = 0;
    this.#limiter = new LogLimiter(this.#options);
  }
}
