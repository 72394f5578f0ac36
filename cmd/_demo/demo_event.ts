/**
 * What there is to tell of a demo: what was broken, what hm9000 did about it and why, and trouble.
 *
 * @module
 */

import type { FreshnessStatus } from "../../lib/store/collections/freshness.ts";
import type { PlatformReport } from "../../test_helpers/simulated_report.ts";
import type { DemoStep } from "./script.ts";

/** A start or a stop that hm9000 sent and the platform has obeyed. */
export interface DemoOrder {
  readonly kind: "start" | "stop";
  readonly app: string;
  readonly index: number;
  /** Where it was done; undefined when there was nowhere, or nothing, to do it. */
  readonly dea: string | undefined;
  /** The reason that the queue keeps: `MISSING`, `EXTRA`, … */
  readonly reason: string;
  /** The same in words; empty when nobody said. */
  readonly why: string;
}

/** Something that happened. */
export type DemoEvent =
  & { readonly atSeconds: number }
  & (
    | DemoOrder
    /** The script did something to the platform. */
    | { readonly kind: "chaos"; readonly text: string }
    /** The platform is whole, or is not any more. */
    | { readonly kind: "health"; readonly whole: boolean; readonly text: string }
    /** Something is wrong with hm9000 itself. */
    | { readonly kind: "trouble"; readonly text: string }
  );

/** What hm9000 knows, as its store says. */
export interface DemoInsight {
  readonly actual: FreshnessStatus;
  readonly desired: FreshnessStatus;
  readonly pendingStarts: number;
  readonly pendingStops: number;
}

/** Everything a view needs, at one moment. */
export interface DemoFrame {
  readonly atSeconds: number;
  /** Seconds after the beginning; undefined when the demo ends by itself. */
  readonly endsAtSeconds: number | undefined;
  readonly report: PlatformReport;
  /** Undefined until it was read for the first time. */
  readonly insight: DemoInsight | undefined;
  readonly startsSent: number;
  readonly stopsSent: number;
  /** What the script does next; undefined when it is over. */
  readonly nextStep: DemoStep | undefined;
  /** The last of them, oldest first. */
  readonly events: readonly DemoEvent[];
}

/** Shows a demo. */
export interface DemoView {
  /** Something happened. */
  event(event: DemoEvent): void;
  /** Time has passed; called several times a second. */
  frame(frame: DemoFrame): void;
  /** The demo is over; nothing is called after this. Called even when it failed. */
  close(): void;
}
