/**
 * `hm9000 hold`, `resume` and `holds`: an operator's brake in an incident (S20).
 *
 * @module
 */

import { placeHold } from "../../lib/holds/place_hold.ts";
import {
  type OperatorsWord,
  OperatorsWordError,
  takeWord,
} from "../../lib/holds/operators_word.ts";
import { WhichHoldError } from "../../lib/holds/plan_resume.ts";
import { renderAuditRecord, renderHold, renderHolds } from "../../lib/holds/render_holds.ts";
import { resume } from "../../lib/holds/resume.ts";
import { auditRecordToWire } from "../../lib/models/audit_record.ts";
import { type HeldKind, holdToWire } from "../../lib/models/hold.ts";
import { waiverToWire } from "../../lib/models/waiver.ts";
import { readAuditLog } from "../../lib/store/collections/audit.ts";
import { readHolds } from "../../lib/store/collections/holds.ts";
import { readWaivers } from "../../lib/store/collections/waivers.ts";
import { printJsonLines } from "../_json_lines.ts";
import { environment, openRuntime, type Runtime } from "../_runtime.ts";
import { UsageError } from "../_usage_error.ts";

/** What an operator said. */
export interface SaidRequest {
  readonly configPath: string;
  readonly reason: string;
  /** Undefined: whoever is logged in. */
  readonly by: string | undefined;
  /** Undefined: as long as is configured. */
  readonly seconds: number | undefined;
  readonly json: boolean;
}

/** What is to be shown. */
export interface HoldsRequest {
  readonly configPath: string;
  readonly audit: boolean;
  readonly json: boolean;
}

/** Places a hold, and shows it. */
export async function hold(what: HeldKind, request: SaidRequest): Promise<void> {
  await using runtime = await open(request);
  const { defaultSeconds } = runtime.config.holds;
  const placed = await usage(() =>
    placeHold(what, wordOf(request, { runtime, defaultSeconds }), runtime)
  );
  if (request.json) return printJsonLines([holdToWire(placed.hold)]);
  console.log(renderHold(placed.hold, runtime.time.now()));
  const { replaced } = placed;
  if (replaced === undefined) return;
  console.error(`It replaces a hold by ${replaced.by}: ${replaced.reason}`);
}

/** Ends holds, and shows what is held then. */
export async function resumeHolds(what: string | undefined, request: SaidRequest): Promise<void> {
  await using runtime = await open(request);
  const { waiverSeconds: defaultSeconds } = runtime.config.holds;
  const { ended, waivers, left } = await usage(() =>
    resume(what, wordOf(request, { runtime, defaultSeconds }), runtime)
  );
  if (request.json) {
    return printJsonLines([{
      "ended": ended.map(holdToWire),
      "waivers": waivers.map(waiverToWire),
      "left": left === undefined ? null : holdToWire(left),
    }]);
  }
  for (const { name, by, reason } of ended) {
    console.log(`Ended the hold ${name} of ${by}: ${reason}`);
  }
  await printState(runtime);
}

/** Shows what is held, or what operators did. */
export async function showHolds(request: HoldsRequest): Promise<void> {
  await using runtime = await open(request);
  const { store, layout, log } = runtime;
  if (request.audit) {
    const records = await readAuditLog(store, layout, { log });
    if (request.json) return printJsonLines(records.map(auditRecordToWire));
    return records.forEach((record) => console.log(renderAuditRecord(record)));
  }
  if (!request.json) return await printState(runtime);
  const { holds } = await readHolds(store, layout, { log });
  printJsonLines(holds.map(holdToWire));
}

function open({ configPath }: { readonly configPath: string }): Promise<Runtime> {
  return openRuntime({ configPath, user: "holds", logTo: "stderr" });
}

async function printState({ store, layout, log, time }: Runtime): Promise<void> {
  const { holds } = await readHolds(store, layout, { log });
  const waivers = await readWaivers(store, layout, { log });
  for (const line of renderHolds({ holds, waivers }, time.now())) console.log(line);
}

function wordOf(
  request: SaidRequest,
  defaults: { readonly runtime: Runtime; readonly defaultSeconds: number },
): OperatorsWord {
  const { maxSeconds } = defaults.runtime.config.holds;
  return takeWord({
    by: request.by ?? environment()["USER"],
    reason: request.reason,
    seconds: request.seconds ?? Math.min(defaults.defaultSeconds, maxSeconds),
    secondsMax: maxSeconds,
  });
}

/** What no second try will mend is wrong usage. */
async function usage<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const wrong = error instanceof OperatorsWordError || error instanceof WhichHoldError;
    throw wrong ? new UsageError(error.message) : error;
  }
}
