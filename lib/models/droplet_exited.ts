/**
 * What a DEA says when an instance ends; the evacuator listens for two of its reasons (MOD-19).
 *
 * @module
 */

import type { AppId } from "./app_key.ts";
import { requireGuid } from "./guid.ts";
import { requireInstanceIndex } from "./instance_index.ts";
import { JsonReader, parseJson } from "./json_reader.ts";

/** Reasons that mean "this index must run elsewhere, now" (EVC-03, EVC-04). */
const EVACUATION_REASONS: readonly string[] = ["DEA_EVACUATION", "DEA_SHUTDOWN"];

/** One `droplet.exited` message. */
export interface DropletExited extends AppId {
  /** Pool of DEAs the instance ran in; not looked at. */
  readonly ccPartition: string;
  /** The one instance that left. */
  readonly instanceGuid: string;
  /** Instance index, from 0. */
  readonly instanceIndex: number;
  /** STOPPED, CRASHED, DEA_SHUTDOWN, DEA_EVACUATION or something unknown. */
  readonly reason: string;
  /** Exit code of its process. */
  readonly exitStatus: number;
  /** For people; not looked at. */
  readonly exitDescription: string;
  /** Unix seconds, 0 when the instance did not crash. */
  readonly crashTimestamp: number;
}

/** Whether the instance left because its DEA is leaving. */
export function isEvacuation(exited: DropletExited): boolean {
  return EVACUATION_REASONS.includes(exited.reason);
}

/**
 * Reads a `droplet.exited` payload.
 *
 * @throws {ParseError} when it is not one
 */
export function parseDropletExited(input: Uint8Array | string): DropletExited {
  const what = "droplet.exited";
  const reader = new JsonReader(what, parseJson(what, input));
  return {
    ccPartition: reader.string("cc_partition"),
    appGuid: requireGuid(what, "droplet", reader.string("droplet")),
    appVersion: requireGuid(what, "version", reader.string("version")),
    instanceGuid: reader.string("instance"),
    instanceIndex: requireInstanceIndex(what, "index", reader.integer("index")),
    reason: reader.string("reason"),
    exitStatus: reader.integer("exit_status"),
    exitDescription: reader.string("exit_description"),
    crashTimestamp: reader.integer("crash_timestamp"),
  };
}

/** The wire form; `crash_timestamp` is left out when 0 (MOD-19). */
export function dropletExitedToJson(exited: DropletExited): string {
  return JSON.stringify({
    "cc_partition": exited.ccPartition,
    "droplet": exited.appGuid,
    "version": exited.appVersion,
    "instance": exited.instanceGuid,
    "index": exited.instanceIndex,
    "reason": exited.reason,
    "exit_status": exited.exitStatus,
    "exit_description": exited.exitDescription,
    ...(exited.crashTimestamp === 0 ? {} : { "crash_timestamp": exited.crashTimestamp }),
  });
}
