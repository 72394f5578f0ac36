import { expect } from "expect";
import type { PlatformEvent } from "../../test_helpers/simulated_platform.ts";
import type { DemoOrder } from "./demo_event.ts";
import { OrderLedger } from "./order_ledger.ts";

const MESSAGE = { messageId: "m", appGuid: "app", appVersion: "v", instanceIndex: 2 };
const STARTED: PlatformEvent = { kind: "start", message: MESSAGE, deaGuid: "dea-1" };
const ORDER = { kind: "start", app: "app", index: 2, dea: "dea-1", reason: "MISSING", why: "why" };

function ledger() {
  const orders: DemoOrder[] = [];
  return { ledger: new OrderLedger((order) => orders.push(order)), orders };
}

Deno.test("OrderLedger tells an order when it was both sent and done, in either order", () => {
  const first = ledger();
  first.ledger.queued("m", "why");
  first.ledger.sent("m", "MISSING");
  expect(first.orders).toEqual([]);
  first.ledger.done(STARTED);
  const second = ledger();
  second.ledger.queued("m", "why");
  second.ledger.done(STARTED);
  expect(second.orders).toEqual([]);
  second.ledger.sent("m", "MISSING");
  expect([first.orders, second.orders]).toEqual([[ORDER], [ORDER]]);
});

Deno.test("OrderLedger explains what the evacuator has queued", () => {
  const { ledger: own, orders } = ledger();
  own.done(STARTED);
  own.sent("m", "EVACUATING");
  expect(orders.map(({ why }) => why)).toEqual(["its DEA says that it leaves"]);
});

Deno.test("OrderLedger forgets what was dropped", () => {
  const { ledger: own, orders } = ledger();
  own.queued("m", "why");
  own.dropped("m");
  own.done(STARTED);
  own.sent("m", "MISSING");
  expect(orders.map(({ why }) => why)).toEqual([""]);
});
