/**
 * What stands in the store: another version, an operator or a broken disk may have written it.
 *
 * @module
 */

import { deaMemoryToJson, parseDeaMemory } from "../../../lib/breakers/dea_loss.ts";
import { parseShrinkMemory, shrinkMemoryToJson } from "../../../lib/breakers/confirm_shrink.ts";
import { appKey, parseAppKey } from "../../../lib/models/app_key.ts";
import { auditRecordToWire, parseAuditRecord } from "../../../lib/models/audit_record.ts";
import { crashCountToWire, parseCrashCount } from "../../../lib/models/crash_count.ts";
import { decisionToWire, messageDecision } from "../../../lib/models/decision.ts";
import {
  desiredAppStateFromCsv,
  desiredAppStateToCsv,
} from "../../../lib/models/desired_app_state.ts";
import { holdToWire, parseHold } from "../../../lib/models/hold.ts";
import {
  instanceHeartbeatFromCsv,
  instanceHeartbeatToCsv,
} from "../../../lib/models/instance_heartbeat.ts";
import {
  parsePendingStart,
  pendingStartToWire,
} from "../../../lib/models/pending_start_message.ts";
import { parsePendingStop, pendingStopToWire } from "../../../lib/models/pending_stop_message.ts";
import { parseWaiver, waiverToWire } from "../../../lib/models/waiver.ts";
import { parseDecisions } from "../../../lib/store/collections/decisions.ts";
import {
  formatFreshness,
  parseFreshness,
} from "../../../lib/store/collections/freshness_record.ts";
import { InstanceDecoder, RememberedApps } from "../../../lib/store/collections/instance_entry.ts";
import { parseMetric } from "../../../lib/store/collections/metrics.ts";
import { StoreLayout } from "../../../lib/store/layout.ts";
import { AppFixture } from "../../../test_helpers/app.ts";
import { queuedStart, queuedStop } from "../../../test_helpers/queued_messages.ts";
import { CSV_WORDS, JSON_WORDS } from "../dictionary.ts";
import { checkRoundTrip, type Codec, readOrRefused, requireSame } from "../expectations.ts";
import { bytesOf, type FuzzTarget, textOf, type Verdict } from "../target.ts";

const app = new AppFixture("app");
const layout = new StoreLayout({ schemaVersion: 1 });
const INSTANCE = app.instanceAtIndex(1).heartbeat();

/** A record that is text both ways. */
function record<T>(
  name: string,
  seeds: readonly string[],
  codec: Codec<T> & { readonly dictionary?: readonly string[] },
): FuzzTarget {
  return {
    name,
    seeds: seeds.map(bytesOf),
    dictionary: codec.dictionary ?? JSON_WORDS,
    check: (input) => checkRoundTrip(textOf(input), codec),
  };
}

const toJson = <T>(toWire: (value: T) => unknown) => (value: T) => JSON.stringify(toWire(value));

/** The fast reader of instances and the strict one agree, on keys and values alike. */
function checkInstanceEntry(input: Uint8Array): Verdict {
  const [key = "", value = ""] = textOf(input).split("\n", 2);
  const decoder = new InstanceDecoder(layout, new RememberedApps());
  const fast = readOrRefused(() => decoder.decode({ key, value }).instance);
  const strict = readOrRefused(() => instanceHeartbeatFromCsv(layout.parseActualKey(key), value));
  requireSame("an instance's record, the fast way and the strict", [fast, strict]);
  if (fast === undefined) return "refused";
  requireSame("an instance's key", [layout.actualKey(fast.value), key]);
  return "accepted";
}

/** A freshness record that cannot be read is as good as none: nothing is thrown. */
function checkFreshness(input: Uint8Array): Verdict {
  const timestamp = parseFreshness(textOf(input));
  if (timestamp === undefined) return "refused";
  requireSame("freshness", [parseFreshness(formatFreshness(timestamp)), timestamp]);
  return "accepted";
}

const HOLD = {
  "name": "starts",
  "holds": "starts",
  "source": "operator",
  "reason": "r",
  "by": "b",
};
const WAIVER = { "breaker": "dea_loss", "reason": "r", "by": "b", "set_at": 1, "expires_at": 2 };
const AUDIT = { "at": 1, "by": "b", "verb": "hold", "what": "starts", "why": "w", "until": 2 };
const DECISION = messageDecision(queuedStart(app.id).message, {
  ...{ at: 5, component: "sender", outcome: "sent" },
});

/** Targets of records. */
export const RECORD_TARGETS: readonly FuzzTarget[] = [
  record("instance", [instanceHeartbeatToCsv(INSTANCE), "0,CRASHED,0.0"], {
    read: (text) => instanceHeartbeatFromCsv(INSTANCE, text),
    write: instanceHeartbeatToCsv,
    // It is stored with one decimal.
    kept: (instance) => ({ ...instance, stateTimestamp: instance.stateTimestamp.toFixed(1) }),
    dictionary: CSV_WORDS,
  }),
  {
    name: "instance-entry",
    seeds: [bytesOf(`${layout.actualKey(INSTANCE)}\n${instanceHeartbeatToCsv(INSTANCE)}`)],
    dictionary: [...CSV_WORDS, "/", "//", layout.actualPrefix],
    check: checkInstanceEntry,
  },
  record("desired", [desiredAppStateToCsv(app.desiredState()), "0,STOPPED,PENDING"], {
    read: (text) => desiredAppStateFromCsv(app.id, text),
    write: desiredAppStateToCsv,
    dictionary: CSV_WORDS,
  }),
  record("app-key", [appKey(app.id)], { read: parseAppKey, write: appKey, dictionary: CSV_WORDS }),
  record("crash-count", [JSON.stringify(crashCountToWire(app.crashCount(1, 5)))], {
    read: parseCrashCount,
    write: toJson(crashCountToWire),
  }),
  record("pending-start", [JSON.stringify(pendingStartToWire(queuedStart(app.id).message))], {
    read: parsePendingStart,
    write: toJson(pendingStartToWire),
  }),
  record("pending-stop", [
    JSON.stringify(pendingStopToWire(queuedStop(app.id, { instanceGuid: "i" }).message)),
  ], {
    read: parsePendingStop,
    write: toJson(pendingStopToWire),
  }),
  {
    name: "freshness",
    seeds: [bytesOf(formatFreshness(5))],
    dictionary: JSON_WORDS,
    check: checkFreshness,
  },
  record("hold", [JSON.stringify({ ...HOLD, "set_at": 1, "expires_at": 2 })], {
    read: parseHold,
    write: toJson(holdToWire),
  }),
  record("waiver", [JSON.stringify(WAIVER)], { read: parseWaiver, write: toJson(waiverToWire) }),
  record("audit", [JSON.stringify(AUDIT)], {
    read: parseAuditRecord,
    write: toJson(auditRecordToWire),
  }),
  record("decisions", [JSON.stringify({ "decisions": [decisionToWire(DECISION)] })], {
    read: parseDecisions,
    write: toJson((decisions) => ({ "decisions": decisions.map(decisionToWire) })),
  }),
  record("figure", ["1.5", "-3"], { read: parseMetric, write: decimal, dictionary: CSV_WORDS }),
  record("breaker-dea-loss", [deaMemoryToJson({ peaks: [{ at: 1, deas: 2 }], trippedPeak: 3 })], {
    read: parseDeaMemory,
    write: deaMemoryToJson,
  }),
  record("breaker-shrink", [shrinkMemoryToJson({ lost: "1-a", fetches: 2 })], {
    read: parseShrinkMemory,
    write: shrinkMemoryToJson,
  }),
];

/** Without an exponent, as figures are written. */
function decimal(value: number): string {
  const text = String(value);
  return text.includes("e") ? BigInt(Math.trunc(value)).toString() : text;
}
