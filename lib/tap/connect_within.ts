/**
 * Waits for the bus no longer than it was to be listened to: whoever asks for five seconds does not wait for
 * a server that is away.
 *
 * @module
 */

import { linkAbort } from "../helpers/link_abort.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";
import { BusUnavailableError, type MessageBus } from "../message_bus/message_bus.ts";

/** How a connection is made, and how long that may take. */
export interface ConnectWithin {
  /** Connects, or rejects with the signal's reason once that is aborted. */
  readonly open: (signal: AbortSignal) => Promise<MessageBus>;
  /** Undefined: as long as it takes. */
  readonly forSeconds: number | undefined;
  readonly time: TimeProvider;
  readonly signal: AbortSignal;
}

/**
 * Connects, and says how many seconds of the time are left.
 *
 * @throws {BusUnavailableError} when no server answers in time
 * @throws the reason of `signal` once that is aborted
 */
export async function connectWithin(
  { open, forSeconds, time, signal }: ConnectWithin,
): Promise<{ readonly bus: MessageBus; readonly leftSeconds: number | undefined }> {
  if (forSeconds === undefined) return { bus: await open(signal), leftSeconds: undefined };
  using connecting = linkAbort(signal);
  using waiting = linkAbort(signal);
  const startedMs = time.monotonicMs();
  const over = async () => {
    await time.sleep(forSeconds * 1000, { signal: waiting.signal });
    connecting.abort(nobodyThere(forSeconds));
  };
  const timer = over();
  try {
    const bus = await open(connecting.signal);
    const tookSeconds = (time.monotonicMs() - startedMs) / 1000;
    return { bus, leftSeconds: Math.max(0, forSeconds - tookSeconds) };
  } finally {
    waiting.abort();
    await timer;
  }
}

function nobodyThere(seconds: number): BusUnavailableError {
  return new BusUnavailableError(
    `Cannot listen: no NATS server that is configured answered within ${seconds} s, ` +
      "see that one runs and that it can be reached (hm9000 doctor)",
  );
}
