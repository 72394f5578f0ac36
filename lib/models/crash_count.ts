/**
 * How often an index of an app has crashed of late; it decides how long its next start is delayed
 * (MOD-15 to MOD-18, behaviour.md 10).
 *
 * @module
 */

import type { AppId } from "./app_key.ts";
import { requireGuid } from "./guid.ts";
import { requireInstanceIndex } from "./instance_index.ts";
import { JsonReader, parseJson } from "./json_reader.ts";

/** The crashes of one index. */
export interface CrashCount extends AppId {
  /** Instance index, from 0. */
  readonly instanceIndex: number;
  /** Crash starts queued since `createdAt`. */
  readonly crashCount: number;
  /** Unix seconds of the first crash of this record (CRA-26). */
  readonly createdAt: number;
}

/** The record as JSON, as stored and as in API answers (MOD-16). */
export function crashCountToWire(count: CrashCount): Record<string, unknown> {
  return {
    "droplet": count.appGuid,
    "version": count.appVersion,
    "instance_index": count.instanceIndex,
    "crash_count": count.crashCount,
    "created_at": count.createdAt,
  };
}

/**
 * Reads a stored crash count.
 *
 * @throws {ParseError} when it is not one (MOD-22)
 */
export function parseCrashCount(json: string): CrashCount {
  const what = "stored crash count";
  const reader = new JsonReader(what, parseJson(what, json));
  return {
    appGuid: requireGuid(what, "droplet", reader.string("droplet")),
    appVersion: requireGuid(what, "version", reader.string("version")),
    instanceIndex: requireInstanceIndex(what, "instance_index", reader.integer("instance_index")),
    crashCount: requireCount(reader),
    createdAt: reader.integer("created_at"),
  };
}

function requireCount(reader: JsonReader): number {
  const count = reader.integer("crash_count");
  if (count >= 0) return count;
  throw reader.error("crash_count", `${count} is not a number of crashes`);
}
