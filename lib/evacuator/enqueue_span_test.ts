import { expect } from "expect";
import { AppFixture } from "../../test_helpers/app.ts";
import { messageTraceId, spanOf } from "../helpers/trace_ids.ts";
import { newPendingStart } from "../models/pending_start_message.ts";
import { enqueueSpan } from "./enqueue_span.ts";

Deno.test("enqueueSpan() is what the sender's spans go on from, and has nothing before it", () => {
  const start = newPendingStart(100, {
    ...{ ...new AppFixture().id, instanceIndex: 2, reason: "EVACUATING", priority: 2 },
    messageId: "id",
  });
  const span = enqueueSpan(start, { startMs: 1, endMs: 2 });
  expect(span.context).toEqual(spanOf(messageTraceId("id"), "enqueue"));
  expect(span.parent).toBeUndefined();
  expect(span.attributes).toMatchObject({ "hm9000.index": 2, "hm9000.reason": "EVACUATING" });
});
