import { expect } from "expect";
import { AppFixture } from "../../test_helpers/app.ts";
import { EtcdRunner } from "../../test_helpers/etcd_runner.ts";
import { MessagePublisher } from "../../test_helpers/message_publisher.ts";
import { NatsRunner } from "../../test_helpers/nats_runner.ts";
import { type CollectedSpan, TraceCollector } from "../../test_helpers/trace_collector.ts";
import { ProcessPlatform } from "./process_fixture.ts";

const PIPELINE = ["actual_state_listener", "desired_state_listener", "analyzer", "sender"];

Deno.test("a crash is followed through four processes, from its heartbeat to the start that answers it", async () => {
  await using nats = await NatsRunner.start();
  await using etcd = await EtcdRunner.start();
  await using collector = new TraceCollector();
  const config = { "trace_endpoint": collector.endpoint };
  await using platform = await ProcessPlatform.open({ nats, etcd }, config);
  const app = new AppFixture();
  const instance = app.instanceAtIndex(0);
  const report = (state: "RUNNING" | "CRASHED") => ({
    deaGuid: app.deaGuid,
    instances: [instance.heartbeat(state)],
  });
  platform.cloudController.setDesired([app.desiredState()]);
  await Promise.all(PIPELINE.map((name) => platform.startLeading(name)));
  await platform.reportUntilHeard(report("RUNNING"));
  await platform.setTime(130);
  await new MessagePublisher(platform.bus).publishHeartbeat(report("CRASHED"));
  const start = await platform.orders.waitForStart(() => true, platform.patience);
  expect(start).toEqual({ ...app.id, instanceIndex: 0, messageId: start.messageId });

  // Whoever has the id of the message has its trace.
  const traceId = start.messageId.replaceAll("-", "");
  const publish = await collector.span((span) =>
    span.traceId === traceId && span.name === "publish"
  );
  const analysis = await collector.span((span) =>
    span.traceId === traceId && span.name === "analysis"
  );
  const flush = await collector.span((span) =>
    span.name === "flush" && span.attributes["hm9000.state"] === "CRASHED"
  );
  const parentOf = (span: CollectedSpan) =>
    collector.spans.find(({ spanId }) => spanId === span.parentSpanId);
  const way = [publish];
  for (let span = parentOf(publish); span !== undefined; span = parentOf(span)) way.push(span);
  expect(way.map(({ name, resource }) => [name, resource["hm9000.component"]])).toEqual([
    ["publish", "sender"],
    ["claim", "sender"],
    ["enqueue", "analyzer"],
    ["analysis", "analyzer"],
  ]);
  expect(analysis.attributes).toMatchObject({
    "hm9000.app": app.appGuid,
    "hm9000.index": "0",
    "hm9000.reason": "CRASHED",
    "hm9000.message_id": start.messageId,
  });
  expect(analysis.links).toEqual([{ traceId: flush.traceId, spanId: flush.spanId }]);
  const heartbeat = parentOf(flush);
  expect([heartbeat?.name, heartbeat?.traceId]).toEqual(["heartbeat", flush.traceId]);
  expect(heartbeat?.resource["hm9000.component"]).toBe("actual_state_listener");
  expect(heartbeat?.attributes["hm9000.instance"]).toBe(instance.heartbeat().instanceGuid);
});
