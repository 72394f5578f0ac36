/**
 * What explanations go by with the default configuration, at a heartbeat period of 10 s.
 *
 * @module
 */

import type { ExplainRules } from "../lib/explain/explanation.ts";
import { RULE_CONFIG } from "./analysis.ts";

/** The defaults. */
export const EXPLAIN_RULES: ExplainRules = {
  ...RULE_CONFIG,
  actualFreshnessTtlSeconds: 30,
  analyzerPollingSeconds: 10,
  senderPollingSeconds: 10,
};
