/**
 * What each kind of record and message looks like, as this version writes it: a value, its writer, its
 * reader. What is written is kept in `golden/`, so that nobody changes the layout without seeing it.
 *
 * @module
 */

import { deaMemoryToJson, parseDeaMemory } from "../../../lib/breakers/dea_loss.ts";
import { parseShrinkMemory, shrinkMemoryToJson } from "../../../lib/breakers/confirm_shrink.ts";
import { auditRecordToWire, parseAuditRecord } from "../../../lib/models/audit_record.ts";
import { crashCountToWire, parseCrashCount } from "../../../lib/models/crash_count.ts";
import type { Decision } from "../../../lib/models/decision.ts";
import {
  desiredAppStateFromCsv,
  desiredAppStateToCsv,
} from "../../../lib/models/desired_app_state.ts";
import { dropletExitedToJson, parseDropletExited } from "../../../lib/models/droplet_exited.ts";
import { heartbeatToWire, parseHeartbeat } from "../../../lib/models/heartbeat.ts";
import { holdToWire, parseHold } from "../../../lib/models/hold.ts";
import {
  instanceHeartbeatFromCsv,
  instanceHeartbeatToCsv,
} from "../../../lib/models/instance_heartbeat.ts";
import {
  parsePendingStart,
  pendingStartToWire,
  startKey,
} from "../../../lib/models/pending_start_message.ts";
import {
  parsePendingStop,
  pendingStopToWire,
  stopKey,
} from "../../../lib/models/pending_stop_message.ts";
import { parseStartMessage, startMessageToJson } from "../../../lib/models/start_message.ts";
import { parseStopMessage, stopMessageToJson } from "../../../lib/models/stop_message.ts";
import { parseWaiver, waiverToWire } from "../../../lib/models/waiver.ts";
import { parseDecisions, putDecisions } from "../../../lib/store/collections/decisions.ts";
import {
  formatFreshness,
  parseFreshness,
} from "../../../lib/store/collections/freshness_record.ts";
import { StoreLayout } from "../../../lib/store/layout.ts";
import { AppFixture } from "../../../test_helpers/app.ts";

/** One kind of record or message. */
export interface GoldenRecord {
  /** The name of its file. */
  readonly name: string;
  /** As this version writes it. */
  readonly written: string;
  /** What a text is read as. */
  readonly read: (text: string) => unknown;
  readonly value: unknown;
}

const app = new AppFixture("app");
const instance = app.instanceAtIndex(1);
const layout = new StoreLayout({ schemaVersion: 1 });
const HEARTBEAT = { deaGuid: "dea", instances: [instance.heartbeat("RUNNING", 1234.5)] };
const DECISION: Decision = {
  ...app.id,
  ...{ at: 100, component: "sender", kind: "start_sent", reason: "MISSING", why: "still needed" },
  ...{ instanceIndex: 1, dueAt: 90, messageId: "id-1" },
};
const PENDING = { ...app.id, sendOn: 130, sentOn: 0, keepAlive: 30, messageId: "id-1" };

function golden<T>(
  name: string,
  value: T,
  codec: { readonly write: (value: T) => string; readonly read: (text: string) => unknown },
): GoldenRecord {
  return { name, value, written: codec.write(value), read: codec.read };
}

const json = <T>(toWire: (value: T) => unknown) => (value: T) => JSON.stringify(toWire(value));

/** Where each kind stands in the store, as one record of its own. */
const KEYS = {
  "actual": layout.actualKey(instance.identity),
  "desired": layout.desiredKey(app.id),
  "crash": layout.crashKey({ ...app.id, instanceIndex: 1 }),
  "presence": layout.presenceKey("dea"),
  "start": `${layout.startPrefix}${startKey({ ...app.id, instanceIndex: 1 })}`,
  "stop": `${layout.stopPrefix}${stopKey(instance)}`,
  "actual fresh": layout.actualFreshKey,
  "desired fresh": layout.desiredFreshKey,
  "figure": layout.metricKey("Name"),
  "hold": layout.holdKey("starts"),
  "waiver": layout.waiverKey("dea_loss"),
  "breaker": layout.breakerKey("dea_loss"),
};

/** Every kind. */
export const GOLDEN_RECORDS: readonly GoldenRecord[] = [
  golden("keys", KEYS, { write: (keys) => JSON.stringify(keys), read: JSON.parse }),
  golden("heartbeat", HEARTBEAT, {
    write: json(heartbeatToWire),
    read: (text) => parseHeartbeat(text).heartbeat,
  }),
  golden("droplet_exited", instance.exited("DEA_EVACUATION"), {
    write: dropletExitedToJson,
    read: parseDropletExited,
  }),
  golden("start_message", { ...app.id, instanceIndex: 1, messageId: "id-1" }, {
    write: startMessageToJson,
    read: parseStartMessage,
  }),
  golden("stop_message", {
    ...{ ...app.id, instanceIndex: 1, messageId: "id-1" },
    ...{ instanceGuid: instance.instanceGuid, isDuplicate: true },
  }, { write: stopMessageToJson, read: parseStopMessage }),
  golden("actual", instance.heartbeat("RUNNING", 1234.5), {
    write: instanceHeartbeatToCsv,
    read: (text) => instanceHeartbeatFromCsv(instance.identity, text),
  }),
  golden("desired", app.desiredState({ instances: 3 }), {
    write: desiredAppStateToCsv,
    read: (text) => desiredAppStateFromCsv(app.id, text),
  }),
  golden("crash_count", app.crashCount(1, 5), {
    write: json(crashCountToWire),
    read: parseCrashCount,
  }),
  golden("pending_start", {
    ...PENDING,
    ...{ instanceIndex: 1, priority: 0.5, skipVerification: false, reason: "MISSING" as const },
  }, { write: json(pendingStartToWire), read: parsePendingStart }),
  golden("pending_stop", {
    ...PENDING,
    ...{ instanceGuid: instance.instanceGuid, reason: "EXTRA" as const },
  }, { write: json(pendingStopToWire), read: parsePendingStop }),
  golden("fresh", 100, { write: formatFreshness, read: parseFreshness }),
  golden("hold", {
    ...{ name: "starts", holds: "starts" as const, source: "operator" as const },
    ...{ reason: "a rack is down", by: "ada", setAt: 100, expiresAt: 200 },
  }, { write: json(holdToWire), read: parseHold }),
  golden("waiver", {
    ...{ breaker: "dea_loss" as const, reason: "planned", by: "ada", setAt: 100, expiresAt: 200 },
  }, { write: json(waiverToWire), read: parseWaiver }),
  golden("audit", {
    ...{ at: 100, by: "ada", verb: "hold" as const, what: "starts", why: "a rack", until: 200 },
  }, { write: json(auditRecordToWire), read: parseAuditRecord }),
  golden("decisions", [DECISION], {
    write: (decisions) =>
      putDecisions(layout, { key: { atMs: 0, component: "sender", unique: "u" }, decisions }).value,
    read: parseDecisions,
  }),
  golden("breaker_dea_loss", { peaks: [{ at: 100, deas: 9 }], trippedPeak: 9 }, {
    write: deaMemoryToJson,
    read: parseDeaMemory,
  }),
  golden("breaker_desired_shrink", { lost: "2-abc", fetches: 1 }, {
    write: shrinkMemoryToJson,
    read: parseShrinkMemory,
  }),
];
