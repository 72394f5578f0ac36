/**
 * A DEA's heartbeat: everything that runs on it, said again every period. The message as a whole must
 * have the right shape; a single instance in it that is well-formed but impossible (bad guid, unknown
 * state, index out of bounds) is left out and reported, so that it costs its DEA nothing else.
 *
 * @module
 */

import { requireGuid } from "./guid.ts";
import {
  type InstanceHeartbeat,
  instanceHeartbeatToWire,
  type InstanceState,
  readInstanceHeartbeat,
} from "./instance_heartbeat.ts";
import { asCharacters, JsonReader, parseJson } from "./json_reader.ts";
import { ParseError } from "./parse_error.ts";
import { plainHeartbeatDea, readPlainHeartbeat } from "./plain_heartbeat.ts";

/** Everything one DEA reported at one moment. */
export interface Heartbeat {
  /** Every instance of the heartbeat is its. */
  readonly deaGuid: string;
  /** All that it runs: an instance that is not here is not there. */
  readonly instances: readonly InstanceHeartbeat[];
}

/** A heartbeat and what had to be left out of it. */
export interface ParsedHeartbeat {
  /** What could be read, without the instances that were left out. */
  readonly heartbeat: Heartbeat;
  /** One error for each instance that was left out. */
  readonly rejected: readonly ParseError[];
}

/**
 * Reads a `dea.heartbeat` payload (behaviour.md 24.1, MOD-11).
 *
 * @throws {ParseError} when the message as a whole is not a heartbeat: not JSON, a field of the wrong
 *   type anywhere, no usable DEA guid
 */
export function parseHeartbeat(input: Uint8Array | string): ParsedHeartbeat {
  const plain = readPlainHeartbeat(undecoded(input));
  return plain === undefined ? parseAnyHeartbeat(input) : { heartbeat: plain, rejected: [] };
}

/** Whose heartbeat a message is, and what has to be left out of it. */
export type CheckedHeartbeat = Pick<Heartbeat, "deaGuid"> & Pick<ParsedHeartbeat, "rejected">;

/**
 * As {@linkcode parseHeartbeat}, for whoever does not need the instances yet: that they can be read is made
 * sure of, and nothing is made of them.
 *
 * @throws {ParseError} as {@linkcode parseHeartbeat}
 */
export function checkHeartbeat(input: Uint8Array | string): CheckedHeartbeat {
  const plain = plainHeartbeatDea(undecoded(input));
  if (plain !== undefined) return { deaGuid: plain, rejected: [] };
  const { heartbeat, rejected } = parseAnyHeartbeat(input);
  return { deaGuid: heartbeat.deaGuid, rejected };
}

/** A message as far as it can be looked at without decoding it. */
function undecoded(input: Uint8Array | string): string {
  return typeof input === "string" ? input : asCharacters(input);
}

/** A heartbeat however it is written. @throws {ParseError} as {@linkcode parseHeartbeat} */
export function parseAnyHeartbeat(input: Uint8Array | string): ParsedHeartbeat {
  const reader = new JsonReader("heartbeat", parseJson("heartbeat", input));
  const deaGuid = requireGuid("heartbeat", "dea", reader.string("dea"));
  const instances: InstanceHeartbeat[] = [];
  const rejected: ParseError[] = [];
  reader.array("droplets").forEach((element, position) => {
    // Null is an instance of zero values, as it is in Go: that one is left out, the others are not.
    const droplet = new JsonReader("heartbeat", element ?? {}, `droplets[${position}]`);
    requireTypes(droplet);
    try {
      instances.push(readInstanceHeartbeat(droplet, deaGuid));
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      rejected.push(error);
    }
  });
  return { heartbeat: { deaGuid, instances }, rejected };
}

/** How many instances of each state a heartbeat reports (MOD-13). */
export interface HeartbeatSummary {
  readonly deaGuid: string;
  readonly starting: number;
  readonly running: number;
  readonly crashed: number;
  readonly evacuating: number;
}

/** A heartbeat in a line of the log (MOD-13). */
export function summarizeHeartbeat(heartbeat: Heartbeat): HeartbeatSummary {
  const count = (state: InstanceState) =>
    heartbeat.instances.filter((instance) => instance.state === state).length;
  return {
    deaGuid: heartbeat.deaGuid,
    starting: count("STARTING"),
    running: count("RUNNING"),
    crashed: count("CRASHED"),
    evacuating: count("EVACUATING"),
  };
}

/** The wire form of a heartbeat, as DEAs send it. */
export function heartbeatToWire(heartbeat: Heartbeat): Record<string, unknown> {
  return {
    "dea": heartbeat.deaGuid,
    "droplets": heartbeat.instances.map((instance) => {
      const { dea_guid: _, ...droplet } = instanceHeartbeatToWire(instance);
      return droplet;
    }),
  };
}

/** A wrong type anywhere rejects the whole message, as Go's decoder does (24.1). */
function requireTypes(droplet: JsonReader): void {
  for (const field of ["droplet", "version", "instance", "state"]) droplet.string(field);
  droplet.integer("index");
  droplet.number("state_timestamp");
}
