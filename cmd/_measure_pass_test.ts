import { expect } from "expect";
import { FetchError } from "../lib/desired_state_listener/fetch_error.ts";
import { MetricsRegistry } from "../lib/helpers/metrics.ts";
import { BusUnavailableError } from "../lib/message_bus/message_bus.ts";
import {
  LeadershipLostError,
  NotFreshError,
  OutcomeUnknownError,
  StoreRefusedError,
} from "../lib/store/store_errors.ts";
import { FakeTimeProvider } from "../test_helpers/fake_time_provider.ts";
import { measurePass, passFailureReason } from "./_measure_pass.ts";

Deno.test("measurePass() says how long a pass took and what came of it, and throws what it threw", async () => {
  const metrics = new MetricsRegistry();
  const time = new FakeTimeProvider();
  const context = { component: "sender", metrics, time };
  const pass = (error?: Error) => {
    time.advance(2_000);
    return error === undefined ? Promise.resolve() : Promise.reject(error);
  };
  await measurePass(() => pass(), context);
  const stale = new NotFreshError("actual", "for this test");
  await expect(measurePass(() => pass(stale), context)).rejects.toBe(stale);
  const { series } = metrics;
  expect(series.get("passes", { component: "sender", outcome: "done" })).toBe(1);
  expect(series.get("passes", { component: "sender", outcome: "failed" })).toBe(1);
  expect(series.get("pass_failures", { component: "sender", reason: "not_fresh" })).toBe(1);
  expect(series.read("pass_duration_seconds")[0]?.value).toBe(4);
});

Deno.test("passFailureReason() has one word for each kind of failure, and of a fetch for each of its kinds", () => {
  const errors = [
    new FetchError("unauthorized", "no"),
    new FetchError("held", "no"),
    new OutcomeUnknownError("?"),
    new StoreRefusedError("no"),
    new BusUnavailableError("down"),
    new LeadershipLostError("sender", "its lease has ended"),
    new DOMException("stopped", "AbortError"),
    new Error("a guid: 123"),
  ];
  expect(errors.map(passFailureReason)).toEqual([
    ...["cloud_controller_unauthorized", "cloud_controller_held"],
    ...["store_unavailable", "store_refused", "message_bus_unavailable"],
    ...["leadership_lost", "stopped", "other"],
  ]);
});
