/**
 * Places an operator's hold: from the moment this returns, nothing that is held is claimed any more (S20).
 *
 * @module
 */

import type { Logger } from "../helpers/logger.ts";
import type { Random } from "../helpers/random.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";
import type { HeldKind, Hold } from "../models/hold.ts";
import { putAuditRecord, trimAuditLog } from "../store/collections/audit.ts";
import { putHold, readHolds } from "../store/collections/holds.ts";
import type { StoreLayout } from "../store/layout.ts";
import type { Store } from "../store/store.ts";
import type { OperatorsWord } from "./operators_word.ts";

/** What operators' commands are handed. */
export interface OperatorDeps {
  readonly store: Store;
  readonly layout: StoreLayout;
  readonly time: TimeProvider;
  readonly random: Random;
  readonly log: Logger;
}

/** What became of it. */
export interface PlacedHold {
  readonly hold: Hold;
  /** The hold that stood under the name, and stands no longer. */
  readonly replaced: Hold | undefined;
}

/**
 * Holds starts, stops or all, in place of what the same name held before.
 *
 * @throws {StoreUnavailableError} when the store fails: look at what is held
 */
export async function placeHold(
  holds: HeldKind,
  word: OperatorsWord,
  deps: OperatorDeps,
): Promise<PlacedHold> {
  const { store, layout, time, random, log } = deps;
  const { by, reason, seconds } = word;
  const setAt = time.now();
  const expiresAt = setAt + seconds;
  const hold: Hold = { name: holds, holds, source: "operator", reason, by, setAt, expiresAt };
  const before = await readHolds(store, layout, { log });
  const lease = random.leaseId();
  await store.grantLease(lease, seconds);
  const record = {
    at: setAt,
    by,
    verb: "hold",
    what: holds,
    why: reason,
    until: expiresAt,
  } as const;
  const mutations = [
    putHold(layout, { hold, lease }),
    putAuditRecord(layout, { record, unique: random.uuid() }),
  ];
  await store.transact({ guards: [], mutations });
  log.warn("An operator holds messages back", { ...record });
  await trimAuditLog(store, layout);
  return { hold, replaced: before.holds.find(({ name }) => name === holds) };
}
