/**
 * Follows what is desired, and nothing else, while a platform reports in: that changes little, and to list a
 * million apps anew costs as much as to list their instances. How far it has been told is found out as
 * everywhere: a key of our own right beside the records is put and removed, and the watch tells of it.
 *
 * @module
 */

import { Bell } from "../helpers/bell.ts";
import type { StoreLayout } from "../store/layout.ts";
import type { Mutation, Store } from "../store/store.ts";
import { StoreUnavailableError } from "../store/store_errors.ts";
import type { FleetView } from "./fleet_view.ts";

/** What a {@linkcode DesiredFollower} is handed. */
export interface DesiredFollowerDeps {
  readonly store: Store;
  readonly layout: StoreLayout;
  /** Takes over what changes. */
  readonly view: FleetView;
  /** The first revision whose changes the view does not have. */
  readonly fromRevision: number;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** Keeps what is desired in a view up to date. */
export class DesiredFollower {
  readonly #deps: DesiredFollowerDeps;
  readonly #told = new Bell();
  readonly #following: Promise<void>;
  #revision: number;
  #failure: { readonly error: unknown } | undefined;

  /** Begins to follow. */
  constructor(deps: DesiredFollowerDeps) {
    this.#deps = deps;
    this.#revision = deps.fromRevision - 1;
    this.#following = this.#follow();
  }

  /**
   * Resolves once the view has every change to what is desired that was committed before this call.
   *
   * @throws {CompactedError} when these changes are no longer kept
   * @throws {StoreUnavailableError} when the store or the watch fails
   */
  async caughtUp(): Promise<void> {
    const { signal } = this.#deps;
    const revision = await this.#leaveBookmark();
    while (this.#revision < revision) {
      if (this.#failure !== undefined) throw this.#failure.error;
      signal.throwIfAborted();
      await this.#told.wait(signal);
    }
  }

  /** Settles when it follows no more, which its signal brings about. */
  get ended(): Promise<void> {
    return this.#following;
  }

  async #follow(): Promise<void> {
    const { store, layout, view, fromRevision, signal } = this.#deps;
    try {
      for await (const batch of store.watch(beside(layout), { fromRevision, signal })) {
        view.applyEvents(batch.events);
        this.#revision = batch.revision;
        this.#told.ring();
      }
      this.#failure = {
        error: new StoreUnavailableError("The watch of what is desired has ended"),
      };
    } catch (error) {
      this.#failure = { error };
    }
    this.#told.ring();
  }

  async #leaveBookmark(): Promise<number> {
    const { store, layout } = this.#deps;
    const key = layout.desiredBookmarkKey;
    const commit = (mutation: Mutation) => store.transact({ guards: [], mutations: [mutation] });
    await commit({ kind: "put", key, value: "" });
    return (await commit({ kind: "delete", key })).revision;
  }
}

/** What the records' prefix and the bookmark's key begin with. */
function beside({ desiredPrefix }: StoreLayout): string {
  return desiredPrefix.replace(/\/$/, "");
}
