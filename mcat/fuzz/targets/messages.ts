/**
 * What comes over the bus: heartbeats, what exited, questions; and what we publish, for others read it.
 *
 * @module
 */

import {
  parseAppStateRequest,
  parseBulkAppStateRequest,
} from "../../../lib/api/app_state_request.ts";
import { sniffDeaGuid } from "../../../lib/actual_state_listener/sniff_dea_guid.ts";
import { dropletExitedToJson, parseDropletExited } from "../../../lib/models/droplet_exited.ts";
import {
  checkHeartbeat,
  heartbeatToWire,
  parseAnyHeartbeat,
  parseHeartbeat,
} from "../../../lib/models/heartbeat.ts";
import { parseStartMessage, startMessageToJson } from "../../../lib/models/start_message.ts";
import { parseStopMessage, stopMessageToJson } from "../../../lib/models/stop_message.ts";
import { AppFixture } from "../../../test_helpers/app.ts";
import { JSON_WORDS } from "../dictionary.ts";
import { checkRoundTrip, readOrRefused, requireSame } from "../expectations.ts";
import { bytesOf, type FuzzTarget, textOf, type Verdict } from "../target.ts";

const app = new AppFixture("app");
const INSTANCES = [
  ...app.runningInstances(3),
  app.instanceAtIndex(3).heartbeat("CRASHED"),
  app.instanceAtIndex(4).heartbeat("EVACUATING"),
  app.instanceAtIndex(5).heartbeat("STARTING"),
];
const WORDS = [...JSON_WORDS, '"RUNNING"', '"EVACUATING"', '"droplets":[', '"dea":"d"', '"DEA":'];

/** One says it, one another way, one with nothing; as DEAs do. */
const HEARTBEATS = [
  heartbeatToWire({ deaGuid: "dea", instances: INSTANCES }),
  heartbeatToWire({ deaGuid: "dea", instances: INSTANCES.slice(0, 1) }),
  { "dea": "dea", "droplets": [] },
].map(bytesOf);

/** Whichever way a heartbeat is read, it says the same; and so when it is written anew. */
function checkHeartbeats(input: Uint8Array): Verdict {
  sniffDeaGuid(input);
  const any = readOrRefused(() => parseAnyHeartbeat(input));
  const fast = readOrRefused(() => parseHeartbeat(input));
  const checked = readOrRefused(() => checkHeartbeat(input));
  requireSame("a heartbeat, the plain way and the general", [fast, any]);
  requireSame("a heartbeat, checked and read", [
    checked?.value,
    any && { deaGuid: any.value.heartbeat.deaGuid, rejected: any.value.rejected },
  ]);
  if (any === undefined) return "refused";
  const written = bytesOf(heartbeatToWire(any.value.heartbeat));
  requireSame("a heartbeat written anew", [parseHeartbeat(written).heartbeat, any.value.heartbeat]);
  return "accepted";
}

/** A message that is JSON both ways. */
function message<T>(
  name: string,
  seed: string,
  codec: { readonly read: (input: Uint8Array | string) => T; readonly write: (value: T) => string },
): FuzzTarget {
  return {
    name,
    seeds: [bytesOf(seed)],
    dictionary: WORDS,
    check: (input) => {
      const asBytes = readOrRefused(() => codec.read(input));
      if (asBytes === undefined) return "refused";
      requireSame("bytes and their text", [codec.read(textOf(input)), asBytes.value]);
      return checkRoundTrip(textOf(input), codec);
    },
  };
}

const START = { ...app.id, messageId: "id-1", instanceIndex: 1 };
const STOP = { ...START, instanceGuid: "instance", isDuplicate: true };
const EXITED = app.instanceAtIndex(0).exited("DEA_EVACUATION");

/** Targets of messages. */
export const MESSAGE_TARGETS: readonly FuzzTarget[] = [
  { name: "heartbeat", seeds: HEARTBEATS, dictionary: WORDS, check: checkHeartbeats },
  message("droplet-exited", dropletExitedToJson(EXITED), {
    read: parseDropletExited,
    write: dropletExitedToJson,
  }),
  message("start-message", startMessageToJson(START), {
    read: parseStartMessage,
    write: startMessageToJson,
  }),
  message("stop-message", stopMessageToJson(STOP), {
    read: parseStopMessage,
    write: stopMessageToJson,
  }),
  message("app-state-request", '{"droplet":"app","version":"v1"}', {
    read: parseAppStateRequest,
    write: ({ appGuid, appVersion }) =>
      JSON.stringify({ "droplet": appGuid, "version": appVersion }),
  }),
  message("bulk-app-state-request", '[{"droplet":"app","version":"v1"},{"droplet":"b"}]', {
    read: parseBulkAppStateRequest,
    write: (apps) =>
      JSON.stringify(
        apps.map(({ appGuid, appVersion }) => ({ "droplet": appGuid, "version": appVersion })),
      ),
  }),
];
