/**
 * What of the configuration an explanation goes by. Pure.
 *
 * @module
 */

import type { Config } from "../config/config.ts";
import type { ExplainRules } from "./explanation.ts";

/** Picks it. */
export function explainRules(
  config: Pick<Config, "analyzer" | "sender" | "actualFreshnessTtlSeconds">,
): ExplainRules {
  const { analyzer, sender, actualFreshnessTtlSeconds } = config;
  return {
    gracePeriodSeconds: analyzer.gracePeriodSeconds,
    crashesBeforeBackoff: analyzer.crashesBeforeBackoff,
    startingBackoffSeconds: analyzer.startingBackoffSeconds,
    maximumBackoffSeconds: analyzer.maximumBackoffSeconds,
    actualFreshnessTtlSeconds,
    analyzerPollingSeconds: analyzer.pollingIntervalSeconds,
    senderPollingSeconds: sender.pollingIntervalSeconds,
  };
}
