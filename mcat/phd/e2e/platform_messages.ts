/**
 * What the benchmark and its platform process say to each other, a line of JSON each.
 *
 * @module
 */

/** What the platform is told, on its standard input. */
export type PlatformCommand =
  /** Begin to send heartbeats. */
  | { readonly kind: "beat" }
  /** These DEAs are dead. */
  | { readonly kind: "die"; readonly deas: readonly number[] }
  /** A DEA names so many instances more, of an app that nobody knows; 0: none any more. */
  | { readonly kind: "swell"; readonly dea: number; readonly instances: number }
  /** Every DEA beats at once, whenever it beat last. */
  | { readonly kind: "burst" }
  /** These DEAs leave. */
  | { readonly kind: "evacuate"; readonly deas: readonly number[] };

/** Where the platform stands. */
export interface PlatformReport {
  readonly kind: "report";
  readonly apps: number;
  readonly runningApps: number;
  readonly deas: number;
  readonly evacuatingInstances: number;
  readonly heartbeats: number;
  /** How long after its time the latest heartbeat of the last second left, in milliseconds. */
  readonly latestMs: number;
  readonly startsReceived: number;
  /** Starts of apps that had lost an instance with its DEA. */
  readonly lostStarted: number;
  /** When the first such start since DEAs died last came, in Unix milliseconds; 0 before. */
  readonly firstLostStartMs: number;
  /** When the last one came. */
  readonly lastLostStartMs: number;
  readonly stopsReceived: number;
  /** Stops of an app's only running instance. */
  readonly stopsRefused: number;
}

/** What the platform tells, on its standard output. */
export type PlatformEvent =
  /** It listens; the Cloud Controller's port. */
  | { readonly kind: "ready"; readonly port: number }
  /** An instance was named in a heartbeat for the first time. */
  | { readonly kind: "said"; readonly instance: string; readonly atMs: number }
  /** DEAs have died: when the first and the last of them were heard last, in Unix milliseconds. */
  | { readonly kind: "died"; readonly firstHeardMs: number; readonly lastHeardMs: number }
  | PlatformReport;

/** How often the platform reports, in milliseconds. */
export const REPORT_INTERVAL_MS = 500;
