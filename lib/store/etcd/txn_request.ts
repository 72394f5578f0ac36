/**
 * A transaction of the store contract in etcd's terms, and etcd's answer in the contract's. Pure.
 *
 * @module
 */

import { guardHolds } from "../check_transaction.ts";
import type { Guard, Mutation, Transaction, TransactionResult } from "../store.ts";
import {
  prefixEnd,
  type TxnRequest,
  type TxnResponse,
  type WireChange,
  type WireCompare,
} from "./wire.ts";

/** What to ask etcd: if a guard fails, the guarded keys are read in the same transaction. */
export function toTxnRequest({ guards, mutations }: Transaction): TxnRequest {
  return {
    compares: guards.map((guard) => toCompare(guard)),
    changes: mutations.map((mutation) => toChange(mutation)),
    elseRead: guards.map((guard) => guard.key),
  };
}

/** How it ended, with the guards that did not hold. */
export function toTransactionResult(
  transaction: Transaction,
  response: TxnResponse,
): TransactionResult {
  const { revision } = response.header;
  if (response.succeeded) return { committed: true, revision };
  const failed = transaction.guards.filter((guard, index) =>
    !guardHolds(guard, response.read[index])
  );
  return { committed: false, revision, failed };
}

function toCompare(guard: Guard): WireCompare {
  const { key } = guard;
  switch (guard.kind) {
    case "absent":
      return { key, target: "create", result: "equal", revision: 0 };
    case "present":
      return { key, target: "create", result: "greater", revision: 0 };
    case "modified_at":
      return { key, target: "mod", result: "equal", revision: guard.revision };
    case "created_at":
      return { key, target: "create", result: "equal", revision: guard.revision };
    default:
      throw guard satisfies never;
  }
}

function toChange(mutation: Mutation): WireChange {
  switch (mutation.kind) {
    case "put": {
      const { key, value, lease = 0 } = mutation;
      return { kind: "put", key, value, lease };
    }
    case "delete":
      return mutation;
    case "delete_prefix":
      return { kind: "delete", key: mutation.prefix, end: prefixEnd(mutation.prefix) };
    default:
      throw mutation satisfies never;
  }
}
