/**
 * Faults of the Cloud Controller (F20, F21) and of DEAs (F23, F24, F25).
 *
 * @module
 */

import type { BulkFailure } from "../../../test_helpers/bulk_failure.ts";
import { type FaultContext, type FaultKind, type InjectedFault, pickOne } from "./fault_kind.ts";
import { PRESENCE_SECONDS } from "./pace.ts";

/** Kinds of faults of the Cloud Controller and of DEAs. */
export const OUTSIDE_FAULTS: readonly FaultKind[] = [
  cloudController("Cloud Controller answers 500", { kind: "status", status: 500 }),
  cloudController("Cloud Controller answers {}", { kind: "body", body: "{}" }),
  cloudController("Cloud Controller breaks off", { kind: "cut" }),
  cloudController("Cloud Controller hangs", { kind: "hang" }),
  {
    name: "DEA dies",
    lasts: [PRESENCE_SECONDS + 1, PRESENCE_SECONDS + 5],
    needs: "DEAs",
    inject: (context) => goes(context, (deaGuid) => context.world.platform.killDea(deaGuid)),
  },
  {
    name: "DEA evacuates",
    lasts: [8, 12],
    needs: "DEAs",
    inject: (context) => goes(context, (deaGuid) => context.world.platform.evacuateDea(deaGuid)),
  },
  {
    name: "DEAs cut off the bus",
    lasts: [PRESENCE_SECONDS - 2, PRESENCE_SECONDS + 4],
    needs: "DEAs",
    inject: ({ world }): InjectedFault => {
      const proxies = world.links[2]?.nats ?? [];
      proxies.forEach((proxy) => proxy.spoil({ silent: "both" }));
      return { what: "all", mend: () => proxies.forEach((proxy) => proxy.heal()) };
    },
  },
];

function cloudController(name: string, failure: BulkFailure): FaultKind {
  return {
    name,
    lasts: [4, 10],
    needs: "Cloud Controller",
    inject: ({ world: { cloudController } }) => {
      cloudController.fail(failure);
      return { what: "to everybody", mend: () => cloudController.heal() };
    },
  };
}

/** A DEA goes, and one of its name comes. */
function goes(
  { world: { platform }, random }: FaultContext,
  go: (deaGuid: string) => void,
): InjectedFault {
  const live = platform.report().deas.filter(({ state }) => state === "live");
  const { deaGuid } = pickOne(random, live);
  go(deaGuid);
  const isAway = () =>
    platform.report().deas.some((dea) =>
      dea.deaGuid === deaGuid && (dea.state === "dead" || dea.state === "left")
    );
  const mend = async () => {
    await platform.waitUntil(isAway);
    platform.addDea(deaGuid);
  };
  return { what: deaGuid, mend };
}
