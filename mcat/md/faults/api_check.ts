/**
 * Asks the replicas of the API what runs: in the end each must say what is true (I16).
 *
 * @module
 */

import { encodeBasicAuth } from "../../../lib/models/basic_auth.ts";
import type { DesiredAppState } from "../../../lib/models/desired_app_state.ts";
import { CREDENTIALS } from "../scenario_config.ts";

/** How long an answer may take, in milliseconds. */
const ANSWER_MAX_MS = 2_000;

/** What is wrong with what a replica says; undefined when it says that everything runs as desired. */
export async function apiProblem(
  port: number,
  desired: readonly DesiredAppState[],
): Promise<string | undefined> {
  const answers = await ask(port, desired).catch((error: Error) => error.message);
  if (typeof answers === "string") return `the API at port ${port} does not answer: ${answers}`;
  const wrong = desired.find(({ appGuid, instances }) => runningIn(answers[appGuid]) !== instances);
  if (wrong === undefined) return undefined;
  const { appGuid, instances } = wrong;
  const runs = runningIn(answers[appGuid]);
  return `the API at port ${port} says that ${runs} of ${appGuid} run, where ${instances} do`;
}

interface Answer {
  readonly "instance_heartbeats": readonly { readonly state: string }[];
}

async function ask(
  port: number,
  desired: readonly DesiredAppState[],
): Promise<Readonly<Record<string, Answer>>> {
  const question = desired.map(({ appGuid, appVersion }) => ({
    "droplet": appGuid,
    "version": appVersion,
  }));
  const response = await fetch(`http://127.0.0.1:${port}/bulk_app_state`, {
    method: "POST",
    headers: { "authorization": encodeBasicAuth(CREDENTIALS) },
    body: JSON.stringify(question),
    signal: AbortSignal.timeout(ANSWER_MAX_MS),
  });
  return await response.json();
}

function runningIn(answer: Answer | undefined): number {
  const heartbeats = answer?.["instance_heartbeats"] ?? [];
  return heartbeats.filter(({ state }) => state === "RUNNING").length;
}
