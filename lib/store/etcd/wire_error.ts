/**
 * A failed call, by gRPC's status codes: etcd's JSON gateway uses the same, so both transports speak of
 * failure alike.
 *
 * @module
 */

/** The codes that mean something here. */
export const WireCode = {
  cancelled: 1,
  unknown: 2,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  permissionDenied: 7,
  resourceExhausted: 8,
  failedPrecondition: 9,
  aborted: 10,
  outOfRange: 11,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  dataLoss: 15,
  unauthenticated: 16,
} as const;

/** Options of {@linkcode WireError}. */
export interface WireErrorOptions extends ErrorOptions {
  /** The member that was called. */
  readonly url: string;
  /** The request cannot have reached the member. @default {false} */
  readonly unsent?: boolean | undefined;
}

/** A call that failed. */
export class WireError extends Error {
  override readonly name = "WireError";
  /** One of {@linkcode WireCode}. */
  readonly code: number;
  readonly url: string;
  /** The request cannot have reached the member, so it has certainly changed nothing. */
  readonly unsent: boolean;

  /** @param message what the member or the network said, as it said it */
  constructor(code: number, message: string, options: WireErrorOptions) {
    super(message, options);
    this.code = code;
    this.url = options.url;
    this.unsent = options.unsent ?? false;
  }

  /** The member is away, hangs or has no quorum: another one may do better. */
  get memberFailed(): boolean {
    return MEMBER_FAILED.has(this.code);
  }

  /** The member answered, and what it said means that the request has changed nothing. */
  get refused(): boolean {
    return REFUSED.has(this.code) || REFUSED_UNAVAILABLE.test(this.message);
  }

  /** The connection failed because one side does not trust the other's certificate. */
  get untrusted(): boolean {
    return this.code === WireCode.unavailable && UNTRUSTED.test(this.message);
  }

  /** The token is worth replacing: it ended, or users and roles have changed since it was made. */
  get staleToken(): boolean {
    return STALE_TOKEN.test(this.message);
  }
}

const MEMBER_FAILED: ReadonlySet<number> = new Set([
  WireCode.cancelled,
  WireCode.unknown,
  WireCode.deadlineExceeded,
  WireCode.aborted,
  WireCode.internal,
  WireCode.unavailable,
  WireCode.dataLoss,
]);

const REFUSED: ReadonlySet<number> = new Set([
  WireCode.invalidArgument,
  WireCode.notFound,
  WireCode.permissionDenied,
  WireCode.failedPrecondition,
  WireCode.outOfRange,
  WireCode.unimplemented,
  WireCode.unauthenticated,
]);

/** Refused before anything was proposed to the cluster, unlike `request timed out`. */
const REFUSED_UNAVAILABLE = /etcdserver: (no leader|not capable|too many requests)/;

/** What OpenSSL, rustls and grpc-js say; there is no code to tell it by. */
const UNTRUSTED = /certificate|UnknownIssuer|unknown ca|fatal alert|ssl alert|tlsv1 alert|altname/i;

const STALE_TOKEN = /invalid auth token|revision of auth store is old|user name is empty/;
