/**
 * Tells a mirror that finds the store again, after whatever kept it from it, whether that is the store it
 * knew. One that was restored from before says that it is fresh, and tells of long ago: what it says must
 * be earned anew, for everybody (F11, I5). To end freshness no leadership is needed, for it errs on the
 * side of silence.
 *
 * @module
 */

import type { Logger } from "../helpers/logger.ts";
import { revokeFreshness } from "../store/collections/freshness.ts";
import { UNFENCED } from "../store/fence.ts";
import { Bookmark, type BookmarkDeps, BookmarkLostError } from "./bookmark.ts";

/** What a {@linkcode StoreWitness} is handed. */
export interface StoreWitnessDeps extends BookmarkDeps {
  readonly log: Logger;
}

/** Remembers a store by the bookmark that was left in it, and by how far it had come. */
export class StoreWitness {
  readonly #deps: StoreWitnessDeps;
  #left: Bookmark | undefined;
  #seenRevision = 0;

  constructor(deps: StoreWitnessDeps) {
    this.#deps = deps;
  }

  /** The store has come so far. */
  saw(revision: number): void {
    this.#seenRevision = revision;
  }

  /**
   * The bookmark that stands in the store from now on. If the one that was left is lost, for the store is
   * another one, freshness is ended before this returns: after the new one is there, so that a store that
   * is replaced once more meanwhile does not have that one either.
   *
   * @throws {StoreUnavailableError} when the store fails; whoever asks again is told the same
   */
  async bookmark(): Promise<Bookmark> {
    const lost = await this.#lost();
    if (lost === undefined && this.#left !== undefined) return this.#left;
    const bookmark = await Bookmark.place(this.#deps);
    if (lost?.replaced) await this.#endFreshness(lost);
    this.#left = bookmark;
    this.#seenRevision = 0;
    return bookmark;
  }

  async #lost(): Promise<BookmarkLostError | undefined> {
    try {
      const revision = await this.#left?.move();
      if (revision === undefined || revision > this.#seenRevision) return undefined;
      return new BookmarkLostError("The store's revision went back", true);
    } catch (error) {
      if (error instanceof BookmarkLostError) return error;
      throw error;
    }
  }

  async #endFreshness(error: BookmarkLostError): Promise<void> {
    const { store, layout, log } = this.#deps;
    log.error("The store is not the one it was: nothing is done until it is fresh again", {
      error,
    });
    for (const key of [layout.actualFreshKey, layout.desiredFreshKey]) {
      await revokeFreshness(store, { key, fence: UNFENCED });
    }
  }
}
