import { expect } from "expect";
import { AppFixture } from "../../test_helpers/app.ts";
import { FakeTimeProvider } from "../../test_helpers/fake_time_provider.ts";
import { SpanList } from "../../test_helpers/span_list.ts";
import { changeTraceId, spanOf } from "../helpers/trace_ids.ts";
import type { InstanceHeartbeat } from "../models/instance_heartbeat.ts";
import { putInstance } from "../store/collections/actual_state.ts";
import { StoreLayout } from "../store/layout.ts";
import { FlushTraces } from "./flush_traces.ts";

const layout = new StoreLayout({ schemaVersion: 1 });
const app = new AppFixture();

class Fixture {
  readonly time = new FakeTimeProvider(100);
  readonly spans = new SpanList();
  readonly traces = new FlushTraces({ spans: this.spans, layout, time: this.time });

  puts(...instances: InstanceHeartbeat[]) {
    return instances.map((instance) => putInstance(layout, instance));
  }
}

Deno.test("FlushTraces says when something new came, when its flush began, and when it was saved", () => {
  const f = new Fixture();
  const crashed = app.instanceAtIndex(0).heartbeat("CRASHED");
  f.traces.received(crashed.deaGuid);
  f.time.advance(400);
  const saved = f.traces.begin();
  f.time.advance(50);
  saved(f.puts(crashed));
  expect(f.spans.times).toEqual([
    ["heartbeat", 100_000, 100_400],
    ["flush", 100_400, 100_450],
  ]);
  const traceId = changeTraceId(crashed);
  expect(f.spans.named("flush")).toMatchObject({
    context: spanOf(traceId, "flush"),
    parent: spanOf(traceId, "heartbeat"),
  });
});

Deno.test("FlushTraces takes what comes while a flush is under way for the next one's", () => {
  const f = new Fixture();
  const running = app.instanceAtIndex(0).heartbeat();
  const saved = f.traces.begin();
  f.time.advance(10);
  f.traces.received(running.deaGuid);
  f.time.advance(10);
  saved(f.puts(running));
  f.time.advance(80);
  f.traces.begin()(f.puts(app.instanceAtIndex(0).heartbeat("CRASHED")));
  expect(f.spans.times).toEqual([
    ["heartbeat", 100_000, 100_000],
    ["flush", 100_000, 100_020],
    ["heartbeat", 100_010, 100_100],
    ["flush", 100_100, 100_100],
  ]);
});

Deno.test("FlushTraces tells of a hundred instances at most, and first of those that crashed or evacuate", () => {
  const f = new Fixture();
  const running = Array.from({ length: 300 }, (_, index) => app.instanceAtIndex(index).heartbeat());
  f.traces.begin()(f.puts(...running));
  expect(f.spans.spans).toHaveLength(200);
  f.traces.begin()(f.puts(...running, app.instanceAtIndex(7).heartbeat("CRASHED")));
  expect(f.spans.spans.slice(200).map(({ attributes }) => attributes["hm9000.state"]))
    .toEqual(["CRASHED", "CRASHED"]);
});

Deno.test("FlushTraces says nothing of instances that are gone", () => {
  const f = new Fixture();
  f.traces.begin()([{ kind: "delete", key: layout.actualKey(app.instanceAtIndex(0).heartbeat()) }]);
  expect(f.spans.spans).toEqual([]);
});
