/**
 * Several long-lived tasks as one: when one fails the others are told to stop and awaited, so that
 * nothing runs on behind a program that has given up. This is how `all` runs every component.
 *
 * @module
 */

import { isAbortError } from "./is_abort_error.ts";
import { linkAbort } from "./link_abort.ts";
import type { Logger } from "./logger.ts";

/** Something that runs until it is done or told to stop. */
export interface Task {
  /** For the log. */
  readonly name: string;
  /** Resolves when done; when `signal` aborts it ends soon. */
  readonly run: (signal: AbortSignal) => Promise<void>;
}

/** What {@linkcode runTaskGroup} needs. */
export interface TaskGroupOptions {
  readonly tasks: readonly Task[];
  /** Stops all of them. */
  readonly signal: AbortSignal;
  readonly log: Logger;
}

/**
 * Runs the tasks side by side and resolves when all of them have, or have been stopped by `signal`.
 *
 * @throws the error of the task that failed first, after the others have ended; what those throw while
 * they are being stopped is logged.
 */
export async function runTaskGroup(options: TaskGroupOptions): Promise<void> {
  const { tasks, signal, log } = options;
  using group = linkAbort(signal);
  let first: { readonly error: unknown } | undefined;
  const runOne = async ({ name, run }: Task): Promise<void> => {
    try {
      await run(group.signal);
    } catch (error) {
      if (isAbortError(error, group.signal)) return;
      if (first !== undefined) {
        return log.error("A task failed while stopping", { task: name, error });
      }
      first = { error };
      group.abort(error);
    }
  };
  await Promise.all(tasks.map(runOne));
  if (first !== undefined) throw first.error;
}
