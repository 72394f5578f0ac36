import { expect } from "expect";
import { isExpired, isSent, isTimeToSend } from "./pending_message.ts";
import {
  newPendingStart,
  parsePendingStart,
  type PendingStartMessage,
  pendingStartToWire,
  sameStart,
  startKey,
} from "./pending_start_message.ts";
import {
  newPendingStop,
  parsePendingStop,
  type PendingStopMessage,
  pendingStopToWire,
  sameStop,
  stopKey,
} from "./pending_stop_message.ts";
import { ParseError } from "./parse_error.ts";

const START = newPendingStart(100, {
  appGuid: "app-guid",
  appVersion: "app-version",
  instanceIndex: 1,
  reason: "MISSING",
  priority: 0.3,
  delaySeconds: 30,
  keepAliveSeconds: 10,
  messageId: "id",
});
const STOP = newPendingStop(100, {
  appGuid: "app-guid",
  appVersion: "app-version",
  instanceGuid: "instance-guid",
  reason: "EXTRA",
  delaySeconds: 30,
  keepAliveSeconds: 10,
  messageId: "id",
});

Deno.test("newPendingStart() and newPendingStop() are due after their delay, unsent [PEN-01]", () => {
  const shared = {
    messageId: "id",
    sendOn: 130,
    sentOn: 0,
    keepAlive: 10,
    appGuid: "app-guid",
    appVersion: "app-version",
  };
  expect(START).toEqual({
    ...shared,
    instanceIndex: 1,
    priority: 0.3,
    skipVerification: false,
    reason: "MISSING",
  });
  expect(STOP).toEqual({ ...shared, instanceGuid: "instance-guid", reason: "EXTRA" });
});

const DIFFERING_STARTS: Partial<PendingStartMessage>[] = [
  { sendOn: 1 },
  { sentOn: 1 },
  { keepAlive: 1 },
  { appGuid: "x" },
  { appVersion: "x" },
  { instanceIndex: 2 },
  { priority: 0.1 },
  { skipVerification: true },
  { reason: "CRASHED" },
];
const DIFFERING_STOPS: Partial<PendingStopMessage>[] = [
  { sendOn: 1 },
  { sentOn: 1 },
  { keepAlive: 1 },
  { appGuid: "x" },
  { appVersion: "x" },
  { instanceGuid: "x" },
  { reason: "DUPLICATE" },
];

Deno.test("sameStart() and sameStop() overlook the message id and nothing else [PEN-02]", () => {
  expect(sameStart(START, { ...START, messageId: "other" })).toBe(true);
  expect(sameStop(STOP, { ...STOP, messageId: "other" })).toBe(true);
  for (const part of DIFFERING_STARTS) expect(sameStart(START, { ...START, ...part })).toBe(false);
  for (const part of DIFFERING_STOPS) expect(sameStop(STOP, { ...STOP, ...part })).toBe(false);
});

Deno.test("startKey() and stopKey() name the index and the instance [PEN-04] [HAZ-16]", () => {
  expect(startKey(START)).toBe("app-guid,app-version,1");
  expect(stopKey(STOP)).toBe("instance-guid");
});

Deno.test("isTimeToSend() includes the second itself, and is over once sent [PEN-16] [PEN-17]", () => {
  expect([129, 130, 131].map((now) => isTimeToSend(START, now))).toEqual([false, true, true]);
  expect(isTimeToSend({ ...START, sentOn: 130 }, 131)).toBe(false);
});

Deno.test("isExpired() includes the second itself, and is never true of the unsent [PEN-14] [PEN-15]", () => {
  const sent = { ...START, sentOn: 130 };
  expect([139, 140, 141].map((now) => isExpired(sent, now))).toEqual([false, true, true]);
  expect(isExpired(START, 1e12)).toBe(false);
  expect([isSent(START), isSent(sent)]).toEqual([false, true]);
});

Deno.test("pendingStartToWire() writes the original's fields, parsePendingStart() reads them [PEN-05]", () => {
  const wire = pendingStartToWire(START);
  expect(wire).toEqual({
    "message_id": "id",
    "send_on": 130,
    "sent_on": 0,
    "keep_alive": 10,
    "droplet": "app-guid",
    "version": "app-version",
    "index": 1,
    "priority": 0.3,
    "skip_verification": false,
    "start_reason": "MISSING",
  });
  expect(parsePendingStart(JSON.stringify(wire))).toEqual(START);
});

Deno.test("pendingStopToWire() writes the original's fields, parsePendingStop() reads them [PEN-06]", () => {
  const wire = pendingStopToWire(STOP);
  expect(wire).toEqual({
    "message_id": "id",
    "send_on": 130,
    "sent_on": 0,
    "keep_alive": 10,
    "droplet": "app-guid",
    "version": "app-version",
    "instance": "instance-guid",
    "stop_reason": "EXTRA",
  });
  expect(parsePendingStop(JSON.stringify(wire))).toEqual(STOP);
});

const BROKEN_START: Record<string, unknown>[] = [
  { "message_id": "" },
  { "message_id": 7 },
  { "send_on": "130" },
  { "send_on": 1.5 },
  { "droplet": "a/b" },
  { "version": "" },
  { "index": -1 },
  { "index": 1_000_000 },
  { "priority": "high" },
  { "skip_verification": "no" },
  { "start_reason": "EXTRA" },
  { "start_reason": "" },
];
const BROKEN_STOP: Record<string, unknown>[] = [
  { "message_id": null },
  { "keep_alive": true },
  { "sent_on": [] },
  { "instance": "" },
  { "instance": "a,b" },
  { "stop_reason": "MISSING" },
  { "stop_reason": "constructor" },
];

Deno.test("parsePendingStart() and parsePendingStop() refuse what they cannot trust [MOD-22]", () => {
  for (const json of ["", "null", "[]", "{}", "{", '"start"']) {
    expect(() => parsePendingStart(json)).toThrow(ParseError);
    expect(() => parsePendingStop(json)).toThrow(ParseError);
  }
  for (const part of BROKEN_START) {
    const [field = ""] = Object.keys(part);
    const json = JSON.stringify({ ...pendingStartToWire(START), ...part });
    expect(() => parsePendingStart(json)).toThrow(`Cannot read pending start: ${field}: `);
  }
  for (const part of BROKEN_STOP) {
    const [field = ""] = Object.keys(part);
    const json = JSON.stringify({ ...pendingStopToWire(STOP), ...part });
    expect(() => parsePendingStop(json)).toThrow(`Cannot read pending stop: ${field}: `);
  }
});
