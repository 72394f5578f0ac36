/**
 * `hm9000 doctor`: looks at every server that the configuration names, and says what is wrong and what to
 * do about it.
 *
 * @module
 */

import { examine } from "../../lib/doctor/examine.ts";
import { renderFindings } from "../../lib/doctor/finding.ts";
import { RealRandom } from "../../lib/helpers/real_random.ts";
import { EXIT_DONE, EXIT_FAILED } from "../_exit_codes.ts";
import { printJsonLines } from "../_json_lines.ts";
import { loadConfigFor, realTime } from "../_runtime.ts";

/** What was asked for. */
export interface DoctorRequest {
  readonly configPath: string;
  readonly json: boolean;
  readonly publish: boolean;
}

/** Prints the findings; the exit code says whether one of them is a problem. */
export async function doctor({ configPath, json, publish }: DoctorRequest): Promise<number> {
  const { config } = await loadConfigFor(configPath, "doctor");
  const findings = await examine({ config, time: realTime(), random: new RealRandom(), publish });
  if (json) printJsonLines(findings);
  else for (const line of renderFindings(findings)) console.log(line);
  return findings.some(({ state }) => state === "problem") ? EXIT_FAILED : EXIT_DONE;
}
