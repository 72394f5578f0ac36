import { expect } from "expect";
import type { DropletExited } from "../models/droplet_exited.ts";
import { evacuationStart } from "./evacuation_start.ts";

const EXITED: DropletExited = {
  ccPartition: "default",
  appGuid: "app",
  appVersion: "v1",
  instanceGuid: "instance",
  instanceIndex: 1,
  reason: "DEA_EVACUATION",
  exitStatus: 0,
  exitDescription: "",
  crashTimestamp: 0,
};
const OPTIONS = { now: 100, gracePeriodSeconds: 30, messageId: "id" };

for (const [reason, id] of [["DEA_EVACUATION", "EVC-03"], ["DEA_SHUTDOWN", "EVC-04"]] as const) {
  Deno.test(`evacuationStart() starts the index elsewhere at once on ${reason} [${id}]`, () => {
    expect(evacuationStart({ ...EXITED, reason }, OPTIONS)).toEqual({
      messageId: "id",
      sendOn: 100,
      sentOn: 0,
      keepAlive: 30,
      appGuid: "app",
      appVersion: "v1",
      instanceIndex: 1,
      priority: 2,
      skipVerification: true,
      reason: "EVACUATING",
    });
  });
}

for (
  const [reason, id] of [
    ["STOPPED", "EVC-05"],
    ["CRASHED", "EVC-06"],
    ["", "EVC-07"],
    ["UNHEARD_OF", "EVC-07"],
  ]
) {
  Deno.test(`evacuationStart() does nothing on reason "${reason}" [${id}]`, () => {
    expect(evacuationStart({ ...EXITED, reason: reason ?? "" }, OPTIONS)).toBeUndefined();
  });
}
