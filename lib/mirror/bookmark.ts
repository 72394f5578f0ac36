/**
 * How a mirror knows where the store is, and that it is still the same store. A bookmark is a key of the
 * mirror's own, under a lease:
 *
 * - Asking for the store's revision asks in the same breath whether the bookmark stands as it was left. A
 *   store that was wiped, or restored from before, does not have it (F11), whatever its revision, and that
 *   is told even if the store was away for most of an hour meanwhile. A backup that was made since it was
 *   put has it too: therefore one that has stood for two minutes is not believed any more. What is not told
 *   is a backup of less than two minutes ago, if nobody has moved the bookmark since it was made, and
 *   revisions have grown past the mirror's own by then.
 * - Putting it anew makes a revision that the mirror's watch must tell: once it has, nothing before it is
 *   missing. That is how a watch is known to have caught up when what moved the revision lies outside of
 *   what is watched. etcd's own progress notices cannot serve: before 3.4.25 one may overtake the changes
 *   it stands for, and its JSON gateway cannot ask for one.
 *
 * @module
 */

import type { Random } from "../helpers/random.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";
import type { StoreLayout } from "../store/layout.ts";
import type { Guard, Store } from "../store/store.ts";
import { LeaseNotFoundError } from "../store/store_errors.ts";

/** What a bookmark is forgotten after when nobody moves it: the mirror is gone. */
const TTL_SECONDS = 3_600;
/** A bookmark is moved to a new lease before its own is over. */
const LEASE_USE_MS = TTL_SECONDS * 1000 / 3;
/**
 * A bookmark that has stood for so long is moved when it is asked for: a backup that was made meanwhile
 * has it too, and once the revision has grown again nothing else would tell such a store from ours.
 */
const STANDS_MS = 10_000;
/** A bookmark that nobody has asked for in so long proves nothing by standing where it was left. */
const BELIEVED_MS = 120_000;

/** What a {@linkcode Bookmark} is handed. */
export interface BookmarkDeps {
  readonly store: Store;
  readonly layout: StoreLayout;
  readonly time: TimeProvider;
  readonly random: Random;
}

/** The store is not the one the bookmark was left in, or has forgotten it: list again. */
export class BookmarkLostError extends Error {
  override readonly name = "BookmarkLostError";

  constructor(
    message: string,
    /** Whether nothing else explains it than that the store was restored from before, or emptied. */
    readonly replaced: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A bookmark in a store. */
export class Bookmark {
  readonly #deps: BookmarkDeps;
  readonly #key: string;
  #lease: { readonly id: number; readonly grantedAtMs: number } | undefined;
  /** When the bookmark was last put, as far as we know. */
  #revision = 0;
  /** When it was put, in monotonic milliseconds. */
  #putAtMs = 0;
  /** Settles when nobody asks for it or moves it. */
  #turn: Promise<unknown> = Promise.resolve();
  /** Its lease has not ended before this, in monotonic milliseconds. */
  #standsUntilMs = 0;

  private constructor(deps: BookmarkDeps) {
    this.#deps = deps;
    this.#key = `${deps.layout.bookmarksPrefix}${deps.random.uuid()}`;
  }

  /**
   * Leaves a new bookmark.
   *
   * @throws {StoreUnavailableError} when the store fails
   */
  static async place(deps: BookmarkDeps): Promise<Bookmark> {
    const bookmark = new Bookmark(deps);
    await bookmark.#put([]);
    return bookmark;
  }

  /**
   * The store's revision: whatever was committed before this call is part of it.
   *
   * @throws {BookmarkLostError} when this is not the store that the bookmark was left in
   * @throws {StoreUnavailableError} when the store fails
   */
  storeRevision(): Promise<number> {
    return this.#inTurn(() => this.#askRevision());
  }

  async #askRevision(): Promise<number> {
    if (this.#ageMs() >= STANDS_MS) return await this.#move();
    const result = await this.#deps.store.transact({ guards: [this.#asLeft()], mutations: [] });
    if (result.committed) return result.revision;
    await this.#adopt();
    return result.revision;
  }

  /**
   * Puts the bookmark anew and returns the revision of that; throws as
   * {@linkcode Bookmark.storeRevision}.
   */
  move(): Promise<number> {
    return this.#inTurn(() => this.#move());
  }

  async #move(): Promise<number> {
    if (this.#ageMs() >= BELIEVED_MS) throw await this.#disbelieved();
    try {
      while (!await this.#put([this.#asLeft()])) await this.#adopt();
      return this.#revision;
    } catch (error) {
      if (!(error instanceof LeaseNotFoundError)) throw error;
      throw this.#lost("The bookmark's lease is gone", { cause: error });
    }
  }

  /** One after the other: who moves it while another does would take it for lost. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => {});
    return turn;
  }

  #asLeft(): Guard {
    return { kind: "modified_at", key: this.#key, revision: this.#revision };
  }

  async #put(guards: readonly Guard[]): Promise<boolean> {
    const lease = await this.#currentLease();
    const putAtMs = this.#deps.time.monotonicMs();
    const mutations = [{ kind: "put", key: this.#key, value: "", lease }] as const;
    const result = await this.#deps.store.transact({ guards, mutations });
    if (!result.committed) return false;
    this.#revision = result.revision;
    this.#putAtMs = putAtMs;
    this.#standsUntilMs = (this.#lease?.grantedAtMs ?? 0) + TTL_SECONDS * 1000;
    return true;
  }

  /** A put may have been made although the store could not say so: only we know of the key. */
  async #adopt(): Promise<void> {
    const entry = await this.#deps.store.get(this.#key);
    if (entry === undefined || entry.modRevision <= this.#revision) {
      throw this.#lost("The store does not have the bookmark that was left in it");
    }
    this.#revision = entry.modRevision;
  }

  /** One that is not there, or older than it was left, still tells that the store is another one. */
  async #disbelieved(): Promise<BookmarkLostError> {
    const entry = await this.#deps.store.get(this.#key);
    const message = "Nobody has looked at the bookmark for too long";
    if (entry !== undefined && entry.modRevision >= this.#revision) {
      return new BookmarkLostError(message, false);
    }
    return this.#lost(`${message}, and it is not as it was left`);
  }

  /** When its lease has ended, the bookmark of a mirror that nobody looked at is gone by itself. */
  #lost(message: string, options?: ErrorOptions): BookmarkLostError {
    return new BookmarkLostError(message, !this.#isOver(), options);
  }

  #isOver(): boolean {
    return this.#deps.time.monotonicMs() >= this.#standsUntilMs;
  }

  #ageMs(): number {
    return this.#deps.time.monotonicMs() - this.#putAtMs;
  }

  #leaseAgeMs(): number {
    return this.#deps.time.monotonicMs() - (this.#lease?.grantedAtMs ?? -Infinity);
  }

  async #currentLease(): Promise<number> {
    if (this.#lease !== undefined && this.#leaseAgeMs() <= LEASE_USE_MS) return this.#lease.id;
    const grantedAtMs = this.#deps.time.monotonicMs();
    const id = this.#deps.random.leaseId();
    await this.#deps.store.grantLease(id, TTL_SECONDS);
    this.#lease = { id, grantedAtMs };
    return id;
  }
}
