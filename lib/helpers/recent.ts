/**
 * What is dear to find out is found out once for all who ask within a moment: a flood of questions costs
 * what one question a second costs (I17).
 *
 * @module
 */

import type { TimeProvider } from "./time_provider.ts";

/** How old an answer may be that is given again, in milliseconds. */
const AGE_MS_MAX = 1_000;

/** Gives the answer of `find` again while it is at most a second old; a failure is not kept. */
export function recent<T>(find: () => Promise<T>, time: TimeProvider): () => Promise<T> {
  let last: { readonly answer: Promise<T>; readonly atMs: number } | undefined;
  return () => {
    const atMs = time.monotonicMs();
    if (last !== undefined && atMs - last.atMs <= AGE_MS_MAX) return last.answer;
    const answer = find();
    const asked = { answer, atMs };
    last = asked;
    answer.catch(() => {
      if (last === asked) last = undefined;
    });
    return answer;
  };
}
