/**
 * How much a store does in a second with a number of requests under way at any time.
 *
 * @module
 */

/** Does one request and returns how many records it was about; told how many went before it. */
export type Work = (request: number) => Promise<number>;

/** How long is measured, whichever comes first. */
export interface RateOptions {
  readonly concurrency: number;
  readonly durationMs: number;
  readonly requestsMax: number;
  /** Milliseconds of a clock that never goes back. */
  readonly clock: () => number;
}

/** Records a second. When a request fails, the others are waited for. */
export async function requestRate(work: Work, options: RateOptions): Promise<number> {
  const { concurrency, durationMs, requestsMax, clock } = options;
  const startedMs = clock();
  let requests = 0;
  let records = 0;
  const worker = async () => {
    while (requests < requestsMax && clock() - startedMs < durationMs) {
      // Not in one expression: the sum would be read before the request, and others' lost.
      const done = await work(requests++);
      records += done;
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: concurrency }, worker));
  const failed = ends.find((end) => end.status === "rejected");
  if (failed !== undefined) throw failed.reason;
  return records / (clock() - startedMs) * 1000;
}
