/**
 * What a DEA says of one instance, and how that is kept in the store: the guids stand in the key, the
 * rest is CSV, `index,STATE,state_timestamp` with one decimal (design: store layout; MOD-07 to MOD-09).
 *
 * @module
 */

import { requireInstanceIndex } from "./instance_index.ts";
import { requireGuid } from "./guid.ts";
import type { AppId } from "./app_key.ts";
import type { JsonReader } from "./json_reader.ts";
import { ParseError, quoteValue } from "./parse_error.ts";

/** The states an instance can be in, as DEAs spell them (behaviour.md 24.6). */
export const INSTANCE_STATES = ["STARTING", "RUNNING", "CRASHED", "EVACUATING"] as const;

/**
 * Greatest state timestamp accepted, and with a minus the least, in seconds: beyond it numbers are no
 * longer written as plain decimals, and what was stored could not be read back.
 */
const STATE_TIMESTAMP_MAX = 1e15;

/** One of {@linkcode INSTANCE_STATES}. */
export type InstanceState = typeof INSTANCE_STATES[number];

/** One instance as its DEA last reported it. */
export interface InstanceHeartbeat extends AppId {
  /** Unique to this run of the instance: a restart has another. */
  readonly instanceGuid: string;
  /** Instance index, from 0. */
  readonly instanceIndex: number;
  /** What its DEA says it is doing. */
  readonly state: InstanceState;
  /** When the instance entered its state, by the DEA's clock: Unix seconds with fraction. */
  readonly stateTimestamp: number;
  /** The DEA it is on. */
  readonly deaGuid: string;
}

/** What the key of an instance record says: everything but the value. */
export type InstanceId = Pick<
  InstanceHeartbeat,
  "appGuid" | "appVersion" | "instanceGuid" | "deaGuid"
>;

/** Whether `text` is one of the four states. */
export function isInstanceState(text: string): text is InstanceState {
  return (INSTANCE_STATES as readonly string[]).includes(text);
}

/** Whether the instance serves its index or is about to: STARTING or RUNNING. */
export function isStartingOrRunning(instance: InstanceHeartbeat): boolean {
  return instance.state === "RUNNING" || instance.state === "STARTING";
}

/**
 * Reads one element of a DEA heartbeat's `droplets`; its DEA is that of the heartbeat (MOD-11).
 *
 * @throws {ParseError} for a wrong type, a bad guid, an index out of bounds, an unknown state or a
 *   timestamp that is no time
 */
export function readInstanceHeartbeat(
  reader: JsonReader,
  deaGuid: string,
): InstanceHeartbeat {
  const state = reader.string("state");
  if (!isInstanceState(state)) {
    throw reader.error("state", `${quoteValue(state)} is not one of ${INSTANCE_STATES.join(", ")}`);
  }
  const stateTimestamp = reader.number("state_timestamp");
  if (!isStateTimestamp(stateTimestamp)) {
    throw reader.error("state_timestamp", `${stateTimestamp} is not a time in seconds`);
  }
  const guid = (field: string) => requireGuid("instance heartbeat", field, reader.string(field));
  return {
    appGuid: guid("droplet"),
    appVersion: guid("version"),
    instanceGuid: guid("instance"),
    instanceIndex: requireInstanceIndex("instance heartbeat", "index", reader.integer("index")),
    state,
    stateTimestamp,
    deaGuid,
  };
}

/** The stored value: `index,STATE,timestamp`, timestamp with exactly one decimal (seconds). */
export function instanceHeartbeatToCsv(instance: InstanceHeartbeat): string {
  return `${instance.instanceIndex},${instance.state},${instance.stateTimestamp.toFixed(1)}`;
}

/**
 * Rebuilds an instance from its key's guids and its stored value.
 *
 * @throws {ParseError} unless the value is `index,STATE,timestamp` (MOD-08)
 */
export function instanceHeartbeatFromCsv(id: InstanceId, csv: string): InstanceHeartbeat {
  const fields = csv.split(",");
  const [index = "", state = "", timestamp = ""] = fields;
  if (fields.length !== 3 || !isDecimal(index) || !isInstanceState(state) || !isFloat(timestamp)) {
    throw new ParseError(
      "stored instance",
      id.instanceGuid,
      `${quoteValue(csv)} is not "index,STATE,timestamp"`,
    );
  }
  const instanceIndex = requireInstanceIndex("stored instance", "index", Number(index));
  return { ...id, instanceIndex, state, stateTimestamp: Number(timestamp) };
}

/** The wire form, as in DEA heartbeats and API answers, with the DEA it came from (24.1). */
export function instanceHeartbeatToWire(instance: InstanceHeartbeat): Record<string, unknown> {
  return {
    "droplet": instance.appGuid,
    "version": instance.appVersion,
    "instance": instance.instanceGuid,
    "index": instance.instanceIndex,
    "state": instance.state,
    "state_timestamp": instance.stateTimestamp,
    "dea_guid": instance.deaGuid,
  };
}

function isDecimal(text: string): boolean {
  return /^\d{1,9}$/.test(text);
}

function isFloat(text: string): boolean {
  return /^-?\d+(\.\d+)?$/.test(text) && isStateTimestamp(Number(text));
}

function isStateTimestamp(seconds: number): boolean {
  return Math.abs(seconds) <= STATE_TIMESTAMP_MAX;
}
