/**
 * Says in the log when something is held from here on, and when it is not any more: once each.
 *
 * @module
 */

import type { Logger } from "../helpers/logger.ts";
import type { Hold } from "../models/hold.ts";

/** Remembers what was held. */
export class HoldLog {
  readonly #log: Logger;
  #held = new Map<string, Hold>();

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Takes note of everything that is held now. */
  note(holds: readonly Hold[]): void {
    const held = new Map(holds.map((hold) => [hold.name, hold]));
    for (const hold of holds) if (!this.#held.has(hold.name)) this.#begin(hold);
    for (const { name } of this.#held.values()) {
      if (!held.has(name)) this.#log.warn("A hold has ended", { hold: name });
    }
    this.#held = held;
  }

  #begin({ name, holds, reason, by, expiresAt }: Hold): void {
    const said = { hold: name, holds, reason, by };
    this.#log.warn(
      "Messages are held back",
      expiresAt === undefined ? said : { ...said, expiresAt },
    );
  }
}
