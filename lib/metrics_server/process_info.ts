/**
 * What a process says of itself beside its figures; passed in, since only the runtime knows.
 *
 * @module
 */

/** One process. */
export interface ProcessInfo {
  /** Of the program. */
  readonly version: string;
  /** What it was made from; empty when it is not an executable. */
  readonly commit: string;
  /** Which component it runs, or `all`. */
  readonly component: string;
  readonly hostname: string;
  readonly cpus: number;
  /** Unix seconds. */
  readonly startedAt: number;
  /** Bytes, as of now. */
  readonly memory: () => { readonly resident: number; readonly heapUsed: number };
  /** Seconds of processor time it has used, user and system together. */
  readonly cpuSeconds: () => number;
  /** The longest that work has had to wait for the thread since the last call, in seconds. */
  readonly eventLoopLagSeconds: () => number;
}
