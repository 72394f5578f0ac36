/**
 * The log of the embedded system, read by the demo instead of by people: what is said of starts and stops
 * goes to the ledger, what is wrong goes on, the rest goes nowhere.
 *
 * @module
 */

import { describeError } from "../../lib/helpers/describe_error.ts";
import type { LogFields, Logger } from "../../lib/helpers/logger.ts";
import { NotFreshError } from "../../lib/store/store_errors.ts";
import type { OrderLedger } from "./order_ledger.ts";

/** Where the lines go. */
export interface DemoLogOptions {
  readonly ledger: OrderLedger;
  /** Takes what is worth a warning, and the errors. */
  readonly problems: Logger;
  /** Is told the same in a few words. */
  readonly onTrouble: (text: string) => void;
}

/** What every component of the demo logs to. */
export class DemoLog implements Logger {
  readonly #options: DemoLogOptions;

  constructor(options: DemoLogOptions) {
    this.#options = options;
  }

  debug(): void {}

  info(message: string, fields: LogFields = {}): void {
    const { ledger } = this.#options;
    const { messageId, reason, why } = fields;
    if (typeof messageId !== "string") return;
    switch (message) {
      case "Queued a start":
      case "Queued a stop":
        return ledger.queued(messageId, String(why));
      case "Sent a start":
      case "Sent a stop":
        return ledger.sent(messageId, String(reason));
      case "Dropped a message":
        return ledger.dropped(messageId);
    }
  }

  warn(message: string, fields: LogFields = {}): void {
    this.#options.problems.warn(message, fields);
    this.#tell(message, fields);
  }

  error(message: string, fields: LogFields = {}): void {
    // Nothing is fresh at the beginning: to refuse to act then is no trouble, and the screen shows it.
    if (fields["error"] instanceof NotFreshError) return;
    this.#options.problems.error(message, fields);
    this.#tell(message, fields);
  }

  #tell(message: string, { error }: LogFields): void {
    this.#options.onTrouble(error === undefined ? message : `${message}: ${describeError(error)}`);
  }
}
