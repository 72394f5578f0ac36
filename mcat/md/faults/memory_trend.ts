/**
 * Whether the memory of a process is flat: what it holds late in its life against what it holds in the
 * middle of it, so that warming up does not count. Pure.
 *
 * @module
 */

/** What a process held. */
export interface MemorySample {
  /** Since the run began, in seconds. */
  readonly atSeconds: number;
  /** Of RAM. */
  readonly bytes: number;
}

/** Lives shorter than this say nothing, in seconds. */
const LIFE_MIN_SECONDS = 600;
/** What the last third of a life may hold more than the middle one: this share, and this much at least. */
const GROWTH_SHARE_MAX = 0.25;
const GROWTH_BYTES_MAX = 32 * 2 ** 20;
/** More than this is not flat however young the process is. */
const RESIDENT_BYTES_MAX = 400 * 2 ** 20;

/** What is wrong with the memory of one life; undefined when nothing is. */
export function memoryProblem(samples: readonly MemorySample[]): string | undefined {
  const most = Math.max(0, ...samples.map(({ bytes }) => bytes));
  if (most > RESIDENT_BYTES_MAX) return `held ${megabytes(most)}`;
  const first = samples[0]?.atSeconds ?? 0;
  const last = samples.at(-1)?.atSeconds ?? 0;
  if (last - first < LIFE_MIN_SECONDS) return undefined;
  const third = (last - first) / 3;
  const within = (from: number, until: number) =>
    median(samples.filter(({ atSeconds }) => atSeconds >= from && atSeconds < until));
  const middle = within(first + third, first + 2 * third);
  const late = within(first + 2 * third, Infinity);
  const allowed = middle + Math.max(middle * GROWTH_SHARE_MAX, GROWTH_BYTES_MAX);
  if (late <= allowed) return undefined;
  return `grew from ${megabytes(middle)} to ${megabytes(late)} in ${Math.round(third)} s`;
}

/** As people read it. */
export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}

function median(samples: readonly MemorySample[]): number {
  const sorted = samples.map(({ bytes }) => bytes).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
