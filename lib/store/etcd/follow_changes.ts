/**
 * A watch that outlives its connections: it resumes at the revision after the last one that it handed
 * on, on the next member, for as long as etcd keeps that revision.
 *
 * @module
 */

import { backoffDelayMs } from "../../helpers/backoff.ts";
import type { Logger } from "../../helpers/logger.ts";
import type { Random } from "../../helpers/random.ts";
import type { TimeProvider } from "../../helpers/time_provider.ts";
import type { WatchBatch } from "../store.ts";
import { CompactedError } from "../store_errors.ts";
import { ReaderBehindError } from "./message_inbox.ts";
import type { Members } from "./members.ts";
import { storeError } from "./store_error.ts";
import { WatchAssembler } from "./watch_assembler.ts";
import { prefixEnd, type WatchResponse } from "./wire.ts";
import { WireCode, WireError } from "./wire_error.ts";

const BACKOFF = { baseMs: 100, maxMs: 2_000 };

/** What a watch needs. */
export interface FollowDeps {
  readonly members: Members;
  readonly time: TimeProvider;
  readonly random: Random;
  readonly log: Logger;
}

/** What is watched. */
export interface FollowOptions {
  readonly prefix: string;
  readonly fromRevision: number;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/**
 * The changes under a prefix, each once, in order, over reconnections.
 *
 * @throws {CompactedError} when what is wanted next is no longer kept, or too much waits for its reader
 * @throws {StoreRefusedError} when etcd refuses for good
 */
export async function* followChanges(
  deps: FollowDeps,
  options: FollowOptions,
): AsyncGenerator<WatchBatch> {
  const { prefix, signal } = options;
  let fromRevision = options.fromRevision;
  const outage = new Outage(deps, prefix);
  while (!signal.aborted) {
    const wire = deps.members.current;
    const assembler = new WatchAssembler();
    try {
      const request = { key: prefix, end: prefixEnd(prefix), fromRevision };
      for await (const response of wire.watch(request, signal)) {
        checkGoesOn(response, { url: wire.url, prefix, fromRevision });
        if (response.created) outage.over();
        const batch = assembler.add(response);
        if (!batch) continue;
        fromRevision = batch.revision + 1;
        yield batch;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ReaderBehindError) throw tooFarBehind(error, prefix);
      if (!mayResume(error)) throw storeError(error, { what: `watch "${prefix}"`, writes: false });
      deps.members.avoid(wire);
      await outage.wait(error, signal);
    }
  }
}

/** Says that the connection was lost, and that it is back, once each. */
class Outage {
  readonly #deps: FollowDeps;
  readonly #prefix: string;
  #failures = 0;

  constructor(deps: FollowDeps, prefix: string) {
    this.#deps = deps;
    this.#prefix = prefix;
  }

  async wait(error: unknown, signal: AbortSignal): Promise<void> {
    const { time, random, log } = this.#deps;
    this.#failures += 1;
    if (this.#failures === 1) log.warn("Store watch interrupted", { prefix: this.#prefix, error });
    await time.sleep(backoffDelayMs(this.#failures, { ...BACKOFF, random }), { signal });
  }

  over(): void {
    if (this.#failures > 0) this.#deps.log.info("Store watch resumed", { prefix: this.#prefix });
    this.#failures = 0;
  }
}

function checkGoesOn(
  response: WatchResponse,
  { url, prefix, fromRevision }: {
    readonly url: string;
    readonly prefix: string;
    readonly fromRevision: number;
  },
): void {
  const { canceled, compactRevision } = response;
  if (canceled === undefined) return;
  if (compactRevision > 0) {
    const kept = `the oldest revision that is kept is ${compactRevision}, range again`;
    const message = `Cannot watch "${prefix}" from revision ${fromRevision}: ${kept}`;
    throw new CompactedError(message, compactRevision);
  }
  const denied = canceled.includes("permission denied");
  const code = denied ? WireCode.permissionDenied : WireCode.unavailable;
  throw new WireError(code, canceled === "" ? "the watch was cancelled" : canceled, { url });
}

/** What etcd keeps could be told again, but to read it from its history costs etcd more than a range. */
function tooFarBehind(cause: ReaderBehindError, prefix: string): CompactedError {
  return new CompactedError(`Cannot go on watching "${prefix}": ${cause.message}, range again`, 0, {
    cause,
  });
}

/** Anything but a refusal: an answer that was too large comes in other pieces next time. */
function mayResume(error: unknown): boolean {
  return error instanceof WireError && !error.untrusted &&
    (error.memberFailed || error.code === WireCode.resourceExhausted);
}
