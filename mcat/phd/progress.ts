/**
 * Progress, on standard error: what is being measured and what came of it, a line each. Standard output
 * stays free for whoever wants to pipe something.
 *
 * @module
 */

const startedMs = performance.now();

/** Says a line, with the minutes and seconds since the suite began. */
export function progress(line: string): void {
  const seconds = Math.floor((performance.now() - startedMs) / 1000);
  const minutes = String(Math.floor(seconds / 60)).padStart(2, "0");
  console.error(`${minutes}:${String(seconds % 60).padStart(2, "0")} ${line}`);
}
