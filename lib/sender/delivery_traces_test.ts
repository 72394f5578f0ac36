import { expect } from "expect";
import { AppFixture } from "../../test_helpers/app.ts";
import { FakeTimeProvider } from "../../test_helpers/fake_time_provider.ts";
import { SpanList } from "../../test_helpers/span_list.ts";
import { messageTraceId, spanOf } from "../helpers/trace_ids.ts";
import { newPendingStart } from "../models/pending_start_message.ts";
import { DeliveryTraces } from "./delivery_traces.ts";

Deno.test("DeliveryTraces goes on from the queueing of a message, with its claim and its publishing", () => {
  const time = new FakeTimeProvider(100);
  const spans = new SpanList();
  const batch = new DeliveryTraces({ spans, time }).begin();
  time.advance(10);
  batch.claimed();
  time.advance(5);
  const message = newPendingStart(100, {
    ...{ ...new AppFixture().id, instanceIndex: 0, reason: "MISSING", priority: 1 },
    messageId: "id",
  });
  batch.published([message]);
  expect(spans.times).toEqual([["claim", 100_000, 100_010], ["publish", 100_010, 100_015]]);
  const traceId = messageTraceId("id");
  expect(spans.named("claim")?.parent).toEqual(spanOf(traceId, "enqueue"));
  expect(spans.named("publish")).toMatchObject({
    kind: "producer",
    parent: spanOf(traceId, "claim"),
  });
});
