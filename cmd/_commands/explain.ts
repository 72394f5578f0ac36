/**
 * `hm9000 explain APP_GUID [APP_VERSION]`: what is known of an app, what was decided about it of late, and
 * what will happen to it next.
 *
 * @module
 */

import { explain } from "../../lib/explain/explain.ts";
import { explanationToWire } from "../../lib/explain/explanation_to_wire.ts";
import { renderExplanation } from "../../lib/explain/render_explanation.ts";
import { UnknownAppError } from "../../lib/explain/unknown_app_error.ts";
import { readExplainInputs } from "../../lib/explain/read_explain_inputs.ts";
import { isGuid } from "../../lib/models/guid.ts";
import { quoteValue } from "../../lib/models/parse_error.ts";
import { openRuntime } from "../_runtime.ts";
import { UsageError } from "../_usage_error.ts";
import { printJsonLines } from "../_json_lines.ts";

/** What was asked for. */
export interface ExplainRequest {
  readonly appGuid: string;
  /** Undefined: every version of the app. */
  readonly appVersion: string | undefined;
  readonly configPath: string;
  readonly json: boolean;
  /** Decisions that are at most as many seconds old are shown. */
  readonly since: number;
  /** At most as many decisions of each version are shown. */
  readonly decisions: number;
}

/**
 * Prints the explanation.
 *
 * @throws {UsageError} when a guid cannot be one
 * @throws {UnknownAppError} when nothing is known of the app
 */
export async function explainApp(request: ExplainRequest): Promise<void> {
  const { appGuid, appVersion, configPath } = request;
  requireGuid("APP_GUID", appGuid);
  if (appVersion !== undefined) requireGuid("APP_VERSION", appVersion);
  await using runtime = await openRuntime({ configPath, user: "explain", logTo: "stderr" });
  const inputs = await readExplainInputs({ appGuid, appVersion }, {
    ...runtime,
    since: runtime.time.now() - request.since,
    decisionsMax: request.decisions,
  });
  if (inputs.length === 0) throw new UnknownAppError({ appGuid, appVersion });
  const explanations = inputs.map(explain);
  if (request.json) printJsonLines(explanations.map(explanationToWire));
  else for (const line of explanations.flatMap(renderExplanation)) console.log(line);
}

function requireGuid(name: string, text: string): void {
  if (isGuid(text)) return;
  throw new UsageError(
    `Cannot explain ${name} ${quoteValue(text)}: a guid is 1 to 200 of A-Z a-z 0-9 _ . : -`,
  );
}
