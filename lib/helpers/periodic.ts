/**
 * The loop of every component that works in passes. The period runs from start to start; a pass that
 * takes longer is followed by the next at once, and there are never two [DMN-01..03, DMN-20]. A pass that
 * fails is said, and the loop goes on [DMN-04]; one that takes longer than its timeout ends the loop, for
 * a program that hangs is better restarted [DMN-05, DMN-22]; so does an error the caller calls terminal.
 *
 * @module
 */

import { isAbortError } from "./is_abort_error.ts";
import { linkAbort, type LinkedAbort } from "./link_abort.ts";
import type { Logger } from "./logger.ts";
import { PassFailureLog } from "./pass_failure_log.ts";
import type { TimeProvider } from "./time_provider.ts";

/** What is repeated, and how. */
export interface PeriodicOptions {
  /** The component's name, for errors and the log. */
  readonly name: string;
  /** From the start of a pass to the start of the next, in milliseconds. */
  readonly periodMs: number;
  /** What a pass may take, in milliseconds. */
  readonly timeoutMs: number;
  readonly time: TimeProvider;
  readonly log: Logger;
  /** Ends the loop; a running pass is aborted and awaited [DMN-21]. */
  readonly signal: AbortSignal;
  /** One pass. Its signal is aborted when the loop ends or the pass exceeds its timeout. */
  readonly work: (signal: AbortSignal) => Promise<void>;
  /**
   * True: the error is a state of the world rather than a fault, a store that is not fresh yet for
   * example, and is logged as information. @default {no error is}
   */
  readonly isExpected?: (error: unknown) => boolean;
  /** True: the error ends the loop and is thrown. @default {no error does} */
  readonly isTerminal?: (error: unknown) => boolean;
  /**
   * Resolves when the next pass should not wait for the period to end. Asked once between two passes;
   * resolves or rejects soon after its signal is aborted, which says that nobody listens any more. It
   * sets the pace then: whoever wakes too often gets pass after pass.
   */
  readonly wake?: (signal: AbortSignal) => Promise<void>;
}

/** A pass took longer than it may. */
export class PassTimeoutError extends Error {
  override readonly name = "PassTimeoutError";

  constructor(
    /** Whose pass it was. */
    readonly component: string,
    /** What it may take, in milliseconds. */
    readonly timeoutMs: number,
  ) {
    super(
      `Cannot finish a pass of "${component}": it exceeded ${timeoutMs} ms, ` +
        `needed is a longer timeout or whatever it waits for`,
    );
  }
}

/**
 * Works in passes until `signal` is aborted, then resolves, whatever the signal's reason: a caller that
 * aborts it because something was lost says so itself.
 *
 * @throws {PassTimeoutError} if a pass exceeds its timeout; that pass is aborted, not awaited.
 * @throws the error of a pass if `isTerminal` says so.
 */
export async function runPeriodically(options: PeriodicOptions): Promise<void> {
  const { periodMs, time, signal } = options;
  const failures = new PassFailureLog(options);
  while (!signal.aborted) {
    const startedAtMs = time.monotonicMs();
    await runPass(options, failures);
    const restMs = startedAtMs + periodMs - time.monotonicMs();
    if (restMs > 0 && !signal.aborted) await rest(options, restMs);
  }
}

async function runPass(options: PeriodicOptions, failures: PassFailureLog): Promise<void> {
  const { signal, isTerminal = () => false } = options;
  using pass = linkAbort(signal);
  try {
    await runWithTimeout(pass, options);
    failures.succeeded();
  } catch (error) {
    if (isAbortError(error, signal)) return;
    if (error instanceof PassTimeoutError || isTerminal(error)) throw error;
    failures.failed(error);
  }
}

/** Ends the timer of a pass that is done. */
const DONE = new DOMException("The pass is done", "AbortError");

async function runWithTimeout(pass: LinkedAbort, options: PeriodicOptions): Promise<void> {
  const { name, timeoutMs, time, work } = options;
  const timer = new AbortController();
  // Wrapped, so that work that throws before its first await is a failed pass like any other.
  const working = (async () => await work(pass.signal))();
  const timingOut = time.sleep(timeoutMs, { signal: timer.signal });
  try {
    const first = await Promise.race([
      working.then(() => "done" as const),
      timingOut.then(() => "timed out" as const),
    ]);
    if (first === "done") return;
  } finally {
    timer.abort(DONE);
  }
  pass.abort(new DOMException(`The pass exceeded ${timeoutMs} ms`, "AbortError"));
  leaveBehind(working, { pass, options });
  throw new PassTimeoutError(name, timeoutMs);
}

/** Nobody awaits a pass that timed out, but what it still has to say is not lost. */
function leaveBehind(
  working: Promise<void>,
  context: { readonly pass: LinkedAbort; readonly options: PeriodicOptions },
): void {
  const { pass, options } = context;
  working.catch((error) => {
    if (isAbortError(error, pass.signal)) return;
    options.log.error("A pass failed after its timeout", { component: options.name, error });
  });
}

async function rest(options: PeriodicOptions, restMs: number): Promise<void> {
  const { time, signal, wake } = options;
  using resting = linkAbort(signal);
  const sleeping = time.sleep(restMs, { signal: resting.signal });
  if (wake === undefined) return await sleeping;
  try {
    await Promise.race([sleeping, wakeOrSleep(wake, { sleeping, resting, options })]);
  } finally {
    resting.abort();
  }
}

/** A wake that fails must not end the loop, nor spin it: the period is waited for instead. */
async function wakeOrSleep(
  wake: (signal: AbortSignal) => Promise<void>,
  context: {
    readonly sleeping: Promise<void>;
    readonly resting: LinkedAbort;
    readonly options: PeriodicOptions;
  },
): Promise<void> {
  const { sleeping, resting, options } = context;
  try {
    await wake(resting.signal);
  } catch (error) {
    if (!isAbortError(error, resting.signal)) {
      options.log.warn("Cannot be woken early", { component: options.name, error });
    }
    await sleeping;
  }
}
