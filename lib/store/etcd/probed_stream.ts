/**
 * Finds out whether a stream is silent because nothing happens or because the other side is gone without
 * a word (a pulled cable, a hung process): neither transport would notice for minutes.
 *
 * @module
 */

import { aborted } from "../../helpers/aborted.ts";

/** Options of {@linkcode probedStream}. */
export interface ProbedStreamOptions {
  /** How long a silence is believed, in milliseconds. */
  readonly intervalMs: number;
  /** Throws when the other side does not answer. */
  readonly probe: () => Promise<void>;
  /** Ends the stream. */
  readonly signal: AbortSignal;
}

/**
 * What `open` streams, until the signal that it is given ends it: that is aborted with the given one and
 * when a probe after a silence fails.
 *
 * @throws what the stream throws, or what the probe throws
 */
export async function* probedStream<T>(
  open: (signal: AbortSignal) => AsyncIterable<T>,
  options: ProbedStreamOptions,
): AsyncGenerator<T> {
  const ended = new AbortController();
  const signal = AbortSignal.any([options.signal, ended.signal]);
  let heard = 0;
  let failure: { readonly error: unknown } | undefined;
  const probing = probeWhileSilent(() => heard, { ...options, signal }).catch((error) => {
    failure = { error };
    ended.abort();
  });
  try {
    for await (const value of open(signal)) {
      heard += 1;
      yield value;
    }
    if (failure) throw failure.error;
  } finally {
    ended.abort();
    await probing;
  }
}

async function probeWhileSilent(heard: () => number, options: ProbedStreamOptions): Promise<void> {
  const { intervalMs, probe, signal } = options;
  while (!signal.aborted) {
    const before = heard();
    await aborted(AbortSignal.any([AbortSignal.timeout(intervalMs), signal]));
    if (!signal.aborted && heard() === before) await probe();
  }
}
