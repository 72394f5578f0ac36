/**
 * Claiming: writing `sent_on` over the revision that was read, before anything is published. A kill
 * between the two loses nothing, for a claim lapses with its keep-alive and the analyzer looks again;
 * publishing without a claim is what must never happen (I7, I8; replaces SND-05 to SND-12, HAZ-12).
 *
 * When the store does not say whether it made a claim, it is asked what stands there. A record with our
 * `sent_on` and message id is written once more, under the fence: that it succeeds proves that we have led
 * all along, and so that the claim was ours. Without leadership (`--once` beside a running sender) two
 * claims of the same second could not be told apart; leadership exists for that.
 *
 * @module
 */

import { ParseError } from "../models/parse_error.ts";
import type { Queued } from "../models/queued.ts";
import { commitUnits } from "../store/commit_units.ts";
import { type Fence, fencedTransact } from "../store/fence.ts";
import type { StoreLayout } from "../store/layout.ts";
import type { Entry, Guard, Store, Transaction } from "../store/store.ts";
import { OutcomeUnknownError, StoreUnavailableError } from "../store/store_errors.ts";
import {
  isStart,
  type PendingMessageOfAnyKind,
  putMessage,
  queueKey,
  readQueuedStart,
  readQueuedStop,
} from "./queue_record.ts";

/** A message to claim. */
export interface ToClaim<T> extends Queued<T> {
  /** What else must hold in the store, besides that nobody changed the message. @default {nothing} */
  readonly onlyIf?: readonly Guard[];
}

/** What claiming needs. */
export interface ClaimDeps {
  readonly store: Store;
  readonly layout: StoreLayout;
  readonly fence: Fence;
  /** Unix seconds; becomes `sent_on`. */
  readonly now: number;
}

/** See `Outbox.claim`. */
export async function claimMessages<T extends PendingMessageOfAnyKind>(
  messages: readonly ToClaim<T>[],
  deps: ClaimDeps,
): Promise<readonly Queued<T>[]> {
  const claims = messages.map(({ message, ...read }) => ({
    ...read,
    message: { ...message, sentOn: deps.now },
  }));
  const units = claims.map((claim) => transactionOf(claim, deps.layout));
  try {
    const results = await commitUnits(deps.store, units, { fence: deps.fence });
    return claims.flatMap(({ message }, position) => {
      const result = results[position];
      return result?.committed ? [{ message, revision: result.revision }] : [];
    });
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error;
    return await readBack(claims, deps);
  }
}

function transactionOf(
  claim: ToClaim<PendingMessageOfAnyKind>,
  layout: StoreLayout,
): Transaction {
  const { message, revision, onlyIf = [] } = claim;
  const guard: Guard = { kind: "modified_at", key: queueKey(layout, message), revision };
  return { guards: [guard, ...onlyIf], mutations: [putMessage(layout, message)] };
}

/** The claims that were made after all; throws if the store does not answer now either. */
async function readBack<T extends PendingMessageOfAnyKind>(
  claims: readonly ToClaim<T>[],
  deps: ClaimDeps,
): Promise<Queued<T>[]> {
  const made: Queued<T>[] = [];
  for (const { message, onlyIf = [] } of claims) {
    const entry = await deps.store.get(queueKey(deps.layout, message));
    if (entry === undefined || !isClaimOf(entry, { message, layout: deps.layout })) continue;
    const confirmed = await confirm({ message, revision: entry.modRevision, onlyIf }, deps);
    if (confirmed !== undefined) made.push({ message, revision: confirmed });
  }
  return made;
}

/** Whether the record is this message with this `sent_on`. */
function isClaimOf(
  entry: Entry,
  claim: { readonly message: PendingMessageOfAnyKind; readonly layout: StoreLayout },
): boolean {
  const { message, layout } = claim;
  try {
    const read = isStart(message) ? readQueuedStart : readQueuedStop;
    const stored = read(layout, entry).message;
    return stored.messageId === message.messageId && stored.sentOn === message.sentOn;
  } catch (error) {
    if (error instanceof ParseError) return false; // Whatever it is, it is not our claim.
    throw error;
  }
}

/** The revision of the claim, if it can be written once more; undefined if that cannot be told. */
async function confirm(
  claim: ToClaim<PendingMessageOfAnyKind>,
  deps: ClaimDeps,
): Promise<number | undefined> {
  try {
    const transaction = transactionOf(claim, deps.layout);
    const result = await fencedTransact(deps.store, transaction, deps.fence);
    return result.committed ? result.revision : undefined;
  } catch (error) {
    if (error instanceof OutcomeUnknownError) return undefined; // Unclaimed as far as we know.
    throw error;
  }
}
