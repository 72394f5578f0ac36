/**
 * What a component that works in passes waits for between two of them: its regular time, a moment that was
 * appointed, or news that give reason for an extra pass.
 *
 * @module
 */

import { linkAbort } from "./link_abort.ts";
import type { Pace } from "./pace.ts";
import type { TimeProvider } from "./time_provider.ts";

/** What is waited for. */
export interface NextTurnOptions {
  readonly pace: Pace;
  readonly time: TimeProvider;
  readonly signal: AbortSignal;
  /** When something falls due, in monotonic milliseconds. @default never */
  readonly dueAtMs?: number;
  /** Whether there is reason for an extra pass. */
  readonly hasReason: () => boolean;
  /** Resolves when there may be, or when the signal is aborted. */
  readonly news: (signal: AbortSignal) => Promise<void>;
}

/** Resolves when the next pass is to begin, or when the signal is aborted. */
export async function nextTurn(options: NextTurnOptions): Promise<void> {
  const { pace, time, signal, dueAtMs = Infinity, hasReason, news } = options;
  const latestMs = Math.min(pace.nextRegularAtMs, Math.max(dueAtMs, pace.extraAtMs(-Infinity)));
  using waiting = linkAbort(signal);
  // One sleep however much news there is: each would hold a timer until the turn comes.
  let untilLatest: Promise<void> | undefined;
  try {
    for (let nowMs = time.monotonicMs(); nowMs < latestMs; nowMs = time.monotonicMs()) {
      if (signal.aborted) return;
      if (hasReason()) {
        const untilMs = Math.min(latestMs, pace.extraAtMs(nowMs));
        return await time.sleep(untilMs - nowMs, { signal: waiting.signal });
      }
      untilLatest ??= time.sleep(latestMs - nowMs, { signal: waiting.signal });
      await Promise.race([untilLatest, news(waiting.signal)]);
    }
  } finally {
    waiting.abort();
  }
}
