/**
 * `hm9000 explain APP_GUID [APP_VERSION]`: what is known of an app and what will happen to it next.
 *
 * @module
 */

import type { ExplainInput } from "../../lib/explain/explain_app.ts";
import { explanationToWire, renderExplanation } from "../../lib/explain/render_explanation.ts";
import { collectAppDumps } from "../../lib/dump/app_dump.ts";
import { readStoredDump, staleBecause } from "../_stored_dump.ts";
import { openRuntime } from "../_runtime.ts";

/** What was asked for. */
export interface ExplainRequest {
  readonly appGuid: string;
  /** Undefined: every version of the app. */
  readonly appVersion: string | undefined;
  readonly configPath: string;
  readonly json: boolean;
}

/**
 * Prints the explanation.
 *
 * @throws {Error} when nothing is known of the app
 */
export async function explain(request: ExplainRequest): Promise<void> {
  await using runtime = await openRuntime({
    configPath: request.configPath,
    user: "explain",
    logTo: "stderr",
  });
  const common = { now: runtime.time.now(), staleBecause: await staleBecause(runtime) };
  const inputs = collectAppDumps(await readStoredDump(runtime))
    .filter(({ app }) => app.appGuid === request.appGuid)
    .filter(({ app }) => (request.appVersion ?? app.appVersion) === app.appVersion)
    .map((dump): ExplainInput => ({ ...dump, ...common }));
  if (inputs.length === 0) throw new Error(unknown(request));
  if (request.json) console.log(JSON.stringify(inputs.map(explanationToWire), null, 2));
  else for (const line of inputs.flatMap(renderExplanation)) console.log(line);
}

function unknown({ appGuid, appVersion }: ExplainRequest): string {
  const which = appVersion === undefined ? "" : `, version "${appVersion}"`;
  return `Cannot explain app "${appGuid}"${which}: it is neither desired nor reported nor waited for; ` +
    "hm9000 dump shows what is";
}
