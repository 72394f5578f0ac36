/**
 * `hm9000 analyzer --once --dry-run` and `sender --once --dry-run`: what a pass would do, and nothing done.
 *
 * @module
 */

import { dryRun, type DryRunner } from "../../lib/dry_run/dry_run.ts";
import { wouldAct } from "../../lib/dry_run/foretell.ts";
import {
  foretoldToWire,
  renderForetold,
  summarizeForetold,
} from "../../lib/dry_run/render_foretold.ts";
import { EXIT_DONE, EXIT_WOULD_ACT } from "../_exit_codes.ts";
import { openRuntime } from "../_runtime.ts";

/** What was asked for. */
export interface DryRunRequest {
  readonly name: DryRunner;
  readonly configPath: string;
  readonly json: boolean;
}

/**
 * Prints what would be done, and returns the exit code that says whether that is anything.
 *
 * @throws {NotFreshError} when a pass would refuse to do anything
 */
export async function showDryRun({ name, configPath, json }: DryRunRequest): Promise<number> {
  await using runtime = await openRuntime({ configPath, user: name, logTo: "stderr" });
  const now = runtime.time.now();
  const foretold = await dryRun(name, runtime);
  for (const one of foretold) {
    console.log(json ? JSON.stringify(foretoldToWire(one)) : renderForetold(one, now));
  }
  console.error(summarizeForetold(foretold));
  return wouldAct(foretold) ? EXIT_WOULD_ACT : EXIT_DONE;
}
