/**
 * What one reader of a mirror has not seen to yet: the apps that changed since it looked last. An app that
 * changes twice is one app.
 *
 * @module
 */

import { Bell } from "../helpers/bell.ts";
import type { ChangeKind } from "./fleet_view.ts";

/** Apps that changed. */
export interface Changes {
  /** Everything may have changed: the mirror was listed anew. */
  readonly everything: boolean;
  /** Keys of the apps of which something changed that is desired, seen or counted. */
  readonly fleet: ReadonlySet<string>;
  /** Keys of the apps for which a message was queued, claimed or removed. */
  readonly queue: ReadonlySet<string>;
}

/** Collects changes for one reader. */
export class ChangeFeed {
  readonly #bell = new Bell();
  #everything = true;
  #fleet = new Set<string>();
  #queue = new Set<string>();
  #holds = false;

  /** Whether anything of this kind waits to be taken. */
  has(kind: ChangeKind): boolean {
    if (kind === "holds") return this.#everything || this.#holds;
    return this.#everything || (kind === "fleet" ? this.#fleet : this.#queue).size > 0;
  }

  /** Whether the app waits to be taken, whatever changed of it. */
  hasApp(appKey: string): boolean {
    return this.#everything || this.#fleet.has(appKey) || this.#queue.has(appKey);
  }

  /** Takes what has changed; from here on it counts as seen to. */
  take(): Changes {
    const changes = { everything: this.#everything, fleet: this.#fleet, queue: this.#queue };
    this.#everything = false;
    this.#holds = false;
    this.#fleet = new Set();
    this.#queue = new Set();
    return changes;
  }

  /** Resolves when there is news after this call, or when the signal is aborted. */
  news(signal: AbortSignal): Promise<void> {
    return this.#bell.wait(signal);
  }

  /** Takes note of a change; of holds it is enough that there was one. */
  note(appKey: string, kind: ChangeKind): void {
    if (kind === "holds") this.#holds = true;
    // Where everything is to be looked at, single apps need not be told apart.
    else if (!this.#everything) (kind === "fleet" ? this.#fleet : this.#queue).add(appKey);
    this.#bell.ring();
  }

  /** Tells single apps apart no longer when there are more of them than this: all may as well have changed. */
  condense(appsMax: number): void {
    if (this.#fleet.size + this.#queue.size > appsMax) this.noteEverything();
  }

  /** Takes note that everything may have changed; single apps need not be told apart then. */
  noteEverything(): void {
    this.#everything = true;
    this.#fleet = new Set();
    this.#queue = new Set();
    this.#bell.ring();
  }
}
