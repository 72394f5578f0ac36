/**
 * `hm9000 dump [--raw] [--json]`: what is in the store, whether it is fresh or not (CLI-09 to CLI-12).
 *
 * @module
 */

import { appDumpToWire, collectAppDumps } from "../../lib/dump/app_dump.ts";
import { renderDump } from "../../lib/dump/render_dump.ts";
import { type RawRecord, renderRawDump } from "../../lib/dump/render_raw_dump.ts";
import { renderHold } from "../../lib/holds/render_holds.ts";
import { readHolds } from "../../lib/store/collections/holds.ts";
import { HM_ROOT } from "../../lib/store/layout.ts";
import { rangeAll } from "../../lib/store/range_all.ts";
import { openRuntime, type Runtime } from "../_runtime.ts";
import { readStoredDump, staleBecause } from "../_stored_dump.ts";

/** What was asked for. */
export interface DumpRequest {
  readonly configPath: string;
  readonly raw: boolean;
  readonly json: boolean;
}

/** Prints the dump. */
export async function dump(request: DumpRequest): Promise<void> {
  await using runtime = await openRuntime({
    configPath: request.configPath,
    user: "dump",
    logTo: "stderr",
  });
  print(request.raw ? await rawLines(request, runtime) : await appLines(request, runtime));
}

async function appLines(request: DumpRequest, runtime: Runtime): Promise<string[]> {
  const dumps = collectAppDumps(await readStoredDump(runtime));
  if (request.json) return jsonArray(dumps, appDumpToWire);
  const now = runtime.time.now();
  const { holds } = await readHolds(runtime.store, runtime.layout, { log: runtime.log });
  const held = holds.map((hold) => renderHold(hold, now));
  return renderDump(dumps, { now, staleBecause: await staleBecause(runtime), held });
}

async function rawLines(request: DumpRequest, runtime: Runtime): Promise<string[]> {
  const { entries } = await rangeAll(runtime.store, HM_ROOT);
  const leases = [...new Set(entries.map((entry) => entry.lease))].filter((lease) => lease !== 0);
  const statuses = await runtime.store.leaseStatus(leases);
  const ttls = new Map(statuses.map(({ lease, ttlSeconds }) => [lease, ttlSeconds]));
  const records = entries.map(({ key, value, lease }): RawRecord => ({
    key,
    value,
    ttlSeconds: lease === 0 ? undefined : ttls.get(lease) ?? 0,
  }));
  if (request.json) {
    return jsonArray(records, ({ key, value, ttlSeconds }) => ({
      "key": key,
      "value": value,
      "ttl": ttlSeconds ?? null,
    }));
  }
  return renderRawDump(records, runtime.time.now());
}

/** One element a line, so that a large dump can be read and compared. */
function jsonArray<T>(elements: readonly T[], toWire: (element: T) => unknown): string[] {
  const lines = elements.map((element) => JSON.stringify(toWire(element)));
  if (lines.length === 0) return ["[]"];
  return ["[", ...lines.map((line, i) => i === lines.length - 1 ? line : `${line},`), "]"];
}

function print(lines: readonly string[]): void {
  const bytes = new TextEncoder().encode(`${lines.join("\n")}\n`);
  for (let written = 0; written < bytes.length;) {
    written += Deno.stdout.writeSync(bytes.subarray(written));
  }
}
