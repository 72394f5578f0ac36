/**
 * An abort signal below another one: aborted with its parent, or on its own. Unlike `AbortSignal.any`
 * it lets go of the parent when disposed, so that a loop that makes one per turn leaves nothing behind on
 * the signal that lives as long as the program.
 *
 * @module
 */

/**
 * Why what nobody waits for any more ends, unless another reason is given. One for all: a new exception
 * walks the stack, and a loop that rests ends something each time.
 */
const ENDED = new DOMException("This has ended", "AbortError");

/** An abort signal that ends with its parent, or earlier. Dispose of it when it is no longer needed. */
export interface LinkedAbort extends Disposable {
  readonly signal: AbortSignal;
  /** Aborts this signal alone; the parent goes on. */
  abort(reason?: unknown): void;
}

/** Makes a signal that aborts when `parent` does, with its reason. Disposing of it aborts nothing. */
export function linkAbort(parent: AbortSignal): LinkedAbort {
  const controller = new AbortController();
  const follow = () => controller.abort(parent.reason);
  if (parent.aborted) follow();
  else parent.addEventListener("abort", follow, { once: true });
  return {
    signal: controller.signal,
    abort: (reason = ENDED) => controller.abort(reason),
    [Symbol.dispose]: () => parent.removeEventListener("abort", follow),
  };
}
