/**
 * A `FakeLogger` a test can wait for: the event that shows that a program has noticed something is often
 * the line it logs.
 *
 * @module
 */

import type { LogFields } from "../lib/helpers/logger.ts";
import { FakeLogger, type LoggedLine } from "./fake_logger.ts";

/** Remembers lines, and tells who waits for one. */
export class EventfulLogger extends FakeLogger {
  readonly #waiters = new Set<() => void>();

  /** The line number `count` with this message (from 1), now or once it is logged. */
  waitFor(message: string, count = 1): Promise<LoggedLine> {
    return new Promise((resolve) => {
      const look = () => {
        const line = this.lines.filter((candidate) => candidate.message === message)[count - 1];
        if (line === undefined) return;
        this.#waiters.delete(look);
        resolve(line);
      };
      this.#waiters.add(look);
      look();
    });
  }

  override debug(message: string, fields?: LogFields): void {
    super.debug(message, fields);
    this.#tell();
  }

  override info(message: string, fields?: LogFields): void {
    super.info(message, fields);
    this.#tell();
  }

  override warn(message: string, fields?: LogFields): void {
    super.warn(message, fields);
    this.#tell();
  }

  override error(message: string, fields?: LogFields): void {
    super.error(message, fields);
    this.#tell();
  }

  #tell(): void {
    this.#waiters.forEach((look) => look());
  }
}
