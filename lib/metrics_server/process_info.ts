/**
 * What a process says of itself beside its figures; passed in, since only the runtime knows.
 *
 * @module
 */

/** One process. */
export interface ProcessInfo {
  /** Of the program. */
  readonly version: string;
  /** Which component it runs, or `all`. */
  readonly component: string;
  readonly hostname: string;
  readonly cpus: number;
  /** Unix seconds. */
  readonly startedAt: number;
  /** Bytes, as of now. */
  readonly memory: () => { readonly resident: number; readonly heapUsed: number };
}
