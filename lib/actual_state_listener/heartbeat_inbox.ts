/**
 * Where heartbeats wait for the next flush. Taking one in does no I/O (REG-39): it is compared with the
 * DEA's last one, for nearly all say the same again, and only looked into when it differs. Of several
 * heartbeats of a DEA only the newest is kept (REG-37, LIS-36), so an overdue flush does not grow without
 * bound. What is not a heartbeat changes nothing but a counter (LIS-13).
 *
 * They wait as they came, and are read when they are saved: what is made of a million instances would be
 * several times as large, and collecting it would cost more than reading twice.
 *
 * @module
 */

import { LogLimiter } from "../helpers/log_limiter.ts";
import type { Logger } from "../helpers/logger.ts";
import type { Metrics } from "../helpers/metrics.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";
import { checkHeartbeat } from "../models/heartbeat.ts";
import { ParseError } from "../models/parse_error.ts";
import type { FlushTraces } from "./flush_traces.ts";
import { sameBytes } from "./same_bytes.ts";
import { sniffDeaGuid } from "./sniff_dea_guid.ts";

/** Largest heartbeat that is taken, in bytes. */
export const HEARTBEAT_BYTES_MAX = 2 * 1024 * 1024;

/** A heartbeat that waits. */
export interface PendingHeartbeat {
  readonly deaGuid: string;
  /** As it came. What is remembered and comes again is the very same array, so that comparing is free. */
  readonly bytes: Uint8Array;
  /** It is what the DEA's next heartbeat is compared with; otherwise there was no room for that. */
  readonly remembered: boolean;
}

/** What became of a message. */
export type Reception =
  | { readonly accepted: true; readonly deaGuid: string }
  | { readonly accepted: false; readonly error: ParseError };

/** What a {@linkcode HeartbeatInbox} is handed. */
export interface HeartbeatInboxDeps {
  readonly time: TimeProvider;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Follows what is new until it is saved. @default nobody does */
  readonly traces?: FlushTraces | undefined;
  /** DEAs that may wait for one flush. @default {100_000} */
  readonly deasMax?: number;
  /** Bytes of last heartbeats that are remembered. @default {268_435_456} */
  readonly rememberedBytesMax?: number;
}

/** What waits for the next flush, the newest heartbeat of each DEA. */
export class HeartbeatInbox {
  readonly #deps: HeartbeatInboxDeps;
  readonly #deasMax: number;
  readonly #rememberedBytesMax: number;
  readonly #limiter: LogLimiter;
  #waitingSinceMs: number | undefined;
  #pending = new Map<string, PendingHeartbeat>();
  /** The last heartbeat of each DEA, as it came. */
  readonly #last = new Map<string, Uint8Array>();
  #rememberedBytes = 0;
  #lastReceivedAt: number | undefined;

  constructor(deps: HeartbeatInboxDeps) {
    this.#deps = deps;
    this.#deasMax = deps.deasMax ?? 100_000;
    this.#rememberedBytesMax = deps.rememberedBytesMax ?? 256 * 1024 * 1024;
    this.#limiter = new LogLimiter({ time: deps.time, keysMax: 100 });
  }

  /** Unix seconds of the last valid heartbeat of any DEA; undefined before the first (LIS-15, LIS-17). */
  get lastReceivedAt(): number | undefined {
    return this.#lastReceivedAt;
  }

  /** When the first of those came that wait, by the monotonic clock; undefined when none waits. */
  get waitingSinceMs(): number | undefined {
    return this.#waitingSinceMs;
  }

  /** How many DEAs' heartbeats wait. */
  get size(): number {
    return this.#pending.size;
  }

  /** Takes a message in. */
  receive(data: Uint8Array): Reception {
    const pending = this.#sameAsLast(data) ?? this.#check(data);
    if (pending instanceof ParseError) return this.#reject(pending, data);
    const { deaGuid } = pending;
    if (this.#pending.has(deaGuid)) this.#deps.metrics.increment("heartbeats_replaced");
    else if (this.#pending.size >= this.#deasMax) return this.#refuse(deaGuid);
    this.#deps.metrics.increment("ReceivedHeartbeats");
    this.#lastReceivedAt = this.#deps.time.now();
    this.#waitingSinceMs ??= this.#deps.time.monotonicMs();
    this.#pending.set(deaGuid, pending);
    return { accepted: true, deaGuid };
  }

  /** Hands over what waits; the inbox is empty then. */
  take(): PendingHeartbeat[] {
    const taken = [...this.#pending.values()];
    this.#pending = new Map();
    this.#waitingSinceMs = undefined;
    this.#deps.metrics.set("heartbeats_waiting", taken.length);
    return taken;
  }

  /** Takes heartbeats back that could not be saved, but for DEAs that have said something newer. */
  putBack(heartbeats: readonly PendingHeartbeat[]): void {
    for (const heartbeat of heartbeats) {
      const { deaGuid } = heartbeat;
      if (!this.#pending.has(deaGuid)) this.#pending.set(deaGuid, heartbeat);
    }
  }

  /** Forgets the last heartbeat of a DEA that is gone. */
  forget(deaGuid: string): void {
    this.#rememberedBytes -= this.#last.get(deaGuid)?.length ?? 0;
    this.#last.delete(deaGuid);
  }

  #sameAsLast(data: Uint8Array): PendingHeartbeat | undefined {
    const deaGuid = sniffDeaGuid(data);
    const last = deaGuid === undefined ? undefined : this.#last.get(deaGuid);
    if (deaGuid === undefined || last === undefined || !sameBytes(last, data)) return undefined;
    return { deaGuid, bytes: last, remembered: true };
  }

  #check(data: Uint8Array): PendingHeartbeat | ParseError {
    if (data.length > HEARTBEAT_BYTES_MAX) {
      const problem = `${data.length} bytes, at most ${HEARTBEAT_BYTES_MAX} are taken`;
      return new ParseError("heartbeat", "", problem);
    }
    try {
      const { deaGuid, rejected } = checkHeartbeat(data);
      this.#deps.traces?.received(deaGuid);
      if (rejected.length > 0) this.#reportInstances(deaGuid, rejected);
      // A copy, for what the bus hands out may be part of a larger buffer, or be used again.
      const bytes = data.slice();
      return { deaGuid, bytes, remembered: this.#remember(deaGuid, bytes) };
    } catch (error) {
      if (error instanceof ParseError) return error;
      throw error;
    }
  }

  #remember(deaGuid: string, bytes: Uint8Array): boolean {
    this.forget(deaGuid);
    if (this.#rememberedBytes + bytes.length > this.#rememberedBytesMax) return false;
    this.#last.set(deaGuid, bytes);
    this.#rememberedBytes += bytes.length;
    return true;
  }

  #reject(error: ParseError, data: Uint8Array): Reception {
    this.#deps.metrics.increment("heartbeats_rejected");
    const deaGuid = sniffDeaGuid(data);
    const admission = this.#limiter.admit(`rejected ${deaGuid ?? ""}`);
    if (admission.admitted) {
      const fields = { deaGuid, error, suppressed: admission.suppressed };
      this.#deps.log.error("Rejected a heartbeat", fields);
    }
    return { accepted: false, error };
  }

  #reportInstances(deaGuid: string, rejected: readonly ParseError[]): void {
    this.#deps.metrics.increment("heartbeat_instances_rejected", rejected.length);
    const admission = this.#limiter.admit(`instances ${deaGuid}`);
    if (!admission.admitted) return;
    this.#deps.log.error("Left instances out of a heartbeat", {
      deaGuid,
      instances: rejected.length,
      error: rejected[0],
      suppressed: admission.suppressed,
    });
  }

  #refuse(deaGuid: string): Reception {
    this.#deps.metrics.increment("heartbeats_refused");
    this.forget(deaGuid);
    const problem = `${this.#deasMax} DEAs wait for the next flush already`;
    const error = new ParseError("heartbeat", "dea", problem);
    const admission = this.#limiter.admit("refused");
    if (admission.admitted) {
      this.#deps.log.error("Refused a heartbeat", { error, suppressed: admission.suppressed });
    }
    return { accepted: false, error };
  }
}
