/**
 * Fencing: a leader's writes carry a guard that its leadership key is still the one it made, so that the
 * store itself refuses what a deposed leader writes late (design: leadership and fencing).
 *
 * @module
 */

import type { Guard, Store, Transaction, TransactionResult } from "./store.ts";
import { LeadershipLostError } from "./store_errors.ts";

/** What a component that writes as a leader carries with it. */
export interface Fence {
  /** The component that leads, for messages; empty if none does. */
  readonly component: string;
  /** Guards to add to every transaction. */
  readonly guards: readonly Guard[];
  /**
   * Checks by the local monotonic clock that the lease cannot have ended yet; to be called right before
   * anything that the store cannot fence, such as publishing.
   *
   * @throws {LeadershipLostError} when it may have
   */
  assertHeld(): void;
}

/** The fence of a single pass without leadership: `--once` takes none (DMN-08). */
export const UNFENCED: Fence = { component: "", guards: [], assertHeld() {} };

/**
 * Makes a transaction in the name of a leader. Guards that are told as failed are the transaction's own.
 *
 * @throws {LeadershipLostError} when a guard of the fence failed: another process leads, or may
 * @throws what {@linkcode Store.transact} throws
 */
export async function fencedTransact(
  store: Store,
  transaction: Transaction,
  { component, guards }: Pick<Fence, "component" | "guards">,
): Promise<TransactionResult> {
  const result = await store.transact({
    guards: [...guards, ...transaction.guards],
    mutations: transaction.mutations,
  });
  if (!result.committed) checkFence(result.failed, { component, guards });
  return result;
}

/**
 * Looks for the fence's guards among those that failed.
 *
 * @throws {LeadershipLostError} when there is one
 */
export function checkFence(
  failed: readonly Guard[],
  fence: Pick<Fence, "component" | "guards">,
): void {
  const lost = failed.find((guard) =>
    fence.guards.some((own) => guardName(own) === guardName(guard))
  );
  if (lost === undefined) return;
  throw new LeadershipLostError(
    fence.component,
    `the store refused a write, for ${JSON.stringify(lost.key)} is no longer what it made`,
  );
}

/** Text that two guards share exactly when they ask the same. */
export function guardName(guard: Guard): string {
  const revision = "revision" in guard ? guard.revision : "";
  return `${guard.kind} ${revision} ${guard.key}`;
}
