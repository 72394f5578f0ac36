/**
 * Follows one kind of message on the bus, until enough was heard, time is up, nobody reads any more, or
 * somebody says so. It only listens: a queue group would take messages away from who acts on them.
 *
 * @module
 */

import { aborted } from "../helpers/aborted.ts";
import { linkAbort } from "../helpers/link_abort.ts";
import type { Logger } from "../helpers/logger.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";
import {
  type BusMessage,
  BusUnavailableError,
  type MessageBus,
} from "../message_bus/message_bus.ts";
import type { Heard } from "./render_tapped.ts";
import type { TapKind } from "./tap_kinds.ts";
import { aboutApp, readTapped, type TappedMessage } from "./tapped_message.ts";

/** What is listened to, and for how long. */
export interface TapRequest {
  readonly kind: TapKind;
  readonly subject: string;
  /** Undefined: every app. */
  readonly appGuid: string | undefined;
  /** Ends after so many messages; undefined: does not. */
  readonly count: number | undefined;
  /** Ends after so many seconds; undefined: does not. */
  readonly forSeconds: number | undefined;
}

/** What {@linkcode tap} is handed. */
export interface TapDeps {
  readonly bus: MessageBus;
  readonly time: TimeProvider;
  readonly log: Logger;
  /** Takes a message; false when nobody reads any more. */
  readonly show: (tapped: TappedMessage, heard: Heard) => boolean;
  readonly signal: AbortSignal;
}

/**
 * Shows what is heard, until it ends; returns how many messages that were.
 *
 * @throws {BusUnavailableError} when the bus is lost for good
 */
export async function tap(request: TapRequest, deps: TapDeps): Promise<number> {
  const { bus, time, signal } = deps;
  using listening = linkAbort(signal);
  const ear = new Ear(request, { ...deps, onEnough: () => listening.abort() });
  const subscription = bus.subscribe(request.subject, (message) => ear.hear(message));
  await bus.flush();
  deps.log.info("Listening", { subject: request.subject });
  const lost = bus.closed.then((error) => ({ error }));
  const over = listen(request.forSeconds, { time, signal: listening.signal });
  const ending = await Promise.race([over, lost]);
  listening.abort();
  await over;
  if (ending !== undefined) throw lossOf(ending.error);
  await subscription.drain();
  return ear.heard;
}

/** Resolves when time is up, or when the signal is aborted. */
async function listen(
  forSeconds: number | undefined,
  { time, signal }: { readonly time: TimeProvider; readonly signal: AbortSignal },
): Promise<undefined> {
  if (forSeconds === undefined) await aborted(signal);
  else await time.sleep(forSeconds * 1000, { signal });
}

function lossOf(cause: Error | undefined): BusUnavailableError {
  return new BusUnavailableError("Cannot listen any longer: the connection is closed", { cause });
}

interface EarDeps extends TapDeps {
  readonly onEnough: () => void;
}

/** Takes messages until it has heard enough. */
class Ear {
  readonly #request: TapRequest;
  readonly #deps: EarDeps;
  #enough = false;
  #heard = 0;

  constructor(request: TapRequest, deps: EarDeps) {
    this.#request = request;
    this.#deps = deps;
  }

  get heard(): number {
    return this.#heard;
  }

  hear({ subject, data }: BusMessage): void {
    if (this.#enough) return;
    const { kind, appGuid, count = Infinity } = this.#request;
    const whole = readTapped(kind, data);
    const tapped = appGuid === undefined ? whole : aboutApp(whole, appGuid);
    if (tapped === undefined) return;
    const { show, time, onEnough } = this.#deps;
    const heard = { atMs: time.nowMs(), subject, inDetail: appGuid !== undefined };
    const isRead = show(tapped, heard);
    if (isRead) this.#heard += 1;
    this.#enough = !isRead || this.#heard >= count;
    if (this.#enough) onEnough();
  }
}
