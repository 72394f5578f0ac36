/**
 * Puts a watch's answers together so that no revision is torn apart. An answer holds whole revisions
 * unless it is a fragment of one that was too large to be sent at once: then its last revision may go on
 * in the next.
 *
 * @module
 */

import type { WatchBatch, WatchEvent } from "../store.ts";
import type { WatchResponse } from "./wire.ts";

/** Of one watch, on one connection. */
export class WatchAssembler {
  #pending: WatchEvent[] = [];

  /** The whole revisions that are complete with this answer; undefined if there are none. */
  add(response: WatchResponse): WatchBatch | undefined {
    const events = [...this.#pending, ...response.events];
    const last = events.at(-1);
    if (!last) return undefined;
    const open = response.fragment ? revisionOf(last) : Infinity;
    const complete = events.filter((event) => revisionOf(event) < open);
    this.#pending = events.slice(complete.length);
    const lastComplete = complete.at(-1);
    return lastComplete && { revision: revisionOf(lastComplete), events: complete };
  }
}

function revisionOf(event: WatchEvent): number {
  return event.kind === "put" ? event.entry.modRevision : event.revision;
}
