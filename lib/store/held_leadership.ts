/**
 * A leadership that was won: it keeps its lease alive, notices when it is lost, and gives it back.
 *
 * A leader must stop before another can begin. So it believes in its lease only until two thirds of the
 * time to live after the last renewal that succeeded was *sent*, by its own monotonic clock: the store
 * began to count later than that, and the last third is there for clocks that run unlike. Whoever acts
 * outside the store asks {@linkcode Leadership.assertHeld} right before; whoever writes to the store
 * carries {@linkcode Leadership.guards}, which hold whatever the clocks say.
 *
 * It is lost when its lease has ended, when the key is no longer the one it made (an operator removed
 * it: DMN-12), or when the store could not be reached in time. Losing is logged as information (DMN-23).
 *
 * @module
 */

import type { Logger } from "../helpers/logger.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";
import type { Fence } from "./fence.ts";
import type { Guard, Store, WatchEvent } from "./store.ts";
import { LeadershipLostError, StoreUnavailableError } from "./store_errors.ts";

/** What {@linkcode Leadership} needs to know of what was won. */
export interface WonLeadership {
  readonly store: Store;
  readonly component: string;
  /** The key that says who leads. */
  readonly key: string;
  /** The revision that made the key. */
  readonly createRevision: number;
  readonly lease: number;
  readonly ttlSeconds: number;
  /** Monotonic milliseconds right before the lease was asked for. */
  readonly grantSentAtMs: number;
  readonly time: TimeProvider;
  readonly log: Logger;
}

/** The leadership of a component. It is won by `campaign()`, never made by hand. */
export class Leadership implements Fence, AsyncDisposable {
  readonly component: string;
  readonly guards: readonly Guard[];
  /** Resolves when the leadership is lost; never, if it is given back first. */
  readonly lost: Promise<LeadershipLostError>;
  readonly #won: WonLeadership;
  readonly #lost = new AbortController();
  /** Aborted when the leadership is lost or given back: what keeps it stops. */
  readonly #ended = new AbortController();
  readonly #keeping: Promise<unknown>;
  #heldUntilMs: number;
  /** A look at the key that is under way. */
  #looking: Promise<void> | undefined;
  #resigning: Promise<void> | undefined;

  /** Begins to renew at once. */
  constructor(won: WonLeadership) {
    this.component = won.component;
    this.guards = [{ kind: "created_at", key: won.key, revision: won.createRevision }];
    this.#won = won;
    this.#heldUntilMs = this.#heldUntil(won.grantSentAtMs);
    this.lost = new Promise((resolve) => {
      const { signal } = this.#lost;
      signal.addEventListener("abort", () => resolve(signal.reason), { once: true });
    });
    const keeping = [this.#keepRenewing(), this.#watchDeadline(), this.#watchKey()];
    this.#keeping = Promise.all(keeping).catch((error) =>
      this.#lose("it failed to keep it", error)
    );
  }

  /** Aborted when the leadership is lost, with the {@linkcode LeadershipLostError} as its reason. */
  get signal(): AbortSignal {
    return this.#lost.signal;
  }

  /** Grows from leader to leader: the revision that made the leadership's key. */
  get epoch(): number {
    return this.#won.createRevision;
  }

  assertHeld(): void {
    if (this.#resigning !== undefined) {
      throw new LeadershipLostError(this.component, "it has been given back");
    }
    this.#checkDeadline();
    this.signal.throwIfAborted();
  }

  /**
   * Gives the leadership back, so that another can take it at once (DMN-15). If the store cannot be
   * reached, the lease ends by itself. A lost leadership needs no giving back. Never throws.
   */
  resign(): Promise<void> {
    this.#resigning ??= this.#resign();
    return this.#resigning;
  }

  /** Gives the leadership back, as {@linkcode Leadership.resign} does. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.resign();
  }

  async #resign(): Promise<void> {
    const { store, lease, log, component } = this.#won;
    this.#ended.abort();
    await this.#keeping;
    if (this.signal.aborted) return;
    try {
      await store.revokeLease(lease);
      log.info("Gave the leadership back", { component });
    } catch (error) {
      log.info("Could not give the leadership back, it ends by itself", { component, error });
    }
  }

  async #keepRenewing(): Promise<void> {
    const { time, ttlSeconds, grantSentAtMs } = this.#won;
    const { signal } = this.#ended;
    const periodMs = ttlSeconds * 1000 / 3;
    // The first renewal is sent at once. A store without a server of its own tells by it that this lease
    // is one that is kept alive, and ends it when that stops, wall clock or not (sqlite_leases.ts).
    let nextAtMs = grantSentAtMs;
    let failing = false;
    while (!signal.aborted) {
      const dueInMs = nextAtMs - time.monotonicMs();
      if (dueInMs > 0) await time.sleep(dueInMs, { signal });
      if (signal.aborted) return;
      const sentAtMs = time.monotonicMs();
      const error = await this.#renew(sentAtMs);
      nextAtMs = error === undefined ? sentAtMs + periodMs : time.monotonicMs() + periodMs / 10;
      if (error !== undefined && !failing) this.#logFailure(error);
      failing = error !== undefined;
    }
  }

  /** Renews the lease; what went wrong is returned, for it can be tried again. */
  async #renew(sentAtMs: number): Promise<unknown> {
    const { store, lease } = this.#won;
    try {
      const [status] = await store.keepAlive([lease]);
      if ((status?.ttlSeconds ?? 0) <= 0) {
        this.#lose("its lease has ended");
        return undefined;
      }
      this.#checkDeadline();
      this.#heldUntilMs = this.#heldUntil(sentAtMs);
      this.#looking ??= this.#lookAtKey();
      return undefined;
    } catch (error) {
      return error;
    }
  }

  /**
   * Looks whether the key is ours still. No renewal waits for that: an etcd that is busy answers a renewal
   * at once, and a read once it has done all that was written before.
   */
  async #lookAtKey(): Promise<void> {
    const { store, key, log, component } = this.#won;
    try {
      const entry = await store.get(key);
      if (!this.#ended.signal.aborted && entry?.createRevision !== this.epoch) this.#loseKey();
    } catch (error) {
      log.debug("Could not look at the leadership's key, will look again", { component, error });
    } finally {
      this.#looking = undefined;
    }
  }

  async #watchDeadline(): Promise<void> {
    const { time } = this.#won;
    const { signal } = this.#ended;
    while (!signal.aborted) {
      await time.sleep(this.#heldUntilMs - time.monotonicMs(), { signal });
      if (!signal.aborted) this.#checkDeadline();
    }
  }

  /** Hears at once of a key that is removed; what a watch misses, the next renewal sees. */
  async #watchKey(): Promise<void> {
    const { store, key, time, ttlSeconds, log, component } = this.#won;
    const { signal } = this.#ended;
    let fromRevision: number | undefined = this.epoch + 1;
    while (!signal.aborted) {
      try {
        for await (const { events } of store.watch(key, { fromRevision, signal })) {
          if (events.some((event) => this.#isLoss(event))) return this.#loseKey();
        }
      } catch (error) {
        log.debug("Could not watch the leadership's key, will watch again", { component, error });
      }
      fromRevision = undefined;
      await time.sleep(ttlSeconds * 1000 / 3, { signal });
    }
  }

  #isLoss(event: WatchEvent): boolean {
    if (event.kind === "delete") return event.key === this.#won.key;
    return event.entry.key === this.#won.key && event.entry.createRevision !== this.epoch;
  }

  #heldUntil(sentAtMs: number): number {
    return sentAtMs + this.#won.ttlSeconds * 1000 * 2 / 3;
  }

  #checkDeadline(): void {
    if (this.#won.time.monotonicMs() < this.#heldUntilMs) return;
    this.#lose("its lease could not be renewed in time");
  }

  #loseKey(): void {
    this.#lose("its key was removed from the store");
  }

  #lose(reason: string, cause?: unknown): void {
    if (this.#ended.signal.aborted) return;
    const { component, log } = this.#won;
    const error = new LeadershipLostError(component, reason, cause === undefined ? {} : { cause });
    log.info("Lost the leadership", {
      component,
      reason,
      ...(cause === undefined ? {} : { cause }),
    });
    this.#lost.abort(error);
    this.#ended.abort();
  }

  #logFailure(error: unknown): void {
    if (this.#ended.signal.aborted) return;
    const { log, component } = this.#won;
    const message = "Could not renew the leadership, will try until it must be given up";
    if (error instanceof StoreUnavailableError) log.warn(message, { component, error });
    else log.error(message, { component, error });
  }
}
