/**
 * One call for all who ask at the same time.
 *
 * @module
 */

/**
 * Shares the calls of `call`: who asks while one is under way gets the next one, which begins after the
 * question, so that no answer is older than its question; and never are two under way.
 */
export function shareCalls<T>(call: () => Promise<T>): () => Promise<T> {
  let current: Promise<unknown> = Promise.resolve();
  let next: Promise<T> | undefined;
  return () => {
    next ??= current.then(() => {
      next = undefined;
      const calling = call();
      current = calling.catch(() => {}); // Whoever asked is told; the next call only waits for its end.
      return calling;
    });
    return next;
  };
}
