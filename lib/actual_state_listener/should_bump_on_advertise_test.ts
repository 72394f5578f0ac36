import { expect } from "expect";
import { shouldBumpOnAdvertise } from "./should_bump_on_advertise.ts";

const CASES: [lastHeartbeatAt: number | undefined, bumps: boolean, id: string][] = [
  [70, true, "LIS-15"],
  [71, false, "LIS-16"],
  [undefined, true, "LIS-17"],
];
for (const [lastHeartbeatAt, bumps, id] of CASES) {
  Deno.test(`shouldBumpOnAdvertise() at 100 after a heartbeat at ${lastHeartbeatAt}: ${bumps} [${id}]`, () => {
    const context = { now: 100, lastHeartbeatAt, actualFreshnessTtlSeconds: 30 };
    expect(shouldBumpOnAdvertise(context)).toBe(bumps);
  });
}
