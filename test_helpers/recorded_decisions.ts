/**
 * A decision log for tests of who decides: it remembers what it is told, and says it in short lines.
 *
 * @module
 */

import type { Decision } from "../lib/models/decision.ts";
import type { DecisionSink } from "../lib/store/decision_log.ts";

/** Remembers. */
export class RecordedDecisions implements DecisionSink {
  /** In the order they were made. */
  readonly decisions: Decision[] = [];

  record(decisions: readonly Decision[]): void {
    this.decisions.push(...decisions);
  }

  /** For example `200 analyzer start_enqueued app[1] MISSING due 230: index 1 has no instance`. */
  get lines(): string[] {
    return this.decisions.map((one) => {
      const { at, component, kind, appGuid, instanceIndex, instanceGuid, reason, dueAt, why } = one;
      const target = instanceGuid ?? `${appGuid}[${instanceIndex}]`;
      return `${at} ${component} ${kind} ${target} ${reason} due ${dueAt}: ${why}`;
    });
  }
}
