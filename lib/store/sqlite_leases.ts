/**
 * When leases of a SQLite store end. There is no server that could judge, so every process does, in
 * whatever it does and whenever it polls, and the first to see it ends the lease for all.
 *
 * A lease ends when its time is over by the wall clock (`TimeProvider`), the only clock that processes
 * share and that goes on when they are restarted. But wall clocks can be set back or stand still, and
 * then the lock of a dead leader would be held for ever. So, besides:
 *
 * - a lease that would last longer than its time to live from now was granted before the clock was set
 *   back, and is cut to that;
 * - a lease that has been kept alive before, as a leader's is, and that a process has watched without
 *   seeing it renewed for its time to live by its own *monotonic* clock, is over whatever the wall
 *   clock says. A lease that is never renewed on purpose, as those of presence are, is left to the
 *   wall clock: nothing would tell a process that starts how old it is.
 *
 * @module
 */

import type { TimeProvider } from "../helpers/time_provider.ts";
import type { RenewedLease, SqliteDatabase } from "./sqlite_database.ts";

/** How often renewals are looked at. */
const OBSERVE_MS = 100;

interface Observed {
  readonly renewals: number;
  /** Monotonic milliseconds when this number of renewals was first seen. */
  readonly sinceMs: number;
}

/** Ends leases. */
export class SqliteLeases {
  readonly #database: SqliteDatabase;
  readonly #time: TimeProvider;
  readonly #observed = new Map<number, Observed>();
  #observedAtMs = -Infinity;

  constructor(database: SqliteDatabase, time: TimeProvider) {
    this.#database = database;
    this.#time = time;
  }

  /** Ends the leases that are over; whether there were any. */
  reap(): boolean {
    const silent = this.#observe();
    const nowMs = this.#time.nowMs();
    const ended = this.#database.endedLeases(nowMs);
    this.#database.endLeases(ended, (id) => (this.#database.leaseEnd(id) ?? Infinity) <= nowMs);
    this.#database.endLeases(silent, (id) => this.#isStillSilent(id));
    return ended.length + silent.length > 0;
  }

  /** The leases that were not renewed for their time to live. */
  #observe(): number[] {
    const now = this.#time.monotonicMs();
    if (now - this.#observedAtMs < OBSERVE_MS) return [];
    this.#observedAtMs = now;
    this.#database.cutLeases(this.#time.nowMs());
    const leases = this.#database.renewedLeases();
    this.#forgetAllBut(leases);
    return leases.filter((lease) => this.#isSilent(lease, now)).map((lease) => lease.id);
  }

  #isSilent({ id, ttlMs, renewals }: RenewedLease, now: number): boolean {
    const seen = this.#observed.get(id);
    if (seen?.renewals === renewals) return now - seen.sinceMs >= ttlMs;
    this.#observed.set(id, { renewals, sinceMs: now });
    return false;
  }

  #isStillSilent(id: number): boolean {
    const lease = this.#database.renewedLeases().find((lease) => lease.id === id);
    return lease !== undefined && lease.renewals === this.#observed.get(id)?.renewals;
  }

  #forgetAllBut(leases: readonly RenewedLease[]): void {
    const ids = new Set(leases.map((lease) => lease.id));
    for (const id of this.#observed.keys()) {
      if (!ids.has(id)) this.#observed.delete(id);
    }
  }
}
