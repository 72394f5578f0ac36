import { expect } from "expect";
import { emptyApp } from "../models/app.ts";
import { newPendingStart } from "../models/pending_start_message.ts";
import { newPendingStop } from "../models/pending_stop_message.ts";
import { appDumpToWire, collectAppDumps } from "./app_dump.ts";
import { renderDump } from "./render_dump.ts";
import { renderRawDump } from "./render_raw_dump.ts";

const ID = { appGuid: "app", appVersion: "v1" };
const APP = {
  ...ID,
  desired: { ...ID, instances: 2, state: "STARTED", packageState: "STAGED" },
  instances: [
    {
      ...ID,
      instanceGuid: "i-1",
      instanceIndex: 1,
      state: "CRASHED",
      stateTimestamp: 2,
      deaGuid: "dea",
    },
    {
      ...ID,
      instanceGuid: "i-0",
      instanceIndex: 0,
      state: "RUNNING",
      stateTimestamp: 1,
      deaGuid: "dea-guid-long",
    },
  ],
  crashCounts: [{ ...ID, instanceIndex: 1, crashCount: 3, createdAt: 90 }],
} as const;
const START = newPendingStart(100, {
  ...ID,
  instanceIndex: 1,
  reason: "CRASHED",
  priority: 0.5,
  delaySeconds: 30,
  keepAliveSeconds: 30,
  messageId: "m-1",
});
const STOP = newPendingStop(100, {
  appGuid: "gone",
  appVersion: "v9",
  instanceGuid: "i-9",
  reason: "EXTRA",
  keepAliveSeconds: 30,
  messageId: "m-2",
});

Deno.test("renderDump() shows apps by key, with heartbeats, crashes and queue [CLI-09] [CLI-10]", () => {
  const dumps = collectAppDumps({
    apps: [APP],
    pendingStarts: [START],
    pendingStops: [{ ...STOP, sentOn: 100 }],
  });
  expect(renderDump(dumps, { now: 110, staleBecause: undefined })).toEqual([
    "Dump - Current timestamp 110",
    "Store is fresh",
    "====================",
    "",
    "Guid: app | Version: v1",
    "  Desired: [2] instances, (STARTED, STAGED)",
    "  Heartbeats:",
    "    [0 RUNNING] i-0 on dea-g",
    "    [1 CRASHED] i-1 on dea",
    "  CrashCounts: [1]:3",
    "  Pending Starts:",
    "    [1 CRASHED] priority:0.50 send: in 20s",
    "  Pending Stops: NONE",
    "",
    "Guid: gone | Version: v9",
    "  Desired: NO",
    "  Heartbeats: NONE",
    "  Pending Starts: NONE",
    "  Pending Stops:",
    "    [EXTRA] i-9 sent: 100 delete: in 20s",
  ]);
});

Deno.test("renderDump() warns of a stale store and dumps all the same [CLI-12]", () => {
  const dumps = collectAppDumps({
    apps: [emptyApp(ID)],
    pendingStarts: [{ ...START, skipVerification: true }],
    pendingStops: [],
  });
  const lines = renderDump(dumps, { now: 130, staleBecause: "actual state is stale" });
  expect(lines).toContain("STORE IS NOT FRESH - actual state is stale");
  expect(lines).toContain("    [1 CRASHED] priority:0.50 NO VERIFICATION send: due");
});

Deno.test("appDumpToWire() has wire names throughout, and null for an undesired app", () => {
  const [dump] = collectAppDumps({ apps: [], pendingStarts: [START], pendingStops: [] });
  expect(dump && appDumpToWire(dump)).toEqual({
    "droplet": "app",
    "version": "v1",
    "desired": null,
    "instance_heartbeats": [],
    "crash_counts": [],
    "pending_starts": [{
      "message_id": "m-1",
      "send_on": 130,
      "sent_on": 0,
      "keep_alive": 30,
      "droplet": "app",
      "version": "v1",
      "index": 1,
      "priority": 0.5,
      "skip_verification": false,
      "start_reason": "CRASHED",
    }],
    "pending_stops": [],
  });
});

Deno.test("renderRawDump() lays out JSON and shows times to live [CLI-11]", () => {
  const lines = renderRawDump([
    { key: "/hm/v1/a", value: '{"b":1}', ttlSeconds: 5 },
    { key: "/hm/v1/c", value: "1,RUNNING,2.0", ttlSeconds: undefined },
  ], 7);
  expect(lines).toEqual([
    "Raw Dump - Current timestamp 7",
    "/hm/v1/a [TTL:5s]:",
    "    {",
    '      "b": 1',
    "    }",
    "",
    "/hm/v1/c [TTL:∞]:",
    "    1,RUNNING,2.0",
    "",
  ]);
});

Deno.test("renderRawDump() shows what only looks like JSON as it stands", () => {
  const lines = renderRawDump([{ key: "/hm/v1/a", value: '{"b":', ttlSeconds: undefined }], 7);
  expect(lines.slice(1)).toEqual(["/hm/v1/a [TTL:∞]:", '    {"b":', ""]);
});

Deno.test("renderDump() says what is held", () => {
  const head = { now: 200, staleBecause: undefined, held: ["Starts are held by ada: a rack"] };
  expect(renderDump([], head).slice(1, 3)).toEqual([
    "Store is fresh",
    "HELD - Starts are held by ada: a rack",
  ]);
});
