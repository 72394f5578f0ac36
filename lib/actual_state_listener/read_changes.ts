/**
 * What has been written to the instance records since a revision, up to now: a watch that is closed again
 * as soon as it has caught up. That it has is told by a bookmark: a key of our own, right beside the
 * records so that one watch sees both and nothing else, which is put and removed at once. When the watch
 * tells of that, it has told of everything before. etcd's own progress notices cannot serve: before 3.4.25
 * one may overtake the changes it stands for, and the other stores have none.
 *
 * @module
 */

import { type Fence, fencedTransact } from "../store/fence.ts";
import type { StoreLayout } from "../store/layout.ts";
import type { Mutation, Store, WatchEvent } from "../store/store.ts";
import { CompactedError, StoreUnavailableError } from "../store/store_errors.ts";

/** A watch waits for a store that is away; we do not, longer than this, in milliseconds of real time. */
const WAIT_MAX_MS = 8_000;

/** What reading changes needs. */
export interface ReadChangesDeps {
  readonly store: Store;
  readonly layout: StoreLayout;
  readonly fence: Fence;
}

/** What is to be read. */
export interface ReadChangesOptions {
  /** The last revision whose changes are known. */
  readonly sinceRevision: number;
  /** Is told of changes, in order; those of the bookmark are among them. */
  readonly onEvents: (events: readonly WatchEvent[]) => void;
}

/**
 * Reads changes and returns the revision up to which they were told.
 *
 * @throws {CompactedError} when they are no longer kept, or the store is not the one they were made in
 * @throws {LeadershipLostError} when another process leads
 * @throws {StoreUnavailableError} when the store does not say in time
 */
export async function readChangesUntilNow(
  deps: ReadChangesDeps,
  options: ReadChangesOptions,
): Promise<number> {
  const { store, layout } = deps;
  const { sinceRevision, onEvents } = options;
  const untilRevision = await leaveBookmark(deps);
  if (untilRevision <= sinceRevision) throw wentBack(untilRevision, sinceRevision);
  const signal = AbortSignal.timeout(WAIT_MAX_MS);
  const changes = store.watch(beside(layout), { fromRevision: sinceRevision + 1, signal });
  for await (const { revision, events } of changes) {
    onEvents(events);
    if (revision >= untilRevision) return revision;
  }
  throw new StoreUnavailableError(
    `Cannot read what has changed since revision ${sinceRevision}: no answer in ${WAIT_MAX_MS} ms`,
  );
}

/** The revision of the bookmark's removal. */
async function leaveBookmark({ store, layout, fence }: ReadChangesDeps): Promise<number> {
  const key = `${beside(layout)}-bookmark`;
  const commit = async (mutation: Mutation) =>
    (await fencedTransact(store, { guards: [], mutations: [mutation] }, fence)).revision;
  await commit({ kind: "put", key, value: "" });
  return await commit({ kind: "delete", key });
}

/** What the records' prefix and the bookmark's key begin with. */
function beside(layout: StoreLayout): string {
  return layout.actualPrefix.replace(/\/$/, "");
}

/** As etcd does when it was restored from an older snapshot (F11). */
function wentBack(revision: number, sinceRevision: number): CompactedError {
  const problem = `the store is at revision ${revision} and was at ${sinceRevision}`;
  return new CompactedError(`Cannot read what has changed: ${problem}, range again`, revision);
}
