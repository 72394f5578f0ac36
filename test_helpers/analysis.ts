/**
 * Runs the analyzer's rules with the default configuration and says what came of it in short lines, so
 * that a test of a rule reads like the rule.
 *
 * @module
 */

import { analyzeApp } from "../lib/analyzer/analyze_app.ts";
import type { AnalyzeAppOptions, RuleConfig } from "../lib/analyzer/app_case.ts";
import type { Verdict } from "../lib/analyzer/verdict.ts";
import type { App } from "../lib/models/app.ts";
import { FakeRandom } from "./fake_random.ts";

/** The rules' configuration at a heartbeat period of 10 s (behaviour.md 0.1). */
export const RULE_CONFIG: RuleConfig = {
  gracePeriodSeconds: 30,
  crashesBeforeBackoff: 3,
  startingBackoffSeconds: 30,
  maximumBackoffSeconds: 960,
};

/** What {@linkcode analyze} may be told. */
export interface AnalyzeOptions {
  /** Unix seconds. @default {1000} */
  readonly now?: number;
  /** Indices with a pending start. @default none */
  readonly starts?: readonly number[];
  /** Guids of instances with a pending stop. @default none */
  readonly stops?: readonly string[];
  readonly config?: Partial<RuleConfig>;
}

/** Analyses one app, with message ids that count up. */
export function analyze(app: App, options: AnalyzeOptions = {}): Verdict {
  const random = new FakeRandom();
  const full: AnalyzeAppOptions = {
    pending: { starts: new Set(options.starts), stops: new Set(options.stops) },
    now: options.now ?? 1000,
    config: { ...RULE_CONFIG, ...options.config },
    uuid: () => random.uuid(),
  };
  return analyzeApp(app, full);
}

/** A verdict in short lines; times are seconds after `now`. */
export interface VerdictLines {
  /** For example `2 MISSING +30 keep 0 priority 0.50`. */
  readonly starts: readonly string[];
  /** For example `app-version-instance-2 EXTRA +0 keep 30`. */
  readonly stops: readonly string[];
}

/** Says what a verdict comes to. */
export function verdictLines(verdict: Verdict, now = 1000): VerdictLines {
  return {
    starts: verdict.starts.map(({ message: m }) =>
      `${m.instanceIndex} ${m.reason} +${m.sendOn - now} keep ${m.keepAlive} ` +
      `priority ${m.priority.toFixed(2)}`
    ),
    stops: verdict.stops.map(({ message: m }) =>
      `${m.instanceGuid} ${m.reason} +${m.sendOn - now} keep ${m.keepAlive}`
    ),
  };
}
