import { expect } from "expect";
import { AppFixture } from "../../test_helpers/app.ts";
import {
  type InstanceHeartbeat,
  instanceHeartbeatFromCsv,
  instanceHeartbeatToCsv,
} from "../models/instance_heartbeat.ts";
import { changeTraceId, messageTraceId, spanOf } from "./trace_ids.ts";

Deno.test("messageTraceId() is the message's id, or has its form where that is no UUID", () => {
  expect(messageTraceId("0AF76519-16cd-43dd-8448-eb211c80319c"))
    .toBe("0af7651916cd43dd8448eb211c80319c");
  expect(messageTraceId("from somebody else")).toMatch(/^[0-9a-f]{32}$/);
  expect(messageTraceId("a")).not.toBe(messageTraceId("b"));
});

Deno.test("changeTraceId() is the same for what was heard and for what the store says of it, and another for the next change", () => {
  const heard: InstanceHeartbeat = {
    ...new AppFixture().instanceAtIndex(3).heartbeat("CRASHED"),
    stateTimestamp: 1234567890.123,
  };
  const stored = instanceHeartbeatFromCsv(heard, instanceHeartbeatToCsv(heard));
  expect(changeTraceId(heard)).toMatch(/^[0-9a-f]{32}$/);
  expect(changeTraceId(stored)).toBe(changeTraceId(heard));
  expect(changeTraceId({ ...heard, state: "RUNNING" })).not.toBe(changeTraceId(heard));
  expect(changeTraceId({ ...heard, stateTimestamp: 1234567891 })).not.toBe(changeTraceId(heard));
});

Deno.test("spanOf() has one id for a name in a trace, and others for other names and traces", () => {
  const a = spanOf("a".repeat(32), "claim");
  expect(a).toEqual({ traceId: "a".repeat(32), spanId: expect.stringMatching(/^[0-9a-f]{16}$/) });
  expect(spanOf("a".repeat(32), "claim")).toEqual(a);
  expect(spanOf("a".repeat(32), "publish").spanId).not.toBe(a.spanId);
  expect(spanOf("b".repeat(32), "claim").spanId).not.toBe(a.spanId);
});
