/**
 * Runs a component for as long as something is done with it.
 *
 * @module
 */

/**
 * Runs `run` until `work` is done, then tells it to stop and waits until it has. A component that ends
 * too early fails the work, so that nothing waits for it in vain.
 */
export async function whileRunning<T>(
  run: (signal: AbortSignal) => Promise<void>,
  work: () => Promise<T>,
): Promise<T> {
  const stopping = new AbortController();
  const running = run(stopping.signal);
  const tooEarly = running.then(() => {
    throw new Error("Cannot go on: the component ended before it was told to");
  });
  try {
    return await Promise.race([work(), tooEarly]);
  } finally {
    tooEarly.catch(() => {}); // It has lost the race: what `running` says counts.
    stopping.abort();
    await running;
  }
}
