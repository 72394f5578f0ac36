/**
 * Puts an evacuation start in the place of another: read, decide, write over the revision that was read,
 * and begin again if somebody was faster (EVC-08, HAZ-05).
 *
 * @module
 */

import type { PendingStartMessage } from "../models/pending_start_message.ts";
import { ParseError } from "../models/parse_error.ts";
import type { Queued } from "../models/queued.ts";
import { type Fence, fencedTransact } from "../store/fence.ts";
import type { StoreLayout } from "../store/layout.ts";
import type { Entry, Guard, Store } from "../store/store.ts";
import { OutcomeUnknownError, StoreUnavailableError } from "../store/store_errors.ts";
import { putMessage, queueKey, readQueuedStart } from "./queue_record.ts";
import { replaces } from "./replacement.ts";

const ATTEMPTS_MAX = 10;

/** What became of the start: it has the key to itself, took another's place, or was sent before. */
export type ReplaceOutcome = "queued" | "replaced" | "already_sent";

/** What replacing needs. */
export interface ReplaceDeps {
  readonly store: Store;
  readonly layout: StoreLayout;
  readonly fence: Fence;
}

/** See `Outbox.replaceStart`. */
export async function replaceQueuedStart(
  message: PendingStartMessage,
  deps: ReplaceDeps,
): Promise<ReplaceOutcome> {
  const { store, layout } = deps;
  const key = queueKey(layout, message);
  let outcome: ReplaceOutcome = "queued";
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    const entry = await store.get(key);
    const existing = entry === undefined ? undefined : readable(layout, entry);
    // An earlier attempt of ours succeeded although the store could not say so.
    if (existing?.message.messageId === message.messageId) return outcome;
    if (existing !== undefined && !replaces(message, existing.message)) return "already_sent";
    outcome = entry === undefined ? "queued" : "replaced";
    if (await write(message, { ...deps, key, entry })) return outcome;
  }
  throw new StoreUnavailableError(
    `Cannot queue the start at "${key}": others wrote it in each of ${ATTEMPTS_MAX} attempts`,
  );
}

async function write(
  message: PendingStartMessage,
  context: ReplaceDeps & { readonly key: string; readonly entry: Entry | undefined },
): Promise<boolean> {
  const { store, layout, fence, key, entry } = context;
  const guard: Guard = entry === undefined
    ? { kind: "absent", key }
    : { kind: "modified_at", key, revision: entry.modRevision };
  const mutations = [putMessage(layout, message)];
  try {
    return (await fencedTransact(store, { guards: [guard], mutations }, fence)).committed;
  } catch (error) {
    if (error instanceof OutcomeUnknownError) return false; // The next attempt reads what became of it.
    throw error;
  }
}

/** A corrupt record is nobody's start: it is replaced. */
function readable(layout: StoreLayout, entry: Entry): Queued<PendingStartMessage> | undefined {
  try {
    return readQueuedStart(layout, entry);
  } catch (error) {
    if (error instanceof ParseError) return undefined;
    throw error;
  }
}
