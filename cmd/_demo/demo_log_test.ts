import { expect } from "expect";
import { NotFreshError } from "../../lib/store/store_errors.ts";
import { FakeLogger } from "../../test_helpers/fake_logger.ts";
import type { DemoOrder } from "./demo_event.ts";
import { DemoLog } from "./demo_log.ts";
import { OrderLedger } from "./order_ledger.ts";

function bench() {
  const orders: DemoOrder[] = [];
  const troubles: string[] = [];
  const problems = new FakeLogger();
  const ledger = new OrderLedger((order) => orders.push(order));
  const log = new DemoLog({ ledger, problems, onTrouble: (text) => troubles.push(text) });
  return { orders, troubles, problems, ledger, log };
}

Deno.test("DemoLog learns the reason of starts and stops from what is logged", () => {
  const { orders, problems, ledger, log } = bench();
  log.info("Queued a stop", { messageId: "m", reason: "EXTRA", why: "not desired" });
  log.info("Sent a stop", { messageId: "m", reason: "EXTRA" });
  ledger.done({
    kind: "stop",
    message: {
      messageId: "m",
      appGuid: "app",
      appVersion: "v",
      instanceGuid: "i",
      instanceIndex: 1,
      isDuplicate: false,
    },
    deaGuid: "dea-1",
    stopped: undefined,
  });
  expect(orders).toEqual([
    { kind: "stop", app: "app", index: 1, dea: "dea-1", reason: "EXTRA", why: "not desired" },
  ]);
  expect(problems.lines).toEqual([]);
});

Deno.test("DemoLog passes on what is wrong, except that nothing is fresh yet", () => {
  const { troubles, problems, log } = bench();
  log.error("A pass failed", { error: new NotFreshError("both", "Cannot act") });
  log.error("A pass failed", { error: new Error("Cannot read") });
  log.warn("Odd");
  expect(problems.lines.map(({ level, message }) => [level, message]))
    .toEqual([["error", "A pass failed"], ["warn", "Odd"]]);
  expect(troubles).toEqual(["A pass failed: Cannot read", "Odd"]);
});
