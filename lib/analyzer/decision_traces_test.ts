import { expect } from "expect";
import { AppFixture } from "../../test_helpers/app.ts";
import { FakeTimeProvider } from "../../test_helpers/fake_time_provider.ts";
import { SpanList } from "../../test_helpers/span_list.ts";
import { changeTraceId, messageTraceId, spanOf } from "../helpers/trace_ids.ts";
import type { App } from "../models/app.ts";
import { newPendingStart, type StartReason } from "../models/pending_start_message.ts";
import { newPendingStop } from "../models/pending_stop_message.ts";
import { DecisionTraces } from "./decision_traces.ts";
import type { StartDecision, StopDecision, Verdict } from "./verdict.ts";

const app = new AppFixture();

function start(reason: StartReason, instanceIndex = 0, messageId = "start"): StartDecision {
  const message = newPendingStart(100, {
    ...{ ...app.id, instanceIndex, reason, priority: 1, messageId },
  });
  return { message, why: "for this test" };
}

/** A pass that decides and queues `verdict`, of an app that is seen as `seen`. */
function pass(verdict: Verdict, options: { readonly seen?: App; readonly queues?: boolean } = {}) {
  const time = new FakeTimeProvider(100);
  const spans = new SpanList();
  const trace = new DecisionTraces({ spans, time }).begin();
  time.advance(10);
  trace.caughtUp(42);
  time.advance(20);
  trace.decided(verdict, () => options.seen);
  time.advance(30);
  const messages = {
    starts: verdict.starts.map(({ message }) => message),
    stops: verdict.stops.map(({ message }) => message),
  };
  trace.queued(options.queues === false ? { starts: [], stops: [] } : messages);
  return spans;
}

Deno.test("DecisionTraces says how a message came to be queued, in the trace of its id", () => {
  const spans = pass({ starts: [start("MISSING")], stops: [] });
  expect(spans.times).toEqual([
    ["analysis", 100_000, 100_030],
    ["mirror", 100_000, 100_010],
    ["enqueue", 100_030, 100_060],
  ]);
  const traceId = messageTraceId("start");
  expect(spans.named("enqueue")).toMatchObject({
    context: spanOf(traceId, "enqueue"),
    parent: spanOf(traceId, "analysis"),
  });
  expect(spans.named("analysis")?.links).toEqual([]);
  expect(spans.named("mirror")?.attributes).toEqual({ "hm9000.revision": 42 });
});

Deno.test("DecisionTraces links a start to what was heard of the instance that it replaces, and to no other", () => {
  const crashed = app.instanceAtIndex(1).heartbeat("CRASHED");
  const seen = app.app({
    desired: 3,
    instances: [
      app.instanceAtIndex(0).heartbeat(),
      crashed,
      app.anotherInstanceAtIndex(1).heartbeat(),
    ],
  });
  const spans = pass({ starts: [start("CRASHED", 1)], stops: [] }, { seen });
  expect(spans.named("analysis")?.links).toEqual([spanOf(changeTraceId(crashed), "flush")]);
});

Deno.test("DecisionTraces links a stop to what was heard of its instance", () => {
  const extra = app.instanceAtIndex(5).heartbeat();
  const seen = app.app({ instances: [app.instanceAtIndex(4).heartbeat(), extra] });
  const message = newPendingStop(100, {
    ...{ ...app.id, reason: "EXTRA", instanceGuid: extra.instanceGuid, keepAliveSeconds: 0 },
    messageId: "stop",
  });
  const stop: StopDecision = { message, why: "for this test" };
  const spans = pass({ starts: [], stops: [stop] }, { seen });
  expect(spans.named("analysis")?.links).toEqual([spanOf(changeTraceId(extra), "flush")]);
  expect(spans.named("enqueue")?.attributes["hm9000.instance"]).toBe(extra.instanceGuid);
});

Deno.test("DecisionTraces says nothing of what was not queued, and of a hundred messages at most", () => {
  expect(pass({ starts: [start("MISSING")], stops: [] }, { queues: false }).spans).toEqual([]);
  const starts = Array.from({ length: 150 }, (_, at) => start("MISSING", at, `start-${at}`));
  expect(pass({ starts, stops: [] }).spans).toHaveLength(300);
});
