/**
 * What a failed call means to whoever uses the store: try again, read back, or give up, with the remedy
 * where there is one.
 *
 * @module
 */

import {
  CompactedError,
  OutcomeUnknownError,
  StoreRefusedError,
  StoreUnavailableError,
} from "../store_errors.ts";
import { WireCode, WireError } from "./wire_error.ts";

/** What was being done. */
export interface Doing {
  /** For the message: `read "/hm/v1/apps"`. */
  readonly what: string;
  /** It changes the store, so that an error need not mean that it has not. */
  readonly writes: boolean;
}

/** The store's error for `error`; anything but a {@linkcode WireError} comes back as it is. */
export function storeError(error: unknown, doing: Doing): unknown {
  if (!(error instanceof WireError)) return error;
  return refusal(error, doing) ?? badRequest(error, doing) ?? unavailable(error, doing);
}

function refusal(error: WireError, { what }: Doing): Error | undefined {
  const remedy = refusalRemedy(error);
  if (remedy === undefined) return undefined;
  const message = `Cannot ${what}: etcd at "${error.url}" refuses (${error.message}), ${remedy}`;
  return new StoreRefusedError(message, { cause: error });
}

function refusalRemedy(error: WireError): string | undefined {
  const { code, message } = error;
  if (error.untrusted) return "check the authority, the certificate and the host name in the URL";
  if (message.includes("authentication failed") || message.includes("user name is empty")) {
    return "check the user and the password";
  }
  if (code === WireCode.permissionDenied || message.includes("permission denied")) {
    return "grant the user's role read and write access to /hm/";
  }
  if (code === WireCode.unauthenticated) return "check the user and the password";
  if (code === WireCode.unimplemented) {
    return "is it etcd 3.4 or later, with --enable-grpc-gateway for the http transport";
  }
  return undefined;
}

function badRequest(error: WireError, { what }: Doing): Error | undefined {
  const { code, message } = error;
  const options = { cause: error };
  if (message.includes("required revision has been compacted")) {
    return new CompactedError(`Cannot ${what}: that revision is no longer kept`, 0, options);
  }
  if (isRequestTooLarge(error)) {
    const remedy = "make it smaller, or raise etcd's --max-request-bytes";
    return new RangeError(`Cannot ${what}: the request is too large for etcd, ${remedy}`, options);
  }
  if (message.includes("too many operations")) {
    const remedy = "raise etcd's --max-txn-ops, or lower the limit configured here";
    return new RangeError(
      `Cannot ${what}: it has too many operations for etcd, ${remedy}`,
      options,
    );
  }
  if (code === WireCode.invalidArgument || code === WireCode.outOfRange) {
    return new RangeError(`Cannot ${what}: etcd at "${error.url}" refuses: ${message}`, options);
  }
  if (code === WireCode.failedPrecondition && message.includes("lease already exists")) {
    return new RangeError(`Cannot ${what}: the lease is in use, choose another id`, options);
  }
  return undefined;
}

function unavailable(error: WireError, { what, writes }: Doing): Error {
  const where = `etcd at "${error.url}"`;
  const reason = isNoSpace(error)
    ? `${where} has raised the NOSPACE alarm (${error.message}), make room by compacting and ` +
      `defragmenting or raise --quota-backend-bytes, then run "etcdctl alarm disarm"`
    : `${where} does not serve: ${error.message}${hint(error)}`;
  if (writes && !error.unsent && !error.refused) {
    const message = `Cannot tell whether it worked to ${what}: ${reason}`;
    return new OutcomeUnknownError(message, { cause: error });
  }
  return new StoreUnavailableError(`Cannot ${what}: ${reason}`, { cause: error });
}

const HUNG_UP = /EPIPE|ECONNRESET|broken pipe|connection (was )?(closed|reset)|closed connection/i;

/** A server that misses our certificate may hang up without saying so. */
function hint({ url, message }: WireError): string {
  if (!url.startsWith("https:") || !HUNG_UP.test(message)) return "";
  return " (if it asks for client certificates, is one configured that it trusts?)";
}

/** etcd may have made the change that took it past its quota, and says this all the same. */
export function isNoSpace(error: WireError): boolean {
  return error.message.includes("database space exceeded");
}

/** Refused by etcd itself, or by gRPC before etcd saw it. */
function isRequestTooLarge({ code, message }: WireError): boolean {
  return message.includes("request is too large") ||
    (code === WireCode.resourceExhausted &&
      /(trying to send|grpc: received) message larger/.test(message));
}

/**
 * The answer was larger than the transport takes: ask for less. When the end of a call that grpc-js gives up
 * for that reason comes back before it has said why, it says that the call was cancelled.
 */
export function isAnswerTooLarge(error: unknown): boolean {
  if (!(error instanceof WireError)) return false;
  if (error.code === WireCode.cancelled) return error.message === "Call cancelled";
  return error.code === WireCode.resourceExhausted &&
    /message larger than max/i.test(error.message);
}
