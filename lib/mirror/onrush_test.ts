import { expect } from "expect";
import { Onrush } from "./onrush.ts";

const stale = (instances: number) => ({ instances, actualFresh: false });
const fresh = (instances: number) => ({ instances, actualFresh: true });

Deno.test("a platform reports in when many instances come that nobody may act on", () => {
  const onrush = new Onrush(50, 100);
  expect([stale(60), stale(149), stale(150)].map((seen) => onrush.isOn(seen))).toEqual(
    [false, false, true],
  );
});

Deno.test("instances that come while actual state is fresh are followed, however many", () => {
  const onrush = new Onrush(0, 100);
  expect([fresh(100), fresh(1_000), stale(1_099)].map((seen) => onrush.isOn(seen))).toEqual(
    [false, false, false],
  );
});

Deno.test("what went before it comes again counts", () => {
  const onrush = new Onrush(1_000, 100);
  expect([stale(0), stale(99), stale(100)].map((seen) => onrush.isOn(seen))).toEqual(
    [false, false, true],
  );
});

Deno.test("without a number, twenty thousand are many", () => {
  expect([19_999, 20_000].map((instances) => new Onrush(0).isOn(stale(instances)))).toEqual(
    [false, true],
  );
});
