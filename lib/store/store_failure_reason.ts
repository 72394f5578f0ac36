/**
 * In one word why a request to the store failed, for figures: few words, none of them the store's own.
 *
 * @module
 */

import { isNoSpace } from "./etcd/store_error.ts";
import { WireError } from "./etcd/wire_error.ts";
import {
  CompactedError,
  LeaseNotFoundError,
  OutcomeUnknownError,
  StoreRefusedError,
  StoreUnavailableError,
} from "./store_errors.ts";

/** The words there are. */
export type StoreFailureReason =
  /** etcd has used up its quota and takes no more writes. */
  | "no_space"
  | "outcome_unknown"
  | "unavailable"
  | "refused"
  | "compacted"
  | "lease_gone"
  | "other";

/** The reason of a store's error. */
export function storeFailureReason(error: unknown): StoreFailureReason {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof WireError && isNoSpace(cause)) return "no_space";
  if (error instanceof OutcomeUnknownError) return "outcome_unknown";
  if (error instanceof StoreUnavailableError) return "unavailable";
  if (error instanceof StoreRefusedError) return "refused";
  if (error instanceof CompactedError) return "compacted";
  if (error instanceof LeaseNotFoundError) return "lease_gone";
  return "other";
}
